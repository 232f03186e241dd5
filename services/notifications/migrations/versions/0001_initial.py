"""Mails and preferences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import create_chassis_tables, lookup, tenant_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_chassis_tables()
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resends", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('queued', 'sending', 'sent', 'failed')", name="status"),
        sa.UniqueConstraint("event_id", "template", "recipient"),
    )
    op.create_index(
        "mail_due_idx", "mail", ["next_attempt_at"], postgresql_where=sa.text("next_attempt_at IS NOT NULL")
    )
    tenant_table("mail")
    lookup(
        "due_mails(most integer)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, id FROM mail WHERE next_attempt_at <= now() ORDER BY next_attempt_at LIMIT most",
        reads=["mail"],
    )
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("electronic_receipts", sa.Boolean(), nullable=False),
    )
    tenant_table("preferences")
