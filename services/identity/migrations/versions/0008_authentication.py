"""How whoever began a session proved who they are: a signature made in it says so."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("session", sa.Column("authenticated_by", sa.Text))
