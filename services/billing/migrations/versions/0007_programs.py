"""Programs, their policies, and the invoices that belong to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.migrate import tenant_table

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_programs()
    create_policies()
    extend_invoices()


def create_programs() -> None:
    op.create_table(
        "program",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("customer", JSONB, nullable=False),
        sa.Column("zips", ARRAY(sa.Text), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("fees", JSONB),
        sa.Column("allowed_plans", ARRAY(sa.Text), nullable=False),
        sa.Column("allowed_methods", ARRAY(sa.Text), nullable=False),
        sa.Column("terms", JSONB),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("offered_at", MOMENT),
        sa.Column("elected_at", MOMENT),
        sa.Column("signed_at", MOMENT),
        sa.Column("cancelled_on", sa.Date),
        sa.Column("cancel_reason", sa.Text),
        sa.Column("archived_at", MOMENT),
        sa.Column("renews_id", sa.Uuid, sa.ForeignKey("program.id")),
        sa.CheckConstraint("total > 0", name="total"),
        sa.CheckConstraint("expires_on > effective_on", name="dates"),
    )
    op.create_index("program_number_idx", "program", ["company_id", "number"], unique=True)
    op.create_index("program_customer_idx", "program", ["customer_id", "created_at", "id"])
    op.create_index("program_company_idx", "program", ["company_id", "created_at", "id"])
    op.create_index("program_renews_idx", "program", ["renews_id"])
    tenant_table("program")


def create_policies() -> None:
    op.create_table(
        "program_policy",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, sa.ForeignKey("program.id"), nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_key", sa.Text, nullable=False),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("premium", sa.BigInteger, nullable=False),
        sa.Column("taxes", sa.BigInteger, nullable=False),
        sa.Column("earned_fees", sa.BigInteger, nullable=False),
        sa.Column("unearned_fees", sa.BigInteger, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
    )
    op.create_index("program_policy_program_idx", "program_policy", ["program_id", "position"])
    op.create_index("program_policy_key_idx", "program_policy", ["branch_id", "number_key"])
    tenant_table("program_policy", privileges="SELECT, INSERT, UPDATE, DELETE")


def extend_invoices() -> None:
    op.add_column("invoice", sa.Column("program_id", sa.Uuid, sa.ForeignKey("program.id")))
    op.add_column("invoice", sa.Column("method_types", ARRAY(sa.Text)))
    op.create_index("invoice_program_idx", "invoice", ["program_id", "due_on", "id"])
