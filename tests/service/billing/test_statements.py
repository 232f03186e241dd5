"""The statement of account: out of the ledger, by the branch's days, and never at odds with the balances."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.work import Work
from services.contracts.billing.credits import ApplyCredit, GetStatement, GetStatementPdf, StatementView, UnapplyCredit
from services.contracts.billing.invoices import GetBalance, VoidInvoice
from services.contracts.billing.payments import RecordPayment, RefundPayment
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import Principal
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_documents import text_of

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


class Clock:
    """The time that billing takes it to be."""

    now = NOON

    def set(self, now: datetime) -> None:
        self.now = now


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    """Billing's clock, in the hand of a test."""
    found = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Work, "now", property(lambda _: found.now))
        yield found


def statement(desk: Desk, who: Principal, since: date, until: date, **fields: Any) -> StatementView:
    """The statement that this principal gets."""
    found: StatementView = desk.ask(who, GetStatement(since=since, until=until, **fields))
    return found


def receive(desk: Desk, people: People, invoice: Any, amount: int) -> Any:
    """A check for an invoice."""
    return desk.ask(
        people.office,
        RecordPayment(
            customer=people.customer,
            branch_id=people.branch_id,
            time_zone="America/Chicago",
            invoice_ids=[invoice.id],
            amount=Money(amount=amount),
            received_as="check",
            received_on=invoice.issued_on,
        ),
    )


def apply(desk: Desk, people: People, credit: Any, invoice: Any, amount: int) -> Any:
    """The credit after so much of it reduces the invoice."""
    command = ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=Money(amount=amount))
    return desk.ask(people.office, command)


def told(view: StatementView) -> list[tuple[str, str, int, int]]:
    """Its lines in short."""
    return [(each.kind, each.number, each.amount.amount, each.balance.amount) for each in view.lines]


def test_a_statement_says_what_happened_in_order(desk: Desk, people: People, clock: Clock) -> None:
    clock.set(NOON)
    first, wrong = desk.bill(people, 12_000), desk.bill(people, 900)
    credit = desk.grant(people, 7_500)
    clock.set(NOON + timedelta(days=1))
    apply(desk, people, credit, first, 5_000)
    payment = receive(desk, people, first, 6_000)
    desk.ask(people.office, VoidInvoice(invoice_id=wrong.id, reason="Billed twice"))
    clock.set(NOON + timedelta(days=2))
    desk.ask(people.office, UnapplyCredit(credit_id=credit.id, invoice_id=first.id))
    desk.ask(people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=1_000), reopen=True))
    view = statement(desk, people.priya, date(2026, 3, 3), date(2026, 3, 4))
    assert (view.opening.amount, view.closing.amount, view.unapplied_credit.amount) == (12_900, 12_000 - 5_000, 7_500)
    assert told(view) == [
        ("credit", credit.number, -5_000, 7_900),
        ("payment", payment.number, -6_000, 1_900),
        ("void", wrong.number, -900, 1_000),
        ("credit_taken_back", credit.number, 5_000, 6_000),
        ("refund", payment.number, 1_000, 7_000),
    ]
    assert (view.lines[1].on, view.lines[1].description) == (date(2026, 3, 3), f"Payment of {first.number}")
    (invoice_line, _) = statement(desk, people.priya, date(2026, 3, 2), date(2026, 3, 2)).lines
    assert (invoice_line.kind, invoice_line.description) == ("invoice", "Mowing")


def test_days_are_those_of_the_branch(desk: Desk, people: People, clock: Clock) -> None:
    # In Chicago, six hours behind, it is still the second of March.
    clock.set(datetime(2026, 3, 3, 5, 59, tzinfo=UTC))
    desk.bill(people, 1_000)
    clock.set(datetime(2026, 3, 3, 6, 0, tzinfo=UTC))
    desk.bill(people, 2_000)
    assert statement(desk, people.priya, date(2026, 3, 1), date(2026, 3, 2)).closing.amount == 1_000
    later = statement(desk, people.priya, date(2026, 3, 3), date(2026, 3, 3))
    assert (later.opening.amount, later.closing.amount, len(later.lines)) == (1_000, 3_000, 1)


def test_everybody_gets_the_statement_of_what_they_see(desk: Desk, people: People, clock: Clock) -> None:
    clock.set(NOON)
    desk.bill(people, 1_000)
    desk.bill(people, 2_000, property=people.north_gate)
    desk.bill(people, 4_000, property=None)
    desk.draft(people, 8_000)
    day = NOON.date()
    for who, owed in ((people.priya, 7_000), (people.ben, 5_000)):
        assert statement(desk, who, day, day).closing.amount == owed
    assert statement(desk, people.priya, day, day, property_ids=[people.north_gate.id]).closing.amount == 2_000
    in_dallas = people.priya.model_copy(update={"portal": people.portal.model_copy(update={"branch_id": new_id()})})
    assert statement(desk, in_dallas, day, day, customer=people.customer).closing.amount == 0
    office = statement(desk, people.office, day, day, customer_id=people.customer.id)
    assert (office.closing.amount, office.customer) == (7_000, people.customer)
    theirs = desk.open_company()
    message = GetStatement(since=day, until=day, customer_id=people.customer.id)
    assert refused(desk, theirs.office, message).code == "not_found"
    assert refused(desk, people.dana, message).code == "not_found"
    assert refused(desk, people.office, GetStatement(since=day, until=day)).details["field"] == "customer_id"
    assert refused(desk, None, message).code == "forbidden"


def test_a_period_that_makes_no_sense_is_refused(desk: Desk, people: People) -> None:
    for since, until in ((date(2026, 3, 2), date(2026, 3, 1)), (date(2020, 3, 1), date(2026, 3, 1))):
        refusal = refused(desk, people.priya, GetStatement(since=since, until=until, customer=people.customer))
        assert (refusal.code, refusal.details["reason"]) == ("invalid", "period")


def test_an_empty_account_has_a_statement(desk: Desk, people: People) -> None:
    view = statement(desk, people.priya, date(2026, 3, 1), date(2026, 3, 31), customer=people.customer)
    assert (view.opening.amount, view.lines, view.closing.amount) == (0, [], 0)


def test_the_document_says_the_same(desk: Desk, people: People, clock: Clock) -> None:
    clock.set(NOON)
    invoice = desk.bill(people, 130_050)
    receive(desk, people, invoice, 30_050)
    day = NOON.date()
    text = text_of(desk.ask(people.priya, GetStatementPdf(since=day, until=day, customer=people.customer)))
    for said in ("Lakeside HOA", "March 2, 2026", invoice.number, "Mowing", "$1,300.50", "-$300.50", "$1,000.00"):
        assert said in text


Act = Callable[[Desk, People, list[Any], list[Any], list[Any], int], object]


def bill(desk: Desk, people: People, invoices: list[Any], payments: list[Any], granted: list[Any], n: int) -> None:
    invoices.append(desk.bill(people, 1_000 + n, property=people.north_gate if n % 2 else people.clubhouse))


def grant_and_apply(
    desk: Desk, people: People, invoices: list[Any], payments: list[Any], granted: list[Any], n: int
) -> None:
    granted.append(desk.grant(people, 500 + n))
    apply(desk, people, granted[-1], invoices[n % len(invoices)], 1 + n % 500)


def take_back(desk: Desk, people: People, invoices: list[Any], payments: list[Any], granted: list[Any], n: int) -> None:
    invoice_id = invoices[n % len(invoices)].id
    desk.ask(people.office, UnapplyCredit(credit_id=granted[n % len(granted)].id, invoice_id=invoice_id))


def pay(desk: Desk, people: People, invoices: list[Any], payments: list[Any], granted: list[Any], n: int) -> None:
    payments.append(receive(desk, people, invoices[n % len(invoices)], 1 + n))


def refund(desk: Desk, people: People, invoices: list[Any], payments: list[Any], granted: list[Any], n: int) -> None:
    payment_id = payments[n % len(payments)].id
    desk.ask(people.office, RefundPayment(payment_id=payment_id, amount=Money(amount=1 + n % 300), reopen=n % 3 > 0))


def void(desk: Desk, people: People, invoices: list[Any], payments: list[Any], granted: list[Any], n: int) -> None:
    desk.ask(people.office, VoidInvoice(invoice_id=invoices[n % len(invoices)].id, reason="Wrong"))


ACTS: list[Act] = [bill, grant_and_apply, take_back, pay, refund, void]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2_000), st.integers(0, 30)), max_size=14))
def test_a_closing_balance_is_what_the_balances_were_that_day(
    desk: Desk, clock: Clock, acts: list[tuple[Act, int, int]]
) -> None:
    people, invoices, payments, granted = desk.open_company(), list[Any](), list[Any](), list[Any]()
    clock.set(NOON)
    for number in range(2):
        bill(desk, people, invoices, payments, granted, number)
    owed: dict[tuple[date, str], int] = {}
    contacts = {"priya": people.priya, "ben": people.ben}
    for act, number, hours in acts:
        clock.set(clock.now + timedelta(hours=hours))
        try:
            act(desk, people, invoices, payments, granted, number)
        except (DomainError, ZeroDivisionError):
            continue
        day = clock.now.astimezone(ZoneInfo("America/Chicago")).date()
        owed |= {(day, name): desk.ask(who, GetBalance()).current.amount for name, who in contacts.items()}
    for (day, name), amount in owed.items():
        assert statement(desk, contacts[name], date(2026, 3, 1), day).closing.amount == amount
        tomorrow = day + timedelta(days=1)
        assert statement(desk, contacts[name], tomorrow, tomorrow).opening.amount == amount
