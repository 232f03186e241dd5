"""What the office reads of money: invoices by status, what became of one, refunds before they are made, events."""

import pytest

from services.contracts.billing.credits import ApplyCredit, UnapplyCredit
from services.contracts.billing.invoices import GetInvoiceHistory, ListInvoices, VoidInvoice
from services.contracts.billing.payments import (
    GetPayment,
    ListPayments,
    QuoteRefund,
    RefundPayment,
)
from services.contracts.billing.provider import ListProviderEvents, ReplayProviderEvent
from services.contracts.messages import new_id
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def numbers(desk: Desk, people: People, **filters: object) -> set[str]:
    """The numbers that the office's list shows."""
    return {each.number for each in desk.ask(people.office, ListInvoices.model_validate(filters)).items}


def test_the_office_lists_invoices_by_every_status(desk: Desk, people: People) -> None:
    draft, due, late, void, paid = desk.draft(people, 100), *(desk.bill(people, 100) for _ in range(4))
    desk.change(people, "UPDATE invoice SET due_on = due_on - 60 WHERE id = :id", id=late.id)
    desk.ask(people.office, VoidInvoice(invoice_id=void.id, reason="Raised twice"))
    desk.pay(people.priya, desk.add_card(people.priya), paid)
    under_way = desk.bill(people, 100)
    priya = with_settings(people.priya, payment_method_types=["card", "us_bank_account"])
    desk.pay(priya, desk.add_bank_account(priya), under_way)

    assert numbers(desk, people, status="draft") == {draft.number}
    assert numbers(desk, people, status="overdue") == {late.number}
    assert numbers(desk, people, status="processing") == {under_way.number}
    assert numbers(desk, people, status="paid") == {paid.number}
    assert numbers(desk, people, status="void") == {void.number}
    assert numbers(desk, people, status="due") == {due.number, late.number, under_way.number}


def test_lists_are_narrowed_to_a_customer_and_a_branch_and_name_whose_each_is(desk: Desk, people: People) -> None:
    mine = desk.bill(people, 100)
    (shown,) = desk.ask(people.office, ListInvoices(customer_id=people.customer.id, branch_id=people.branch_id)).items

    assert shown.number == mine.number and shown.customer == people.customer
    assert numbers(desk, people, customer_id=new_id()) == set()
    assert numbers(desk, people, branch_id=new_id()) == set()
    (theirs,) = desk.ask(people.priya, ListInvoices()).items
    assert theirs.customer is None


def test_a_customer_finds_no_draft_by_its_status(desk: Desk, people: People) -> None:
    desk.draft(people, 100)
    assert desk.ask(people.priya, ListInvoices(status="draft")).items == []


def test_an_invoices_history_adds_up_to_its_balance(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 10_000)
    credit = desk.grant(people, 3_000)
    applied = ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=Money(amount=3_000))
    desk.ask(people.office, applied)
    desk.ask(people.office, UnapplyCredit(credit_id=credit.id, invoice_id=invoice.id))
    payment = desk.pay(people.priya, desk.add_card(people.priya), invoice, amount=Money(amount=4_000))
    desk.ask(people.office, RefundPayment(payment_id=payment.id, reopen=True))

    history = desk.ask(people.office, GetInvoiceHistory(invoice_id=invoice.id))
    told = [(each.kind, each.amount.amount, each.balance.amount, each.number) for each in history.entries]
    assert told == [
        ("invoice_shared", 10_000, 10_000, ""),
        ("credit_applied", -3_000, 7_000, credit.number),
        ("credit_unapplied", 3_000, 10_000, credit.number),
        ("payment_succeeded", -4_000, 6_000, payment.number),
        ("refund_made", 4_000, 10_000, payment.number),
    ]
    assert history.balance.amount == desk.value(people, "SELECT balance FROM invoice")
    assert refused(desk, people.priya, GetInvoiceHistory(invoice_id=invoice.id)).code == "forbidden"
    stranger = desk.open_company()
    assert refused(desk, stranger.office, GetInvoiceHistory(invoice_id=invoice.id)).code == "not_found"


def test_all_that_was_tried_of_an_invoice_is_listed(desk: Desk, people: People) -> None:
    invoice, other = desk.bill(people, 10_000), desk.bill(people, 200)
    declined = desk.pay(people.priya, desk.add_card(people.priya, "pm_card_chargeCustomerFail"), invoice)
    paid = desk.pay(people.priya, desk.add_card(people.priya), invoice)
    desk.pay(people.priya, desk.add_card(people.priya), other)

    tried = desk.ask(people.office, ListPayments(invoice_id=invoice.id)).items
    assert [(each.id, each.status) for each in tried] == [(paid.id, "succeeded"), (declined.id, "failed")]


def test_a_refund_is_told_before_it_is_made(desk: Desk, people: People) -> None:
    payment = desk.pay(people.priya, desk.add_card(people.priya), desk.bill(people, 10_000))
    quote = desk.ask(people.sales_rep, QuoteRefund(payment_id=payment.id, amount=Money(amount=5_000)))
    made = desk.ask(people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=5_000)))

    assert quote.left == payment.total
    assert (quote.amount, quote.fee) == (made.refunds[0].amount, made.refunds[0].fee)
    told = desk.ask(people.office, GetPayment(payment_id=payment.id))
    assert told.refundable == Money(amount=payment.total.amount - 5_000)
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).refundable is None
    more = QuoteRefund(payment_id=payment.id, amount=payment.total)
    assert refused(desk, people.office, more).details["reason"] == "more_than_left"
    assert refused(desk, people.priya, QuoteRefund(payment_id=payment.id)).code == "forbidden"


def test_what_the_provider_told_is_listed_and_read_again(desk: Desk, people: People) -> None:
    desk.pay(people.priya, desk.add_card(people.priya), desk.bill(people, 10_000))
    desk.hear(people)
    events = desk.ask(people.office, ListProviderEvents()).items
    assert events and {each.state for each in events} <= {"applied", "ignored"}
    assert desk.ask(people.office, ListProviderEvents(state="received")).items == []

    again = desk.ask(people.office, ReplayProviderEvent(event_id=events[0].id))
    assert again.state == "received"
    assert [each.id for each in desk.ask(people.office, ListProviderEvents(state="received")).items] == [again.id]
    while desk.apply_events():
        pass
    assert desk.ask(people.office, ListProviderEvents(state="received")).items == []
    assert refused(desk, people.sales_rep, ReplayProviderEvent(event_id=again.id)).code == "forbidden"
    assert refused(desk, desk.open_company().office, ReplayProviderEvent(event_id=again.id)).code == "not_found"
    assert refused(desk, people.priya, ListProviderEvents()).code == "forbidden"


@pytest.mark.parametrize("status", ["draft", "due", "overdue", "void", "all"])
def test_lists_by_status_are_paged(desk: Desk, people: People, status: str) -> None:
    for _ in range(3):
        invoice = desk.draft(people, 100) if status == "draft" else desk.bill(people, 100)
        if status == "void":
            desk.ask(people.office, VoidInvoice(invoice_id=invoice.id, reason="Raised twice"))
    desk.change(people, "UPDATE invoice SET due_on = due_on - 60")
    first = desk.ask(people.office, ListInvoices.model_validate({"status": status, "limit": 2}))
    rest = ListInvoices.model_validate({"status": status, "limit": 2, "cursor": first.next_cursor})
    assert len({each.id for each in [*first.items, *desk.ask(people.office, rest).items]}) == 3
