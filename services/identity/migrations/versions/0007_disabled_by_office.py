"""Whether it was the office that disabled a contact; of those who are disabled already it may have been."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("contact", sa.Column("disabled_by_office", sa.Boolean, nullable=False, server_default="false"))
    # The policy is forced on the owner too, who works for no company here.
    op.execute("ALTER TABLE contact NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE contact SET disabled_by_office = true WHERE status = 'disabled'")
    op.execute("ALTER TABLE contact FORCE ROW LEVEL SECURITY")
