"""Finance agreements with their installments, payoffs and late fees; what of an invoice repays a loan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import lookup, tenant_table

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in ("principal", "interest"):
        op.add_column("invoice", sa.Column(column, sa.BigInteger, nullable=False, server_default="0"))
    create_agreements()
    create_installments()
    create_payoffs()
    create_late_fees()
    guard_what_was_drawn()
    create_lookups()


def create_agreements() -> None:
    op.create_table(
        "finance_agreement",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, sa.ForeignKey("program.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("begun_on", sa.Date, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("policies", JSONB, nullable=False),
        sa.Column("advances", JSONB, nullable=False),
        sa.Column("apr", sa.Numeric(9, 2), nullable=False),
        sa.Column("amount_financed", sa.BigInteger, nullable=False),
        sa.Column("finance_charge", sa.BigInteger, nullable=False),
        sa.Column("total_of_payments", sa.BigInteger, nullable=False),
        sa.Column("paid_down", sa.BigInteger, nullable=False),
        sa.Column("down_payment", sa.BigInteger, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("news", sa.Integer, nullable=False, server_default="1"),
        sa.Column("sealed", JSONB),
        sa.Column("signature_id", sa.Uuid),
        sa.Column("signed_by", sa.Text),
        sa.Column("signed_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.UniqueConstraint("program_id", "version"),
        sa.CheckConstraint("amount_financed >= 0 AND finance_charge >= 0 AND down_payment >= 0", name="amounts"),
        sa.CheckConstraint("total_of_payments = amount_financed + finance_charge", name="total"),
        sa.CheckConstraint("stage NOT IN ('in_force', 'cancelled') OR signed_at IS NOT NULL", name="signed"),
    )
    current = sa.text("stage IN ('to_sign', 'in_force', 'cancelled')")
    op.create_index(
        "finance_agreement_current_idx", "finance_agreement", ["program_id"], unique=True, postgresql_where=current
    )
    tenant_table("finance_agreement")


def create_installments() -> None:
    op.create_table(
        "installment",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("agreement_id", sa.Uuid, sa.ForeignKey("finance_agreement.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("principal", sa.BigInteger, nullable=False),
        sa.Column("interest", sa.BigInteger, nullable=False),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id")),
        sa.Column("late_fee_on", sa.Date),
        sa.UniqueConstraint("agreement_id", "number"),
        sa.CheckConstraint("amount = principal + interest AND amount > 0 AND principal >= 0", name="amounts"),
    )
    op.create_index("installment_invoice_idx", "installment", ["invoice_id"])
    late = sa.text("late_fee_on IS NOT NULL")
    op.create_index("installment_late_idx", "installment", ["late_fee_on"], postgresql_where=late)
    tenant_table("installment")


def create_payoffs() -> None:
    op.create_table(
        "loan_payoff",
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("agreement_id", sa.Uuid, sa.ForeignKey("finance_agreement.id"), nullable=False),
        sa.Column("good_through", sa.Date, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("rebate", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index("loan_payoff_open_idx", "loan_payoff", ["agreement_id"], unique=True, postgresql_where=standing)
    op.create_index("loan_payoff_due_idx", "loan_payoff", ["good_through"], postgresql_where=standing)
    tenant_table("loan_payoff")


def create_late_fees() -> None:
    op.create_table(
        "late_fee",
        sa.Column("late_invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), nullable=False, unique=True),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("charged_at", MOMENT, nullable=False),
    )
    tenant_table("late_fee", privileges="SELECT, INSERT")


def guard_what_was_drawn() -> None:
    """What was drawn stays as it is, a signature is kept, and at the commit a schedule adds up to its agreement."""
    op.execute("""
        CREATE FUNCTION refuse_redrawing() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moves text[] := '{stage,news,sealed,signature_id,signed_by,signed_at,ended_at}';
            signature text[] := '{stage,news,ended_at}';
        BEGIN
            IF to_jsonb(OLD) - moves IS DISTINCT FROM to_jsonb(NEW) - moves
                OR OLD.signed_at IS NOT NULL
                AND (to_jsonb(OLD) - signature IS DISTINCT FROM to_jsonb(NEW) - signature
                    OR NEW.stage IN ('to_sign', 'withdrawn'))
            THEN
                RAISE EXCEPTION 'an agreement that was drawn is not changed' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION refuse_rescheduling() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moves text[] := '{invoice_id,late_fee_on}';
        BEGIN
            IF to_jsonb(OLD) - moves IS DISTINCT FROM to_jsonb(NEW) - moves THEN
                RAISE EXCEPTION 'a schedule that was drawn is not changed' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION require_whole_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM finance_agreement a LEFT JOIN installment i ON i.agreement_id = a.id
                WHERE a.id = NEW.agreement_id GROUP BY a.id
                HAVING coalesce(sum(i.principal), 0) <> a.amount_financed
                    OR coalesce(sum(i.amount), 0) <> a.total_of_payments
            ) THEN
                RAISE EXCEPTION 'the schedule of % does not add up', NEW.agreement_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
    """)
    for table, function in (("finance_agreement", "refuse_redrawing"), ("installment", "refuse_rescheduling")):
        op.execute(f"CREATE TRIGGER frozen BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    op.execute("""
        CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON installment
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_whole_schedule()
    """)


def create_lookups() -> None:
    """Nothing is due of an invoice while somebody pays it. Days are those of the program's branch."""
    unattended = (
        "v.balance > 0 AND NOT EXISTS (SELECT FROM allocation o WHERE o.invoice_id = v.id AND o.is_open)"
        " AND {day} (now() AT TIME ZONE v.time_zone)::date"
    )
    lookup(
        "due_late_fees(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT i.company_id, i.id FROM installment i JOIN invoice v ON v.id = i.invoice_id"
        f" WHERE {unattended.format(day='i.late_fee_on <=')} ORDER BY i.late_fee_on LIMIT most",
        reads=["installment", "invoice", "allocation"],
    )
    lookup(
        "due_payoffs(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT p.company_id, p.invoice_id FROM loan_payoff p JOIN invoice v ON v.id = p.invoice_id"
        f" WHERE p.ended_at IS NULL AND v.balance = v.total AND {unattended.format(day='p.good_through <')}"
        " ORDER BY p.good_through LIMIT most",
        reads=["loan_payoff", "invoice", "allocation"],
    )
