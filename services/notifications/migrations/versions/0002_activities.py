"""Activities: the feed of each staff member."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import tenant_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("event_id", "staff_id"),
    )
    op.create_index("activity_feed_idx", "activity", ["company_id", "staff_id", "at", "id"])
    op.create_index(
        "activity_unread_idx",
        "activity",
        ["company_id", "staff_id", "at", "id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    tenant_table("activity")
