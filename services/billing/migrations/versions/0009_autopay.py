"""Autopay: authorizations, what they will debit, runs and their attempts, and the pace of the provider's endpoints."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup, shared_table, tenant_table

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    no = sa.text("false")
    op.add_column("payment", sa.Column("by_autopay", sa.Boolean, nullable=False, server_default=no))
    create_autopay()
    create_authorizations()
    create_debits()
    create_runs()
    create_attempts()
    create_pace()
    create_lookups()


def create_autopay() -> None:
    op.create_table(
        "autopay",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("program_id", sa.Uuid, sa.ForeignKey("program.id")),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("paused_because", sa.Text),
        sa.Column("payment_method_id", sa.Uuid, sa.ForeignKey("payment_method.id"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("cap", sa.BigInteger),
        sa.Column("authorization_id", sa.Uuid, nullable=False),
        sa.Column("authorized_by_id", sa.Uuid, nullable=False),
        sa.Column("authorized_by", sa.Text, nullable=False),
        sa.Column("authorized_on", sa.Date, nullable=False),
        sa.Column("next_plan_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("cap > 0", name="cap"),
        sa.CheckConstraint("(status = 'paused') = (paused_because IS NOT NULL)", name="paused"),
    )
    for name, columns, condition in (
        ("customer", ["customer_id", "branch_id"], "program_id IS NULL"),
        ("program", ["program_id"], "program_id IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(f"autopay_{name}_idx", "autopay", columns, unique=True, postgresql_where=where)
    in_use, is_on = sa.text("status <> 'off'"), sa.text("status = 'on'")
    op.create_index("autopay_method_idx", "autopay", ["payment_method_id"], postgresql_where=in_use)
    op.create_index("autopay_plan_idx", "autopay", ["next_plan_at"], postgresql_where=is_on)
    tenant_table("autopay")


def create_authorizations() -> None:
    op.create_table(
        "autopay_authorization",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("autopay_id", sa.Uuid, sa.ForeignKey("autopay.id"), nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("payment_method_id", sa.Uuid, sa.ForeignKey("payment_method.id"), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("ip", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("session_id", sa.Uuid),
    )
    op.create_index("autopay_authorization_idx", "autopay_authorization", ["autopay_id", "accepted_at"])
    tenant_table("autopay_authorization", privileges="SELECT, INSERT")


def create_debits() -> None:
    op.create_table(
        "autopay_debit",
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("autopay_id", sa.Uuid, sa.ForeignKey("autopay.id"), nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("charge_on", sa.Date, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("noticed_at", MOMENT),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("declines", sa.Integer, nullable=False, server_default="0"),
        sa.Column("declined_on", sa.Date),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(due_at IS NOT NULL) = (state = 'planned')", name="due"),
    )
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index("autopay_debit_due_idx", "autopay_debit", ["due_at"], postgresql_where=is_due)
    op.create_index("autopay_debit_autopay_idx", "autopay_debit", ["autopay_id", "charge_on", "invoice_id"])
    tenant_table("autopay_debit")


def create_runs() -> None:
    op.create_table(
        "autopay_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("run_on", sa.Date, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.UniqueConstraint("branch_id", "run_on"),
    )
    op.create_index("autopay_run_company_idx", "autopay_run", ["company_id", "run_on", "id"])
    tenant_table("autopay_run")


def create_attempts() -> None:
    op.create_table(
        "autopay_attempt",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("run_id", sa.Uuid, sa.ForeignKey("autopay_run.id"), nullable=False),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), nullable=False),
        sa.Column("try", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("deferrals", sa.Integer, nullable=False, server_default="0"),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payment.id")),
        sa.Column("amount", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("done_at", MOMENT),
        sa.UniqueConstraint("invoice_id", "try"),
    )
    queued, worked_on = sa.text("state = 'queued'"), sa.text("state IN ('charging', 'pending')")
    op.create_index("autopay_attempt_due_idx", "autopay_attempt", ["next_at"], postgresql_where=queued)
    op.create_index("autopay_attempt_run_idx", "autopay_attempt", ["run_id", "state"])
    op.create_index("autopay_attempt_payment_idx", "autopay_attempt", ["payment_id"], postgresql_where=worked_on)
    tenant_table("autopay_attempt")


def create_pace() -> None:
    op.create_table(
        "provider_pace",
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("next_at", MOMENT, nullable=False),
    )
    op.execute("INSERT INTO provider_pace VALUES ('create_payment', now()), ('confirm_payment', now())")
    shared_table("provider_pace", privileges="SELECT, UPDATE")


def create_lookups() -> None:
    lookup(
        "due_autopay_plans(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT a.company_id, a.id FROM autopay a WHERE a.status = 'on' AND a.next_plan_at <= now()"
        " ORDER BY a.next_plan_at LIMIT most",
        reads=["autopay"],
    )
    lookup(
        "due_autopay_runs(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT DISTINCT d.company_id, d.branch_id FROM autopay_debit d WHERE d.due_at <= now() LIMIT most",
        reads=["autopay_debit"],
    )
    lookup(
        "due_autopay_attempts(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT a.company_id, a.id FROM autopay_attempt a WHERE a.state = 'queued' AND a.next_at <= now()"
        " ORDER BY a.next_at, a.id LIMIT most",
        reads=["autopay_attempt"],
    )
    lookup(
        "due_autopay_outcomes(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT a.company_id, a.id FROM autopay_attempt a JOIN payment p ON p.id = a.payment_id"
        " WHERE (a.state = 'charging' AND p.status NOT IN ('created', 'requires_action', 'unknown'))"
        " OR (a.state = 'pending' AND p.status NOT IN ('processing', 'requires_action', 'unknown'))"
        " ORDER BY a.next_at LIMIT most",
        reads=["autopay_attempt", "payment"],
    )
