"""Which of the changes of a visit's plan this is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("visit", sa.Column("version", sa.Integer, server_default="1", nullable=False))
