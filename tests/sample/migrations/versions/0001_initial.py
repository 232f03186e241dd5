"""The sample service's first tables."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import create_chassis_tables, lookup, shared_table, tenant_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_chassis_tables()
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
    )
    tenant_table("note")
    op.create_table(
        "tally",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("replica", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    tenant_table("tally")
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("replica", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    shared_table("turn")
    lookup(
        "due_notes(most integer)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, id FROM note WHERE status = 'due' ORDER BY id LIMIT most",
        reads=["note"],
    )
