"""The browsers that a person has signed in by."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import tenant_table

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "known_browser",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("browser", sa.Text, primary_key=True),
        sa.Column("company_id", sa.Uuid, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    tenant_table("known_browser")
