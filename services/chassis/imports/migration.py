"""Makes the tables of imports in a service's database."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import lookup, tenant_table

MOMENT = sa.DateTime(timezone=True)


def create_import_tables() -> None:
    """The three tables, and the look-up of what is due."""
    _create_import()
    _create_rows()
    _create_progress()
    lookup(
        "due_imports(wanted int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT i.company_id, i.id FROM import i WHERE i.due_at <= now() ORDER BY i.due_at LIMIT wanted",
        reads=["import"],
    )


def _create_import() -> None:
    numbers = ("rows", "checked", "bad", "creates", "changes", "same")
    op.create_table(
        "import",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("file_key", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Uuid, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid),
        sa.Column("confirmed_by", sa.Text),
        sa.Column("finished_at", MOMENT),
        *(sa.Column(name, sa.Integer, nullable=False) for name in numbers),
        sa.Column("unknown_columns", JSONB, nullable=False),
        sa.Column("good_only", sa.Boolean, nullable=False),
        sa.Column("stopped_because", sa.Text),
        sa.Column("due_at", MOMENT),
    )
    op.create_index("import_company_idx", "import", ["company_id", "created_at", "id"])
    op.create_index("import_due_idx", "import", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    tenant_table("import")


def _create_rows() -> None:
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Uuid, sa.ForeignKey("import.id"), primary_key=True),
        sa.Column("group_row", sa.Integer, primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("flaws", JSONB, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("problems", JSONB),
    )
    tenant_table("import_row", privileges="SELECT, INSERT, UPDATE, DELETE")


def _create_progress() -> None:
    op.create_table(
        "import_progress",
        sa.Column("import_id", sa.Uuid, sa.ForeignKey("import.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("applied", sa.Integer, nullable=False),
    )
    tenant_table("import_progress")
