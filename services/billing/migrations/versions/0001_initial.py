"""The first tables: companies, invoices, methods, payments, the ledger, the provider's events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.migrate import create_chassis_tables, lookup, tenant_table

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_chassis_tables()
    create_merchants()
    create_invoices()
    create_methods()
    create_payments()
    create_ledger()
    create_provider_events()
    create_lookups()


def create_merchants() -> None:
    op.create_table(
        "merchant",
        sa.Column("company_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payment_account", sa.Text, nullable=False, unique=True),
        sa.Column("currency", sa.Text, nullable=False, server_default="USD"),
    )
    tenant_table("merchant")


def create_invoices() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("property_id", sa.Uuid),
        sa.Column("billing_contact_id", sa.Uuid),
        sa.Column("proposal_id", sa.Uuid),
        sa.Column("customer", JSONB, nullable=False),
        sa.Column("property", JSONB),
        sa.Column("service_contact", JSONB),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("service_names", JSONB, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("shared_at", MOMENT),
        sa.UniqueConstraint("company_id", "number"),
        sa.CheckConstraint("total > 0", name="total"),
        sa.CheckConstraint("balance BETWEEN 0 AND total", name="balance"),
    )
    shared = sa.text("shared_at IS NOT NULL")
    op.create_index("invoice_customer_idx", "invoice", ["customer_id", "due_on", "id"], postgresql_where=shared)
    owed = sa.text("shared_at IS NOT NULL AND balance > 0")
    op.create_index("invoice_customer_due_idx", "invoice", ["customer_id", "due_on", "id"], postgresql_where=owed)
    op.create_index("invoice_company_idx", "invoice", ["company_id", "due_on", "id"])
    tenant_table("invoice")


def create_methods() -> None:
    op.create_table(
        "customer_account",
        sa.Column("customer_id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("company_id", "provider_id"),
    )
    tenant_table("customer_account")
    op.create_table(
        "payment_method",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("brand", sa.Text, nullable=False),
        sa.Column("last4", sa.Text, nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("customer_id", "fingerprint"),
    )
    op.create_index("payment_method_customer_idx", "payment_method", ["customer_id", "created_at", "id"])
    default = sa.text("is_default")
    op.create_index(
        "payment_method_default_idx", "payment_method", ["customer_id"], unique=True, postgresql_where=default
    )
    tenant_table("payment_method")
    op.create_table(
        "setup",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("intent_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
    )
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("setup_open_idx", "setup", ["customer_id", "created_at"], postgresql_where=unfinished)
    tenant_table("setup")


def create_payments() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("receipt_number", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("property_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("payer_id", sa.Uuid, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("subtotal", sa.BigInteger, nullable=False),
        sa.Column("fee", sa.BigInteger, nullable=False),
        sa.Column("payment_method_id", sa.Uuid, sa.ForeignKey("payment_method.id"), nullable=False),
        sa.Column("method_type", sa.Text, nullable=False),
        sa.Column("method_brand", sa.Text, nullable=False),
        sa.Column("method_last4", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("provider_customer", sa.Text, nullable=False),
        sa.Column("provider_method", sa.Text, nullable=False),
        sa.Column("return_url", sa.Text, nullable=False),
        sa.Column("intent_id", sa.Text, unique=True),
        sa.Column("decline_code", sa.Text),
        sa.Column("decline_reason", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("succeeded_at", MOMENT),
        sa.Column("next_check_at", MOMENT),
        sa.Column("checks", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("company_id", "number"),
        sa.UniqueConstraint("company_id", "receipt_number"),
        sa.CheckConstraint("subtotal > 0 AND fee >= 0", name="amounts"),
    )
    op.create_index("payment_customer_idx", "payment", ["customer_id", "created_at", "id"])
    op.create_index("payment_company_idx", "payment", ["company_id", "created_at", "id"])
    checked = sa.text("next_check_at IS NOT NULL")
    op.create_index("payment_due_idx", "payment", ["next_check_at"], postgresql_where=checked)
    tenant_table("payment")
    op.create_table(
        "allocation",
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payment.id"), primary_key=True),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("invoice_number", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.CheckConstraint("amount >= 0", name="amount"),
    )
    is_open = sa.text("is_open")
    op.create_index("allocation_open_idx", "allocation", ["invoice_id"], unique=True, postgresql_where=is_open)
    op.create_index("allocation_invoice_idx", "allocation", ["invoice_id"])
    tenant_table("allocation")


def create_ledger() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.UniqueConstraint("kind", "subject_id"),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("entry_id", sa.Uuid, sa.ForeignKey("entry.id"), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("invoice.id")),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    op.create_index("posting_entry_idx", "posting", ["entry_id"])
    op.create_index("posting_invoice_idx", "posting", ["invoice_id"])
    op.create_index("posting_customer_idx", "posting", ["customer_id", "account"])
    for table in ("entry", "posting"):
        tenant_table(table, privileges="SELECT, INSERT")
    guard_ledger()


def guard_ledger() -> None:
    """What is posted stays, and at the commit each entry balances in every currency."""
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the ledger is only ever added to' USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE FUNCTION require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM posting WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount) <> 0
            ) THEN
                RAISE EXCEPTION 'entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
    """)
    for table in ("entry", "posting"):
        op.execute(f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)
    op.execute("""
        CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON posting
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_balance()
    """)


def create_provider_events() -> None:
    op.create_table(
        "provider_event",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("object_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("company_id", "event_id"),
    )
    received = sa.text("state = 'received'")
    op.create_index("provider_event_due_idx", "provider_event", ["next_attempt_at"], postgresql_where=received)
    tenant_table("provider_event")


def create_lookups() -> None:
    lookup(
        "company_by_account(account text)",
        "uuid",
        "SELECT company_id FROM merchant WHERE payment_account = account",
        reads=["merchant"],
    )
    lookup("companies()", "SETOF uuid", "SELECT company_id FROM merchant ORDER BY company_id", reads=["merchant"])
    lookup(
        "due_payments(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT p.company_id, p.id FROM payment p WHERE p.next_check_at <= now() ORDER BY p.next_check_at LIMIT most",
        reads=["payment"],
    )
    lookup(
        "due_provider_events(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT e.company_id, e.id FROM provider_event e WHERE e.state = 'received' AND e.next_attempt_at <= now()"
        " ORDER BY e.next_attempt_at LIMIT most",
        reads=["provider_event"],
    )
