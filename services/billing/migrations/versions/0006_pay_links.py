"""Pay links and guests: a link's version on its invoice, what guests pay, the mandates that they give, their tries."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup, shared_table, tenant_table

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("invoice", sa.Column("link_version", sa.Integer, nullable=False, server_default="1"))
    for column in ("is_guest", "is_hosted"):
        op.add_column("payment", sa.Column(column, sa.Boolean, nullable=False, server_default="false"))
    op.add_column("payment", sa.Column("hosted_session_id", sa.Text, unique=True))
    create_mandates()
    create_tries()
    lookup(
        "company_of_invoice(invoice_id uuid)",
        "uuid",
        "SELECT i.company_id FROM invoice i WHERE i.id = invoice_id",
        reads=["invoice"],
    )


def create_mandates() -> None:
    op.create_table(
        "guest_mandate",
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payment.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("ip", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
    )
    tenant_table("guest_mandate", privileges="SELECT, INSERT")


def create_tries() -> None:
    op.create_table(
        "tries",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("used", sa.Float, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("tries_at_idx", "tries", ["at"])
    shared_table("tries", privileges="SELECT, INSERT, UPDATE, DELETE")
