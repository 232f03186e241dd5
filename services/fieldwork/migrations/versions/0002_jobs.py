"""Attachments, jobs and equipment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import lookup, tenant_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_attachments()


def _create_attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("file", JSONB(), nullable=False),
        sa.Column("thumbnail", JSONB()),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_kind", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('arriving', 'ready', 'removed')", name="status"),
        sa.CheckConstraint("(status = 'ready') = (due_at IS NULL)", name="due_at"),
    )
    op.create_index("attachment_owner_idx", "attachment", ["company_id", "owner_kind", "owner_id", "created_at", "id"])
    op.create_index("attachment_file_idx", "attachment", ["company_id", sa.text("(file ->> 'key')")])
    op.create_index("attachment_due_idx", "attachment", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    tenant_table("attachment", privileges="SELECT, INSERT, UPDATE, DELETE")
    lookup(
        "due_attachments(most integer)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, id FROM attachment WHERE due_at <= now() ORDER BY due_at LIMIT most",
        reads=["attachment"],
    )
