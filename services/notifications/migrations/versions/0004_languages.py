"""The language that a person chose, and the one that a mail is written in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("preferences", sa.Column("language", sa.Text))
    op.create_check_constraint("language", "preferences", "language IN ('en', 'es')")
    op.add_column("mail", sa.Column("language", sa.Text, nullable=False, server_default="en"))
    op.create_check_constraint("language", "mail", "language IN ('en', 'es')")
