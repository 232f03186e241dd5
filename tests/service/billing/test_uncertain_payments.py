"""When the provider does not answer, or we do not live to hear it: nothing is charged twice, nothing is lost."""

from typing import Any

from services.billing import processor
from services.billing.processor import intents
from services.contracts.billing.invoices import GetBalance, GetInvoice
from services.contracts.billing.payments import GetPayment, RefreshPayment
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_payments import forged

CONFIRM, CREATE = "/v1/payment_intents/*/confirm", "/v1/payment_intents"
TRIES = processor.RETRIES + 1


class ProcessDied(BaseException):
    """Ends a use case where a killed process would have ended it."""


def test_one_lost_answer_is_made_up_for_at_once(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    desk.sandbox.fault("timeout_after_success", method="POST", path=CONFIRM, count=1)
    assert desk.pay(people.priya, card, invoice).status == "succeeded"
    assert len(desk.charges(people)) == 1


def test_a_charge_that_nobody_answered_for_is_unknown_and_then_found_exactly_once(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    desk.sandbox.fault("timeout_after_success", method="POST", path=CONFIRM, count=TRIES)
    payment = desk.pay(people.priya, card, invoice)
    assert payment.status == "unknown"
    assert refused(desk, people.priya, forged(card, invoice, payment.total)).details["reason"] == "open_attempt"
    for _ in range(3):
        desk.make_due(people)
        desk.reconcile(people)
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "succeeded"
    assert len(desk.charges(people)) == len(desk.events(people)) == 1
    assert desk.audit(people) == []


def test_a_charge_that_never_happened_is_closed_and_may_be_tried_again(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    desk.sandbox.fault("error_500_before", method="POST", path=CONFIRM, count=TRIES)
    payment = desk.pay(people.priya, card, invoice)
    assert payment.status == "unknown"
    closed = desk.ask(people.priya, RefreshPayment(payment_id=payment.id))
    assert closed.status == "failed" and "not been charged" in closed.decline_reason
    assert desk.charges(people) == []
    assert desk.pay(people.priya, card, invoice).status == "succeeded"


def test_while_the_provider_is_down_the_payment_stays_unknown(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    desk.sandbox.fault("error_500_before", path="/v1/payment_intents/*")
    payment = desk.pay(people.priya, card, invoice)
    desk.make_due(people)
    assert desk.reconcile(people) == 1 and desk.reconcile(people) == 0
    assert desk.ask(people.priya, RefreshPayment(payment_id=payment.id)).status == "unknown"
    desk.sandbox.mend()
    desk.make_due(people)
    desk.reconcile(people)
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "failed"


def test_a_provider_that_cannot_be_told_of_the_payment_has_not_charged(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    desk.sandbox.fault("rate_limit", method="POST", path=CREATE, count=1)
    busy = desk.pay(people.priya, card, invoice)
    desk.sandbox.fault("timeout_after_success", method="POST", path=CREATE, count=TRIES)
    silent = desk.pay(people.priya, card, invoice)
    for payment in (busy, silent):
        assert payment.status == "failed" and "not been charged" in payment.decline_reason
    assert desk.pay(people.priya, card, invoice).status == "succeeded"
    assert len(desk.charges(people)) == 1


def test_a_process_that_dies_before_the_intent_is_kept_charges_once_when_the_command_comes_again(
    desk: Desk, people: People, monkeypatch: Any
) -> None:
    _dies_after(desk, people, monkeypatch, "create_payment")


def test_a_process_that_dies_after_the_charge_charges_once_when_the_command_comes_again(
    desk: Desk, people: People, monkeypatch: Any
) -> None:
    _dies_after(desk, people, monkeypatch, "confirm_payment")


def _dies_after(desk: Desk, people: People, monkeypatch: Any, call: str) -> None:
    order = desk.order(people.priya, desk.add_card(people.priya), desk.bill(people))
    carried_out = getattr(processor, call)

    def dies(*arguments: Any, **named: Any) -> None:
        carried_out(*arguments, **named)
        raise ProcessDied

    with monkeypatch.context() as patch:
        patch.setattr(processor, call, dies)
        try:
            desk.ask(people.priya, order)
        except ProcessDied:
            assert desk.ask(people.priya, GetPayment(payment_id=order.id)).status == "created"
    desk.forget_deadline(order)
    assert desk.ask(people.priya, order).status == "succeeded"
    assert desk.intents(people) == len(desk.charges(people)) == len(desk.events(people)) == 1
    assert desk.audit(people) == []


def test_a_payment_that_died_after_the_charge_is_found_by_the_timer(
    desk: Desk, people: People, monkeypatch: Any
) -> None:
    order = desk.order(people.priya, desk.add_card(people.priya), desk.bill(people))
    with monkeypatch.context() as patch:
        patch.setattr(intents, "_intent", _die)
        try:
            desk.ask(people.priya, order)
        except ProcessDied:
            assert len(desk.charges(people)) == 1
    assert desk.reconcile(people) == 0
    desk.make_due(people)
    desk.reconcile(people)
    assert desk.ask(people.priya, GetPayment(payment_id=order.id)).status == "succeeded"


def _die(_: Any) -> None:
    raise ProcessDied


def test_a_challenge_that_nobody_answers_is_closed_after_a_day(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    payment = desk.pay(people.priya, card, invoice)
    bank = desk.bank(people.priya, payment)
    desk.make_due(people)
    desk.reconcile(people)
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "requires_action"
    desk.change(people, "UPDATE payment SET created_at = created_at - interval '25 hours'")
    desk.make_due(people)
    desk.reconcile(people)
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "failed"
    desk.sandbox.answer_challenge(bank, "complete")
    assert desk.charges(people) == []
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).payable


def test_a_late_success_of_a_payment_given_up_becomes_credit(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    slow = desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    late = desk.pay(people.priya, slow, invoice)
    bank = desk.bank(people.priya, late)
    # As if it had been given up without the provider knowing.
    desk.change(people, "UPDATE payment SET status = 'failed', next_check_at = NULL")
    desk.change(people, "UPDATE allocation SET is_open = false")
    assert desk.pay(people.priya, card, invoice).status == "succeeded"
    desk.sandbox.answer_challenge(bank, "complete")
    desk.receive_webhooks(people)
    desk.apply_events()
    settled = desk.ask(people.priya, GetPayment(payment_id=late.id))
    assert (settled.status, [each.amount.amount for each in settled.allocations]) == ("succeeded", [0])
    balance = desk.ask(people.priya, GetBalance())
    assert (balance.current, balance.unapplied_credit) == (Money(amount=0), Money(amount=12_000))
    assert desk.audit(people) == []
