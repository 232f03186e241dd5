"""The database itself keeps the ledger right and each company's rows apart."""

from typing import Any

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from services.billing.audit import discrepancies
from services.chassis.database import tenant_session
from services.contracts.messages import new_id
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.conftest import Databases

TENANT_TABLES = [
    "allocation", "autopay", "autopay_attempt", "autopay_authorization", "autopay_debit", "autopay_run",
    "credit", "credit_application", "customer_account", "dispute", "entry", "finance_agreement",
    "guest_mandate", "import", "import_progress", "import_row", "installment", "invoice", "late_fee",
    "loan_payoff", "mandate", "merchant", "number_series", "payment", "payment_method", "posting", "program",
    "program_policy", "provider_event", "refund", "setup",
]  # fmt: skip


def post(desk: Desk, people: People, *amounts: int) -> None:
    """Writes an entry of these postings, as a faulty use case might."""
    with tenant_session(desk.engine, people.company_id) as session:
        entry: dict[str, Any] = {"entry": new_id(), "company": people.company_id, "subject": new_id()}
        session.execute(text("INSERT INTO entry VALUES (:entry, :company, 'mistake', :subject, now())"), entry)
        for amount in amounts:
            line = text(
                "INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id)"
                " VALUES (:company, :entry, 'revenue', 'USD', :amount, :subject)"
            )
            session.execute(line, {**entry, "amount": amount})
        session.commit()


def test_an_entry_that_does_not_balance_is_refused_at_the_commit(desk: Desk, people: People) -> None:
    with pytest.raises(IntegrityError, match="does not balance"):
        post(desk, people, 100, -99)
    assert desk.value(people, "SELECT count(*) FROM posting") == 0
    post(desk, people, 100, -60, -40)


@pytest.mark.parametrize("statement", ["UPDATE posting SET amount = 1", "DELETE FROM posting", "DELETE FROM entry"])
def test_the_service_cannot_change_what_is_posted(desk: Desk, people: People, statement: str) -> None:
    desk.bill(people)
    with pytest.raises(ProgrammingError, match="permission denied"):
        desk.change(people, statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE posting SET amount = 1", "DELETE FROM posting", "TRUNCATE entry, posting"]
)
def test_not_even_the_owner_changes_what_is_posted(databases: Databases, desk: Desk, statement: str) -> None:
    connection = psycopg2.connect(databases.owner_url("billing"))
    with pytest.raises(psycopg2.errors.RestrictViolation, match="only ever added to"):
        connection.cursor().execute(statement)
    connection.close()


def test_nothing_is_posted_twice_for_one_payment(desk: Desk, people: People) -> None:
    payment = desk.pay(people.priya, desk.add_card(people.priya), desk.bill(people))
    again = "INSERT INTO entry VALUES (:id, :company, 'payment_succeeded', :payment, now())"
    with pytest.raises(IntegrityError, match="entry_kind_subject_id_key"):
        desk.change(people, again, id=new_id(), company=people.company_id, payment=payment.id)


def test_an_invoice_has_one_open_attempt_whatever_the_code_does(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    paid = desk.pay(people.priya, card, invoice)
    desk.change(people, "UPDATE allocation SET is_open = true")
    second = desk.pay(people.priya, card, desk.bill(people))
    with pytest.raises(IntegrityError, match="allocation_open_idx"):
        desk.change(
            people,
            "INSERT INTO allocation VALUES (:payment, :invoice, :company, 'INV', 1, true)",
            payment=second.id,
            invoice=paid.allocations[0].invoice_id,
            company=people.company_id,
        )
    desk.change(people, "UPDATE allocation SET is_open = false")


def test_the_accounts_say_what_happened(desk: Desk, people: People) -> None:
    paid = desk.bill(people, 12_000)
    desk.bill(people, 500)
    desk.pay(people.priya, desk.add_card(people.priya), paid)
    sums = dict(desk.rows(people, "SELECT account, sum(amount) FROM posting GROUP BY account"))
    assert sums == {"accounts_receivable": 500, "revenue": -12_500, "cash_in_transit": 12_250, "fees": -250}


def test_the_audit_finds_a_balance_that_lies(desk: Desk, people: People) -> None:
    desk.bill(people, 12_000)
    assert desk.audit(people) == []
    desk.change(people, "UPDATE invoice SET balance = 11999")
    by_entries, by_parts = discrepancies(desk.engine)
    desk.change(people, "UPDATE invoice SET balance = 12000")
    assert "balance is not what its entries say: INV-" in by_entries
    assert "balance is not its total less what reduced it: INV-" in by_parts


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_without_a_company_no_row_is_seen(desk: Desk, people: People, table: str) -> None:
    desk.pay(people.priya, desk.add_card(people.priya), desk.bill(people))
    with desk.engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_every_table_of_a_tenant_is_forced_to_its_policy(desk: Desk) -> None:
    with desk.engine.connect() as connection:
        forced = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity ORDER BY 1"
            )
        )
        assert [row.relname for row in forced] == TENANT_TABLES


def test_a_row_of_another_company_cannot_be_written(desk: Desk, people: People) -> None:
    others = desk.open_company()
    with pytest.raises(DBAPIError, match="row-level security"):
        desk.change(people, "INSERT INTO number_series VALUES (:company, 'INV', 2026, 1)", company=others.company_id)
