"""The audit finds a loan that does not agree with its invoices or the ledger: each check is proved on a broken row."""

import psycopg2
import pytest
from sqlalchemy import text

from services.billing.audit import of_company
from services.billing.loan_invariants import LOAN_CHECKS
from services.chassis.database import tenant_session
from services.contracts.billing.finance import RaisePayoff
from tests.service.billing.conftest import Desk
from tests.service.billing.loans import lent, pay
from tests.service.billing.people import People
from tests.service.conftest import Databases

ONE_MORE_LENT = (
    "INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id)"
    " SELECT company_id, id, account, 'USD', amount, (SELECT customer_id FROM program LIMIT 1) FROM entry,"
    " (VALUES ('loan_receivable', 1), ('revenue', -1)) AS lines (account, amount) WHERE kind = 'loan_made'"
)
BROKEN = [
    ("an installment is not billed as it was agreed", "UPDATE invoice SET principal = principal + 1, interest = 0"),
    (
        "an agreement in force has an installment that nobody owes and no payoff covers",
        "UPDATE loan_payoff SET ended_at = now()",
    ),
    (
        "an agreement in force has an installment that nobody owes and no payoff covers",
        "WITH gone AS (UPDATE loan_payoff SET ended_at = now()) UPDATE installment SET invoice_id = NULL",
    ),
    ("what repays a loan is not what is on loan", "UPDATE invoice SET principal = principal + 1 WHERE kind = 'payoff'"),
    ("what was lent is not what the agreement says", ONE_MORE_LENT),
    ("what of an invoice repays a loan is not what its entries say", "UPDATE invoice SET interest = interest + 1"),
    ("what of an invoice repays a loan is not what its entries say", "UPDATE invoice SET voided_at = NULL"),
    ("what is lent to a customer is not what their invoices repay", ONE_MORE_LENT),
]
GUARDED = "an agreement's schedule does not add up to it"


@pytest.fixture
def busy(desk: Desk, people: People) -> People:
    """A company with a loan of which something was paid and the rest is to be paid off."""
    program, agreement = lent(desk, people)
    pay(desk, people, agreement, 1, 2)
    desk.ask(people.office, RaisePayoff(program_id=program.id))
    return people


def test_every_check_of_loans_is_proved_here() -> None:
    assert {name for name, _ in BROKEN} | {GUARDED} == LOAN_CHECKS.keys()


def test_nothing_is_found_where_nothing_is_wrong_with_a_loan(desk: Desk, busy: People) -> None:
    assert list(of_company(desk.engine, busy.company_id)) == []


def test_each_check_of_loans_finds_a_broken_row(desk: Desk, busy: People) -> None:
    for name, change in BROKEN:
        with tenant_session(desk.engine, busy.company_id) as session:
            session.execute(text(change))
            assert session.execute(text(LOAN_CHECKS[name])).all(), name
            session.rollback()


def test_a_schedule_that_slipped_past_the_database_is_found(desk: Desk, busy: People, databases: Databases) -> None:
    def change(amount: int) -> None:
        """What nobody but the owner of the tables could do, with the guard taken away."""
        connection = psycopg2.connect(databases.owner_url("billing"))
        with connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL portico.company_id = %s", (str(busy.company_id),))
            cursor.execute("ALTER TABLE installment DISABLE TRIGGER frozen")
            cursor.execute(
                "UPDATE installment SET amount = amount + %s, principal = principal + %s WHERE number = 10",
                (amount, amount),
            )
            cursor.execute("ALTER TABLE installment ENABLE TRIGGER frozen")
        connection.close()

    change(1)
    assert any(GUARDED in each for each in of_company(desk.engine, busy.company_id))
    change(-1)
    assert list(of_company(desk.engine, busy.company_id)) == []
