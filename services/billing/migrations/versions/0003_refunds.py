"""Refunds and disputes; payments that came offline or from guests; fees kept, by funding and by invoice."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup, tenant_table

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    extend_payments()
    create_refunds()
    create_disputes()
    create_catch_ups()


def extend_payments() -> None:
    op.add_column("payment_method", sa.Column("funding", sa.Text, nullable=False, server_default="unknown"))
    for column in ("payer_id", "payment_method_id"):
        op.alter_column("payment", column, nullable=True)
    for column in ("payer_email", "reference"):
        op.add_column("payment", sa.Column(column, sa.Text, nullable=False, server_default=""))
    op.add_column("payment", sa.Column("received_on", sa.Date))
    op.add_column("payment", sa.Column("fee_is_kept", sa.Boolean, nullable=False, server_default="false"))
    op.create_index("payment_status_idx", "payment", ["company_id", "status", "created_at", "id"])
    for column in ("fee", "returned"):
        op.add_column("allocation", sa.Column(column, sa.BigInteger, nullable=False, server_default="0"))
    op.create_check_constraint("returned", "allocation", "returned BETWEEN 0 AND amount")


def create_refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payment.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("fee", sa.BigInteger, nullable=False),
        sa.Column("reopens", sa.Boolean, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text, unique=True),
        sa.Column("failure_reason", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("posted_at", MOMENT),
        sa.Column("next_check_at", MOMENT),
        sa.Column("checks", sa.Integer, nullable=False, server_default="0"),
        sa.CheckConstraint("amount > 0 AND fee BETWEEN 0 AND amount", name="amounts"),
    )
    op.create_index("refund_payment_idx", "refund", ["payment_id"])
    checked = sa.text("next_check_at IS NOT NULL")
    op.create_index("refund_due_idx", "refund", ["next_check_at"], postgresql_where=checked)
    tenant_table("refund")
    lookup(
        "due_refunds(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT r.company_id, r.id FROM refund r WHERE r.next_check_at <= now() ORDER BY r.next_check_at LIMIT most",
        reads=["refund"],
    )


def create_disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payment.id"), nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("respond_by", MOMENT),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    op.create_index("dispute_payment_idx", "dispute", ["payment_id"])
    tenant_table("dispute")


def create_catch_ups() -> None:
    op.add_column("merchant", sa.Column("caught_up_at", MOMENT, nullable=False, server_default=sa.func.now()))
    op.create_index("merchant_catch_up_idx", "merchant", ["caught_up_at"])
    lookup(
        "due_catch_ups(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT m.company_id, m.company_id FROM merchant m WHERE m.caught_up_at <= now() - interval '1 hour'"
        " ORDER BY m.caught_up_at LIMIT most",
        reads=["merchant"],
    )
