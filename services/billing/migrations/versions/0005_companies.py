"""Companies change their names: which news of one is the latest."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("merchant", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
