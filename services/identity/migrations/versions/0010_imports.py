"""Imports, and what other systems call customers and properties."""

import sqlalchemy as sa
from alembic import op

from services.chassis.imports.migration import create_import_tables

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for table in ("customer", "property"):
        op.add_column(table, sa.Column("external_id", sa.Text))
        op.create_index(f"{table}_external_idx", table, ["company_id", "external_id"], unique=True)
    create_import_tables()
