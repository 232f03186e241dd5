"""Imports, and what the systems that invoices and programs are imported from call them."""

import sqlalchemy as sa
from alembic import op

from services.chassis.imports.migration import create_import_tables

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for table in ("invoice", "program"):
        op.add_column(table, sa.Column("external_id", sa.Text))
        op.create_index(f"{table}_external_idx", table, ["company_id", "external_id"], unique=True)
    create_import_tables()
