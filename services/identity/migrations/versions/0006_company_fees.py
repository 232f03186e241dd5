"""A company's fee policies, for the branches that have none of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("company", sa.Column("fees", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")))
