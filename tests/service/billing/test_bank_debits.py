"""ACH: for days neither paid nor failed, and never quite safe after that."""

from typing import Any

import pytest

from services.contracts.billing.invoices import GetBalance, GetInvoice
from services.contracts.billing.payments import GetPayment, GetReceiptPdf, RefreshPayment
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused
from tests.service.billing.test_payments import forged


@pytest.fixture
def priya(people: People) -> Any:
    """In a portal that takes bank accounts."""
    return with_settings(people.priya, payment_method_types=["card", "us_bank_account"])


def debited(desk: Desk, people: People, priya: Any, account: str = "pm_usBankAccount_success") -> Any:
    """A payment of one invoice that the bank has yet to carry out."""
    invoice = desk.bill(people, 12_000)
    payment = desk.pay(priya, desk.add_bank_account(priya, account), invoice)
    assert payment.status == "processing"
    return invoice, payment


def test_a_debit_under_way_is_neither_paid_nor_failed_and_blocks_another(
    desk: Desk, people: People, priya: Any
) -> None:
    invoice, payment = debited(desk, people, priya)
    shown = desk.ask(priya, GetInvoice(invoice_id=invoice.id))
    assert (shown.status, shown.balance.amount, shown.payable) == ("processing", 12_000, False)
    again = forged(desk.add_card(priya), invoice, Money(amount=12_250))
    assert refused(desk, priya, again).details["reason"] == "open_attempt"
    assert refused(desk, priya, GetReceiptPdf(payment_id=payment.id)).details["reason"] == "not_succeeded"
    (told,) = desk.events(people, "payment_processing")
    assert (told["payment"]["status"], told["payer_id"]) == ("processing", str(priya.id))
    assert desk.charges(people) == [] and desk.events(people) == []


def test_a_debit_that_clears_is_heard_of_by_a_webhook_or_found_by_the_timer(
    desk: Desk, people: People, priya: Any
) -> None:
    _, heard = debited(desk, people, priya)
    _, found = debited(desk, people, priya)
    for payment in (heard, found):
        desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/settle")
    desk.receive_webhooks(people, only=desk.intent(people, heard))
    desk.apply_events()
    assert desk.ask(priya, GetPayment(payment_id=heard.id)).status == "succeeded"
    assert desk.ask(priya, GetPayment(payment_id=found.id)).status == "processing"
    desk.make_due(people)
    desk.reconcile(people)
    assert desk.ask(priya, GetPayment(payment_id=found.id)).status == "succeeded"
    assert len(desk.events(people)) == len(desk.charges(people)) == 2
    assert desk.audit(people) == []


def test_a_debit_that_is_sent_back_leaves_the_invoice_due_and_the_payer_is_told(
    desk: Desk, people: People, priya: Any
) -> None:
    invoice, payment = debited(desk, people, priya)
    desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/fail", code="R01")
    desk.hear(people)
    failed = desk.ask(priya, GetPayment(payment_id=payment.id))
    assert failed.status == "failed" and "bank account has insufficient funds" in failed.decline_reason
    assert desk.ask(priya, GetInvoice(invoice_id=invoice.id)).payable
    (told,) = desk.events(people, "payment_failed")
    assert told["payment"]["decline_reason"] == failed.decline_reason
    assert desk.pay(priya, desk.add_card(priya), invoice).status == "succeeded"
    assert desk.audit(people) == []


def test_a_card_that_is_declined_at_once_is_not_mailed_about(desk: Desk, people: People) -> None:
    desk.pay(people.priya, desk.add_card(people.priya, "pm_card_chargeCustomerFail"), desk.bill(people))
    assert desk.events(people, "payment_failed") == []


def test_a_paid_debit_that_is_returned_is_reversed_and_owed_again(desk: Desk, people: People, priya: Any) -> None:
    older, newer = desk.bill(people, 4_000, net_days=10), desk.bill(people, 6_000)
    payment = desk.pay(priya, desk.add_bank_account(priya), older, newer)
    intent = desk.intent(people, payment)
    desk.sandbox.later(f"payment_intents/{intent}/settle")
    desk.hear(people)
    assert desk.ask(priya, GetBalance()).current.amount == 0
    desk.sandbox.later(f"payment_intents/{intent}/return", code="R10")
    desk.hear(people)
    reversed_ = desk.ask(priya, GetPayment(payment_id=payment.id))
    assert (reversed_.status, reversed_.reversed) == ("reversed", Money(amount=10_000))
    assert desk.ask(priya, GetBalance()).current.amount == 10_000
    assert len(desk.events(people, "payment_reversed")) == 1
    assert desk.events(people, "payment_disputed") == [], "there is nothing to answer"
    sums = dict(desk.rows(people, "SELECT account, sum(amount) FROM posting GROUP BY account HAVING sum(amount) <> 0"))
    assert sums == {"accounts_receivable": 10_000, "revenue": -10_000}
    assert desk.pay(priya, desk.add_card(priya), older, newer).status == "succeeded"
    assert desk.audit(people) == []


def test_a_return_that_is_heard_of_before_the_success_is_the_same(desk: Desk, people: People, priya: Any) -> None:
    invoice, payment = debited(desk, people, priya)
    intent = desk.intent(people, payment)
    desk.sandbox.later(f"payment_intents/{intent}/settle")
    desk.sandbox.later(f"payment_intents/{intent}/return")
    desk.receive_webhooks(people, only="charge.dispute.closed")
    desk.apply_events()
    assert desk.ask(priya, GetPayment(payment_id=payment.id)).status == "reversed"
    desk.hear(people)
    assert desk.ask(priya, GetPayment(payment_id=payment.id)).status == "reversed"
    assert desk.ask(priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 12_000
    assert len(desk.events(people)) == len(desk.events(people, "payment_reversed")) == 1
    assert desk.audit(people) == []


def test_a_time_out_after_a_debit_began_is_unknown_and_then_processing(desk: Desk, people: People, priya: Any) -> None:
    order = desk.order(priya, desk.add_bank_account(priya), desk.bill(people))
    desk.sandbox.fault("timeout_after_success", path="/v1/payment_intents/*/confirm")
    assert desk.ask(priya, order).status == "unknown"
    desk.sandbox.mend()
    assert desk.ask(priya, RefreshPayment(payment_id=order.id)).status == "processing"
    assert len(desk.events(people, "payment_processing")) == 1
