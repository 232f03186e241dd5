"""Logos, how customers are reached, one company for each payment account, and names in any case in an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

LISTED = ("branch", "staff_member", "customer", "property", "contact", "role")


def upgrade() -> None:
    op.add_column("branch", sa.Column("logo", JSONB))
    for name in ("phone", "email"):
        op.add_column("customer", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("company", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_unique_constraint("company_payment_account_key", "company", ["payment_account"])
    drop_former_indexes()
    fold_names()


def drop_former_indexes() -> None:
    for table in LISTED:
        former = "folded_name" if table == "role" else "name_id"
        op.drop_index(f"{table}_company_id_{former}_idx", table)
    op.drop_index("property_customer_id_idx", "property")


def fold_names() -> None:
    for table in LISTED:
        folded = sa.Computed("lower(name)", persisted=True)
        op.add_column(table, sa.Column("folded_name", sa.Text(collation="C"), folded, nullable=False))
        op.create_index(None, table, ["company_id", "folded_name", "id"])
    op.create_index(None, "property", ["customer_id", "folded_name", "id"])
