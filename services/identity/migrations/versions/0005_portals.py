"""Logos, how customers are reached, one company for each payment account, and names in any case in an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

LISTED = ("branch", "staff_member", "customer", "property", "contact")


def upgrade() -> None:
    op.add_column("branch", sa.Column("logo", JSONB))
    for name in ("phone", "email"):
        op.add_column("customer", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("company", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_unique_constraint("company_payment_account_key", "company", ["payment_account"])
    for table in LISTED:
        op.drop_index(f"{table}_company_id_name_id_idx", table)
        listed_by_name(table)
    op.drop_index("property_customer_id_idx", "property")
    listed_by_name("property", "customer_id")


def listed_by_name(table: str, within: str = "company_id") -> None:
    columns = [within, sa.text('(lower(name) COLLATE "C")'), "id"]
    op.create_index(f"{table}_{within}_folded_name_idx", table, columns)
