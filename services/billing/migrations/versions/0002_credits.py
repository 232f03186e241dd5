"""Taxed, void and visit-bound invoices with fee policies of their own; credits and what they are applied to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.migrate import tenant_table

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    extend_invoices()
    create_credits()
    create_applications()


def extend_invoices() -> None:
    op.add_column("invoice", sa.Column("fees", JSONB))
    op.add_column("invoice", sa.Column("tax", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("invoice", sa.Column("visit_ids", ARRAY(sa.Uuid), nullable=False, server_default="{}"))
    op.add_column("invoice", sa.Column("voided_at", MOMENT))
    op.add_column("invoice", sa.Column("void_reason", sa.Text))
    op.create_check_constraint("tax", "invoice", "tax BETWEEN 0 AND total")
    op.create_check_constraint("void", "invoice", "voided_at IS NULL OR balance = 0")


def create_credits() -> None:
    op.create_table(
        "credit",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("property_id", sa.Uuid),
        sa.Column("property", JSONB),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("unapplied", sa.BigInteger, nullable=False),
        sa.Column("returned", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payment.id"), unique=True),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("company_id", "number"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("unapplied >= 0 AND returned >= 0 AND unapplied + returned <= amount", name="rest"),
    )
    op.create_index("credit_customer_idx", "credit", ["customer_id", "created_at", "id"])
    op.create_index("credit_company_idx", "credit", ["company_id", "created_at", "id"])
    tenant_table("credit")


def create_applications() -> None:
    op.create_table(
        "credit_application",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("credit_id", sa.Uuid, sa.ForeignKey("credit.id"), nullable=False),
        sa.Column("credit_number", sa.Text, nullable=False),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), nullable=False),
        sa.Column("invoice_number", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.Column("taken_back_at", MOMENT),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    op.create_index("credit_application_credit_idx", "credit_application", ["credit_id"])
    op.create_index("credit_application_invoice_idx", "credit_application", ["invoice_id"])
    tenant_table("credit_application")
