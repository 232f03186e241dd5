"""Refunds: never more than was paid, made once, and taken back where they come back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.billing import processor
from services.contracts.billing.invoices import GetBalance, GetInvoice
from services.contracts.billing.payments import GetPayment, GetReceiptPdf, RefundPayment
from services.contracts.errors import DomainError
from services.contracts.money import Money
from services.contracts.principals import FeePolicy
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused

REFUNDS = "/v1/refunds"


def paid(desk: Desk, people: People, card: str = "pm_card_visa", amount: int = 12_000) -> Any:
    """An invoice and the payment of all of it, with the fee of 2.50."""
    invoice = desk.bill(people, amount)
    payment = desk.pay(people.priya, desk.add_card(people.priya, card), invoice)
    assert payment.status == "succeeded"
    return invoice, payment


def refund(desk: Desk, people: People, payment: Any, amount: int | None = None, **fields: Any) -> Any:
    """What has become of the payment."""
    chosen = Money(amount=amount) if amount is not None else None
    return desk.ask(people.office, RefundPayment(payment_id=payment.id, amount=chosen, **fields))


def sums(desk: Desk, people: People) -> dict[str, int]:
    """What each account of the ledger comes to."""
    rows = desk.rows(people, "SELECT account, sum(amount) FROM posting GROUP BY account HAVING sum(amount) <> 0")
    return {account: int(amount) for account, amount in rows}


def test_a_full_refund_gives_everything_back_and_the_invoice_stays_paid(desk: Desk, people: People) -> None:
    invoice, payment = paid(desk, people)
    refunded = refund(desk, people, payment)
    assert (refunded.status, refunded.refunded) == ("refunded", Money(amount=12_250))
    (back,) = refunded.refunds
    assert (back.status, back.amount.amount, back.fee.amount) == ("succeeded", 12_250, 250)
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).status == "paid"
    assert sums(desk, people) == {"refunds": 12_000, "revenue": -12_000}
    assert [each["amount_refunded"] for each in desk.charges(people)] == [12_250]
    (told,) = desk.events(people, "payment_refunded")
    assert (told["refund"]["id"], told["payer_id"]) == (str(back.id), str(people.priya.id))
    assert desk.audit(people) == []


def test_reopened_invoices_are_owed_again_the_last_paid_first(desk: Desk, people: People) -> None:
    older, newer = desk.bill(people, 4_000, net_days=10), desk.bill(people, 6_000)
    payment = desk.pay(people.priya, desk.add_card(people.priya), older, newer)
    # 71.75 of 102.50: 70.00 and 1.75 of the fee.
    refund(desk, people, payment, 7_175, reopen=True)
    balances = [desk.ask(people.priya, GetInvoice(invoice_id=each.id)).balance.amount for each in (older, newer)]
    assert balances == [1_000, 6_000]
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "succeeded"
    rest = refund(desk, people, payment, reopen=True)
    assert rest.status == "refunded" and [each.fee.amount for each in rest.refunds] == [175, 75]
    assert sums(desk, people) == {"accounts_receivable": 10_000, "revenue": -10_000}
    assert desk.audit(people) == []


def test_an_odd_part_gives_the_fee_back_in_proportion_and_the_last_gives_the_rest(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    parts = [refund(desk, people, payment, amount).refunds[-1] for amount in (3_333, 3_333, None)]
    assert [(each.amount.amount, each.fee.amount) for each in parts] == [(3_333, 68), (3_333, 68), (5_584, 114)]


def test_a_fee_that_the_policy_keeps_is_not_given_back(desk: Desk, people: People) -> None:
    policy = FeePolicy(kind="flat", amount=Money(amount=250), kept_on_refund=True)
    priya = with_settings(people.priya, fees={"card": policy})
    payment = desk.pay(priya, desk.add_card(priya), desk.bill(people, 12_000))
    refusal = refused(desk, people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=12_001)))
    assert refusal.details["reason"] == "more_than_left"
    refunded = refund(desk, people, payment)
    assert (refunded.status, refunded.refunded, refunded.refunds[0].fee.amount) == ("refunded", Money(amount=12_000), 0)
    assert sums(desk, people) == {"cash_in_transit": 250, "fees": -250, "refunds": 12_000, "revenue": -12_000}


def test_what_cannot_be_paid_back_is_refused(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    others = desk.open_company()
    order = RefundPayment(payment_id=payment.id, amount=Money(amount=100))
    for nobody in (people.priya, people.sales_rep, None):
        assert refused(desk, nobody, order).code == "forbidden"
    assert refused(desk, others.office, order).code == "not_found"
    wrong = {
        "more_than_left": Money(amount=12_251),
        "not_positive": Money(amount=0),
        "currency": Money(amount=100, currency="EUR"),
    }
    for reason, amount in wrong.items():
        refusal = refused(desk, people.office, RefundPayment(payment_id=payment.id, amount=amount))
        assert (refusal.code, refusal.details["reason"]) == ("invalid", reason)
    refund(desk, people, payment)
    again = refused(desk, people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=-1)))
    assert (again.code, again.details["reason"]) == ("conflict", "refunded")
    declined = desk.pay(people.priya, desk.add_card(people.priya, "pm_card_chargeCustomerFail"), desk.bill(people))
    assert refused(desk, people.office, RefundPayment(payment_id=declined.id)).details["reason"] == "failed"


def test_a_refund_sent_twice_or_by_two_people_never_pays_back_more_than_was_paid(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    order = RefundPayment(payment_id=payment.id, amount=Money(amount=7_000))
    assert desk.ask(people.office, order) == desk.ask(people.office, order)
    orders = [RefundPayment(payment_id=payment.id, amount=Money(amount=5_000)) for _ in range(4)]
    with ThreadPoolExecutor(4) as together:
        outcomes = list(together.map(lambda each: _outcome(desk, people, each), orders))
    assert sorted(outcomes) == ["invalid", "invalid", "invalid", "succeeded"]
    assert [each["amount_refunded"] for each in desk.charges(people)] == [12_000]
    assert desk.audit(people) == []


def _outcome(desk: Desk, people: People, order: RefundPayment) -> str:
    try:
        return str(desk.ask(people.office, order).status)
    except DomainError as refusal:
        return refusal.code


def test_a_time_out_after_a_refund_is_unknown_until_it_is_found(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    desk.sandbox.fault("timeout_after_success", path=REFUNDS, method="POST")
    unsure = refund(desk, people, payment, 5_000)
    assert (unsure.refunds[0].status, unsure.status) == ("unknown", "succeeded")
    assert refused(desk, people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=7_251)))
    desk.sandbox.mend()
    desk.make_due(people)
    desk.reconcile_refunds()
    found = desk.ask(people.office, GetPayment(payment_id=payment.id))
    assert (found.refunds[0].status, found.refunded) == ("succeeded", Money(amount=5_000))
    assert [each["amount_refunded"] for each in desk.charges(people)] == [5_000]
    assert len(desk.events(people, "payment_refunded")) == 1


def test_a_refund_that_never_got_there_is_given_up_and_may_be_asked_for_again(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    desk.sandbox.fault("error_500_before", path=REFUNDS, method="POST")
    assert refund(desk, people, payment).refunds[0].status == "unknown"
    desk.sandbox.mend()
    desk.make_due(people)
    desk.reconcile_refunds()
    assert desk.ask(people.office, GetPayment(payment_id=payment.id)).refunds[0].status == "unknown", "it may yet come"
    desk.change(people, "UPDATE refund SET created_at = created_at - interval '2 minutes'")
    desk.make_due(people)
    desk.reconcile_refunds()
    given_up = desk.ask(people.office, GetPayment(payment_id=payment.id))
    assert (given_up.refunds[0].status, given_up.refunded) == ("failed", None)
    assert "Nothing was paid back" in given_up.refunds[0].failure_reason
    assert refund(desk, people, payment).status == "refunded"
    assert desk.audit(people) == []


class ProcessDied(BaseException):
    """The process ended here."""


def test_a_process_that_dies_after_the_refund_pays_back_once(desk: Desk, people: People, monkeypatch: Any) -> None:
    _, payment = paid(desk, people)
    order, made = RefundPayment(payment_id=payment.id), processor.create_refund

    def dies(*arguments: Any) -> None:
        made(*arguments)
        raise ProcessDied

    with monkeypatch.context() as patch, pytest.raises(ProcessDied):
        patch.setattr(processor, "create_refund", dies)
        desk.ask(people.office, order)
    desk.forget_deadline(order)
    assert desk.ask(people.office, order).status == "refunded"
    assert [each["amount_refunded"] for each in desk.charges(people)] == [12_250]
    assert len(desk.events(people, "payment_refunded")) == 1


def test_a_refund_that_the_provider_refuses_is_an_outcome(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    desk.sandbox.call(REFUNDS, desk.account(people), payment_intent=desk.intent(people, payment))
    failed = refund(desk, people, payment, 5_000)
    assert (failed.status, failed.refunds[0].status) == ("succeeded", "failed")
    desk.hear(people)
    assert desk.ask(people.office, GetPayment(payment_id=payment.id)).status == "refunded"
    assert desk.audit(people) == []


def test_a_refund_made_in_the_providers_dashboard_is_in_the_books_once(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    desk.sandbox.call(REFUNDS, desk.account(people), payment_intent=desk.intent(people, payment), amount=4_100)
    desk.hear(people)
    desk.hear(people)
    shown = desk.ask(people.office, GetPayment(payment_id=payment.id))
    assert (shown.refunded, len(shown.refunds), shown.refunds[0].fee.amount) == (Money(amount=4_100), 1, 84)
    assert sums(desk, people)["cash_in_transit"] == 12_250 - 4_100


def test_a_refund_on_its_way_arrives_later(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people, "pm_card_pendingRefund")
    under_way = refund(desk, people, payment)
    assert (under_way.status, under_way.refunds[0].status) == ("refunded", "pending")
    desk.sandbox.later(f"refunds/{_provider_id(desk, people)}/settle")
    desk.make_due(people)
    desk.reconcile_refunds()
    assert desk.ask(people.office, GetPayment(payment_id=payment.id)).refunds[0].status == "succeeded"


def test_a_refund_that_comes_back_leaves_the_payment_as_it_was(desk: Desk, people: People) -> None:
    invoice, payment = paid(desk, people)
    before = sums(desk, people)
    refund(desk, people, payment, reopen=True)
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 12_000
    desk.sandbox.later(f"refunds/{_provider_id(desk, people)}/fail")
    desk.hear(people)
    shown = desk.ask(people.office, GetPayment(payment_id=payment.id))
    assert (shown.status, shown.refunded, shown.refunds[0].status) == ("succeeded", None, "failed")
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).status == "paid"
    assert sums(desk, people) == before
    desk.hear(people)
    assert sums(desk, people) == before
    assert refund(desk, people, payment).status == "refunded"
    assert desk.audit(people) == []


def test_a_refund_that_comes_back_after_the_invoice_was_paid_again_is_credit(desk: Desk, people: People) -> None:
    invoice, payment = paid(desk, people)
    refund(desk, people, payment, reopen=True)
    assert desk.pay(people.priya, desk.add_card(people.priya), invoice).status == "succeeded"
    desk.sandbox.later(f"refunds/{_provider_id(desk, people)}/fail")
    desk.hear(people)
    balance = desk.ask(people.priya, GetBalance())
    assert (balance.current.amount, balance.unapplied_credit.amount) == (0, 12_000)
    assert desk.audit(people) == []


def _provider_id(desk: Desk, people: People) -> str:
    return str(desk.value(people, "SELECT provider_id FROM refund ORDER BY created_at DESC LIMIT 1"))


def test_the_receipt_stays_after_the_refund(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    before = desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id))
    refund(desk, people, payment, 5_000)
    after = desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id))
    assert before.name == after.name and before.key != after.key
