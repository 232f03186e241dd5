"""Credits: granted, applied, taken back, and never worth more than they are, whoever comes at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.contracts.billing.credits import ApplyCredit, CreateCredit, GetCredit, ListCredits, UnapplyCredit
from services.contracts.billing.invoices import GetBalance, GetInvoice
from services.contracts.billing.payments import RecordPayment, RefundPayment
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import Principal
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def order(credit: Any, invoice: Any, amount: int, currency: str = "USD") -> ApplyCredit:
    """The office's order to apply so much of a credit."""
    money = Money(amount=amount, currency=currency)
    return ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=money)


def overpaid(desk: Desk, people: People, invoice: Any, amount: int) -> Any:
    """A check that the office received for an invoice."""
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


def numbers(desk: Desk, who: Principal, **filters: object) -> list[str]:
    """The numbers that a list shows."""
    return [each.number for each in desk.ask(who, ListCredits.model_validate(filters)).items]


def test_a_credit_counts_for_nothing_until_it_is_applied(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 12_000), desk.grant(people, 7_500)
    assert credit.number.startswith("CR-")
    before = desk.ask(people.priya, GetBalance())
    assert (before.current.amount, before.unapplied_credit.amount) == (12_000, 7_500)
    applied = desk.ask(people.office, order(credit, invoice, 5_000))
    assert (applied.unapplied.amount, applied.amount.amount) == (2_500, 7_500)
    assert [(each.invoice_number, each.amount.amount) for each in applied.applications] == [(invoice.number, 5_000)]
    after = desk.ask(people.priya, GetBalance())
    assert (after.current.amount, after.unapplied_credit.amount) == (7_000, 2_500)
    assert desk.audit(people) == []


def test_a_credit_reduces_several_invoices_and_is_taken_back_from_one(desk: Desk, people: People) -> None:
    first, second, credit = desk.bill(people, 3_000), desk.bill(people, 4_000), desk.grant(people, 7_500)
    for invoice, amount in ((first, 3_000), (second, 1_000), (second, 500)):
        desk.ask(people.office, order(credit, invoice, amount))
    assert desk.ask(people.priya, GetInvoice(invoice_id=first.id)).status == "paid"
    back = desk.ask(people.office, UnapplyCredit(credit_id=credit.id, invoice_id=second.id))
    assert ([each.invoice_id for each in back.applications], back.unapplied.amount) == ([first.id], 4_500)
    assert desk.ask(people.priya, GetInvoice(invoice_id=second.id)).balance.amount == 4_000
    again = UnapplyCredit(credit_id=credit.id, invoice_id=second.id)
    assert desk.ask(people.office, again) == back
    assert desk.audit(people) == []


def test_a_command_that_comes_twice_applies_once(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 12_000), desk.grant(people, 7_500)
    command = order(credit, invoice, 1_000)
    assert desk.ask(people.office, command) == desk.ask(people.office, command)
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 11_000


@pytest.mark.parametrize(
    ("amount", "currency", "reason"),
    [(7_501, "USD", "more_than_credit"), (0, "USD", "not_positive"), (100, "EUR", "currency")],
)
def test_what_does_not_fit_is_refused(desk: Desk, people: People, amount: int, currency: str, reason: str) -> None:
    invoice, credit = desk.bill(people, 12_000), desk.grant(people, 7_500)
    refusal = refused(desk, people.office, order(credit, invoice, amount, currency))
    assert (refusal.code, refusal.details["reason"]) == ("invalid", reason)
    assert desk.value(people, "SELECT count(*) FROM credit_application") == 0


def test_no_more_is_applied_than_is_owed(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 1_000), desk.grant(people, 7_500)
    assert refused(desk, people.office, order(credit, invoice, 1_001)).details["reason"] == "more_than_balance"
    draft = desk.draft(people, 1_000)
    assert refused(desk, people.office, order(credit, draft, 100)).details["reason"] == "draft"


def test_another_customers_invoice_is_not_there(desk: Desk, people: People) -> None:
    other = people.customer.model_copy(update={"id": new_id()})
    invoice, credit = desk.bill(people, 1_000, customer=other), desk.grant(people, 7_500)
    for command in (order(credit, invoice, 100), UnapplyCredit(credit_id=credit.id, invoice_id=invoice.id)):
        assert refused(desk, people.office, command).code == "not_found"
    theirs = desk.open_company()
    assert refused(desk, theirs.office, order(credit, invoice, 100)).code == "not_found"
    assert refused(desk, theirs.office, GetCredit(credit_id=credit.id)).code == "not_found"


def test_only_the_office_gives_credit(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 1_000), desk.grant(people, 500)
    grant = CreateCredit(
        branch_id=people.branch_id,
        time_zone="America/Chicago",
        customer=people.customer,
        amount=Money(amount=100),
        reason="Sorry",
    )
    for who in (people.priya, people.sales_rep, None):
        for message in (grant, order(credit, invoice, 100), UnapplyCredit(credit_id=credit.id, invoice_id=invoice.id)):
            assert refused(desk, who, message).code == "forbidden"


def test_credits_leave_an_invoice_alone_while_it_is_being_paid(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 12_000), desk.grant(people, 7_500)
    desk.ask(people.office, order(credit, invoice, 1_000))
    priya = with_settings(people.priya, payment_method_types=["us_bank_account"])
    desk.pay(priya, desk.add_bank_account(priya), invoice)
    for command in (order(credit, invoice, 100), UnapplyCredit(credit_id=credit.id, invoice_id=invoice.id)):
        refusal = refused(desk, people.office, command)
        assert (refusal.code, refusal.details["reason"]) == ("conflict", "open_attempt")


def outcome(desk: Desk, people: People, command: ApplyCredit) -> str:
    """Whether it was applied, or why not."""
    try:
        desk.ask(people.office, command)
    except DomainError as refusal:
        return str(refusal.details["reason"])
    return "applied"


def test_a_credit_that_many_apply_at_once_gives_what_it_has(desk: Desk, people: People) -> None:
    credit = desk.grant(people, 3_000)
    orders = [order(credit, desk.bill(people, 12_000), 1_000) for _ in range(6)]
    with ThreadPoolExecutor(6) as together:
        outcomes = list(together.map(lambda each: outcome(desk, people, each), orders))
    assert sorted(outcomes) == ["applied"] * 3 + ["more_than_credit"] * 3
    assert desk.audit(people) == []


def test_credits_that_meet_at_one_invoice_reduce_it_to_nothing_at_most(desk: Desk, people: People) -> None:
    invoice, granted = desk.bill(people, 2_500), [desk.grant(people, 1_000) for _ in range(5)]
    with ThreadPoolExecutor(5) as together:
        outcomes = list(together.map(lambda each: outcome(desk, people, order(each, invoice, 1_000)), granted))
    assert sorted(outcomes) == ["applied"] * 2 + ["more_than_balance"] * 3
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 500
    assert desk.audit(people) == []


def test_everybody_sees_the_credits_that_are_theirs(desk: Desk, people: People) -> None:
    general, club = desk.grant(people, 100), desk.grant(people, 200, property=people.clubhouse)
    gate = desk.grant(people, 300, property=people.north_gate)
    for who, seen in (
        (people.priya, [gate, club, general]),
        (people.ben, [club, general]),
        (people.dana, []),
        (people.sales_rep, [gate, club, general]),
    ):
        assert numbers(desk, who) == [each.number for each in seen]
    assert numbers(desk, people.priya, property_ids=[people.clubhouse.id]) == [club.number, general.number]
    assert numbers(desk, people.office, customer_id=new_id()) == []
    assert refused(desk, people.ben, GetCredit(credit_id=gate.id)).code == "not_found"
    assert desk.ask(people.ben, GetCredit(credit_id=club.id)).property == people.clubhouse
    nobody = people.contact("Tom Berg", {people.clubhouse: "primary"}, permissions=frozenset())
    assert refused(desk, nobody, ListCredits()).code == "forbidden"


def test_pages_of_credits_follow_each_other(desk: Desk, people: People) -> None:
    granted = [desk.grant(people, 100).number for _ in range(5)]
    first = desk.ask(people.priya, ListCredits(limit=3))
    second = desk.ask(people.priya, ListCredits(limit=3, cursor=first.next_cursor))
    assert [each.number for each in (*first.items, *second.items)] == granted[::-1]
    assert second.next_cursor is None
    applied = desk.grant(people, 100)
    desk.ask(people.office, order(applied, desk.bill(people), 100))
    assert applied.number not in numbers(desk, people.priya, unapplied_only=True)


def test_what_a_payment_brings_beyond_what_is_owed_can_be_applied(desk: Desk, people: People) -> None:
    payment = overpaid(desk, people, desk.bill(people, 5_000), 8_000)
    (credit,) = desk.ask(people.priya, ListCredits()).items
    assert (credit.payment_id, credit.unapplied.amount) == (payment.id, 3_000)
    next_invoice = desk.bill(people, 12_000)
    desk.ask(people.office, order(credit, next_invoice, 2_000))
    assert desk.ask(people.priya, GetInvoice(invoice_id=next_invoice.id)).balance.amount == 10_000
    assert desk.audit(people) == []


def test_a_refund_takes_the_payments_free_credit_and_leaves_what_is_applied(desk: Desk, people: People) -> None:
    payment = overpaid(desk, people, desk.bill(people, 5_000), 8_000)
    (credit,) = desk.ask(people.priya, ListCredits()).items
    invoice = desk.bill(people, 12_000)
    desk.ask(people.office, order(credit, invoice, 2_000))
    desk.ask(people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=2_500)))
    left = desk.ask(people.office, GetCredit(credit_id=credit.id))
    assert (left.unapplied.amount, left.applications[0].amount.amount) == (0, 2_000)
    assert desk.value(people, "SELECT sum(amount) FROM posting WHERE account = 'refunds'") == 1_500
    assert refused(desk, people.office, order(credit, invoice, 1)).details["reason"] == "more_than_credit"
    assert desk.audit(people) == []
