"""Disputes: the money is held until the bank has decided, and what is lost is owed again."""

from typing import Any

import pytest

from services.contracts.billing.invoices import GetBalance, GetInvoice
from services.contracts.billing.payments import GetPayment, RefundPayment
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_refunds import paid, refund, sums


def dispute(desk: Desk, people: People, payment: Any, **given: Any) -> str:
    """The payer's bank disputes it, and billing hears of it; the dispute's id at the provider."""
    opened = desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/dispute", **given)
    desk.hear(people)
    return str(opened["id"])


def close(desk: Desk, people: People, dispute_id: str, status: str) -> None:
    """The bank decides, and billing hears of it."""
    desk.sandbox.later(f"disputes/{dispute_id}/close", status=status)
    desk.hear(people)


def status(desk: Desk, people: People, payment: Any) -> str:
    return str(desk.ask(people.office, GetPayment(payment_id=payment.id)).status)


def test_a_disputed_payment_is_held_and_the_office_is_told_until_when_to_answer(desk: Desk, people: People) -> None:
    invoice, payment = paid(desk, people)
    dispute(desk, people, payment)
    assert status(desk, people, payment) == "disputed"
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).status == "paid"
    assert sums(desk, people) == {"disputes": 12_250, "fees": -250, "revenue": -12_000}
    (told,) = desk.events(people, "payment_disputed")
    assert told["respond_by"] is not None and told["payment"]["status"] == "disputed"
    assert refused(desk, people.office, RefundPayment(payment_id=payment.id)).details["reason"] == "disputed"
    assert desk.audit(people) == []


def test_a_dispute_that_is_won_leaves_everything_as_it_was(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    before = sums(desk, people)
    close(desk, people, dispute(desk, people, payment), "won")
    assert (status(desk, people, payment), sums(desk, people)) == ("succeeded", before)
    assert desk.events(people, "payment_reversed") == []
    assert desk.audit(people) == []


def test_a_dispute_that_is_lost_has_the_invoices_owed_again(desk: Desk, people: People) -> None:
    invoice, payment = paid(desk, people)
    close(desk, people, dispute(desk, people, payment), "lost")
    assert status(desk, people, payment) == "reversed"
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 12_000
    assert sums(desk, people) == {"accounts_receivable": 12_000, "revenue": -12_000}
    assert len(desk.events(people, "payment_reversed")) == 1
    assert refused(desk, people.office, RefundPayment(payment_id=payment.id)).details["reason"] == "reversed"
    assert desk.pay(people.priya, desk.add_card(people.priya), invoice).status == "succeeded"
    assert desk.audit(people) == []


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_the_end_of_a_dispute_may_be_all_that_is_ever_heard_of_it(desk: Desk, people: People, outcome: str) -> None:
    _, payment = paid(desk, people)
    opened = desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/dispute")
    desk.sandbox.later(f"disputes/{opened['id']}/close", status=outcome)
    desk.receive_webhooks(people, only="charge.dispute.closed")
    desk.apply_events()
    expected = "succeeded" if outcome == "won" else "reversed"
    assert status(desk, people, payment) == expected
    for body, signature in [*reversed(desk.webhooks(people)), *desk.webhooks(people)]:
        desk.ask(None, ReceiveProviderEvent(payload=body, signature=signature))
    desk.apply_events()
    assert status(desk, people, payment) == expected
    assert desk.audit(people) == []


def test_an_inquiry_takes_no_money_but_is_told_of(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    before = sums(desk, people)
    inquiry = dispute(desk, people, payment, inquiry=True)
    assert (status(desk, people, payment), sums(desk, people)) == ("succeeded", before)
    assert len(desk.events(people, "payment_disputed")) == 1
    close(desk, people, inquiry, "won")
    assert (status(desk, people, payment), sums(desk, people)) == ("succeeded", before)


def test_an_inquiry_that_escalates_takes_the_money(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    inquiry = dispute(desk, people, payment, inquiry=True)
    form = {"evidence[uncategorized_text]": "escalate_inquiry_evidence"}
    desk.sandbox.call(f"/v1/disputes/{inquiry}", desk.account(people), **form)
    desk.hear(people)
    assert status(desk, people, payment) == "disputed"
    assert sums(desk, people)["disputes"] == 12_250


def test_what_a_lost_dispute_cannot_have_owed_again_is_a_loss(desk: Desk, people: People) -> None:
    invoice, payment = paid(desk, people)
    refund(desk, people, payment, 6_125, reopen=True)
    # The customer has paid what was owed again by other means; the bank then takes what was left of the first.
    assert desk.pay(people.priya, desk.add_card(people.priya), invoice).status == "succeeded"
    close(desk, people, dispute(desk, people, payment), "lost")
    shown = desk.ask(people.office, GetPayment(payment_id=payment.id))
    assert (shown.status, shown.refunded, shown.reversed) == ("reversed", Money(amount=6_125), Money(amount=6_125))
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 6_000
    assert desk.ask(people.priya, GetBalance()).current.amount == 6_000
    assert "losses" not in sums(desk, people)
    assert desk.audit(people) == []


def test_a_dispute_that_is_heard_of_before_the_payments_own_success_waits_for_it(desk: Desk, people: People) -> None:
    order = desk.order(people.priya, desk.add_card(people.priya), desk.bill(people))
    desk.sandbox.fault("timeout_after_success", path="/v1/payment_intents/*/confirm")
    payment = desk.ask(people.priya, order)
    assert payment.status == "unknown"
    desk.sandbox.mend()
    desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/dispute")
    desk.receive_webhooks(people, only="charge.dispute")
    desk.apply_events()
    assert status(desk, people, payment) == "disputed"
    assert len(desk.events(people)) == 1
    assert desk.audit(people) == []


def test_a_dispute_and_a_refund_of_another_companys_account_are_nobodys_here(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    others = desk.open_company()
    theirs = desk.sandbox.call(
        "/v1/payment_intents",
        desk.account(others),
        amount=5_000,
        currency="usd",
        payment_method="pm_card_visa",
        confirm="true",
        return_url="https://elsewhere.test",
        **{"metadata[payment_id]": str(payment.id)},
    )
    desk.sandbox.call("/v1/refunds", desk.account(others), payment_intent=theirs["id"], amount=1_000)
    desk.sandbox.later(f"payment_intents/{theirs['id']}/dispute")
    desk.hear(others)
    states = dict(desk.rows(others, "SELECT type, state FROM provider_event"))
    assert (states["charge.dispute.created"], states["refund.created"]) == ("ignored", "ignored")
    assert status(desk, people, payment) == "succeeded"
    assert desk.value(others, "SELECT count(*) FROM dispute") == desk.value(others, "SELECT count(*) FROM refund") == 0
