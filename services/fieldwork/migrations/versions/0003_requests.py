"""Requests grow up: category, priority, whose it is, comments, history, and what it became."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import tenant_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _extend_requests()
    op.create_table(
        "request_comment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author_kind IN ('contact', 'staff')", name="author_kind"),
        sa.CheckConstraint("public OR author_kind = 'staff'", name="public"),
    )
    op.create_index("request_comment_request_idx", "request_comment", ["company_id", "request_id", "created_at", "id"])
    tenant_table("request_comment")
    op.create_table(
        "request_entry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )
    op.create_index("request_entry_request_idx", "request_entry", ["company_id", "request_id", "at", "id"])
    tenant_table("request_entry", privileges="SELECT, INSERT")


def _extend_requests() -> None:
    """Defaults in the database, for the version that still runs does not know these columns."""
    op.add_column("request", sa.Column("category", sa.Text(), nullable=False, server_default="other"))
    op.add_column("request", sa.Column("priority", sa.Text(), nullable=False, server_default="normal"))
    op.add_column("request", sa.Column("assigned_to", JSONB(), nullable=True))
    op.add_column("request", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("request", sa.Column("job_id", sa.Uuid(), nullable=True))
    op.add_column("request", sa.Column("quote_id", sa.Uuid(), nullable=True))
    op.create_index("request_status_newest_idx", "request", ["company_id", "status", "created_at", "id"])
    op.drop_index("request_customer_newest_idx")
    op.create_index(
        "request_customer_newest_idx",
        "request",
        ["company_id", "customer_id", "created_at", "id"],
        postgresql_where=sa.text("include_client"),
    )
