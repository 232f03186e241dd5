"""Declines of autopay: what each means for the next try, and what the person is told."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.contracts.billing.autopay import ChangeAutopay, GetAutopay
from services.contracts.principals import PortalSettings, Principal
from tests.service.billing.autopay_desk import AutopayDesk
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People

BOTH = PortalSettings(payment_method_types=["card", "us_bank_account"])


@pytest.fixture
def autopay(desk: Desk, people: People) -> AutopayDesk:
    people.settings = BOTH
    autopay = AutopayDesk(desk, people)
    autopay.priya = autopay.priya.model_copy(update={"portal": people.portal})
    return autopay


def test_a_soft_decline_is_tried_again_on_the_days_and_then_turns_autopay_off(autopay: AutopayDesk) -> None:
    invoice, card = autopay.owe(), autopay.add_card(autopay.priya, "pm_card_chargeCustomerFail")
    autopay.turn_on(card)
    days = [_fails(autopay, invoice.id) for _ in range(4)]
    first = autopay.debit(invoice.id)["declined_on"]
    assert days == [first + timedelta(days=each) for each in (1, 3, 5, 7)]
    assert autopay.ask(autopay.priya, GetAutopay()).enabled
    autopay.run()
    assert not autopay.ask(autopay.priya, GetAutopay()).enabled
    assert len(autopay.told("autopay_declined")) == 4
    (told,) = autopay.told("autopay_ended")
    assert (told["because"], told["invoice_number"]) == ("retries_used_up", invoice.number)
    assert autopay.rows(autopay.people, "SELECT try, state FROM autopay_attempt ORDER BY try") == [
        (each, "failed") for each in range(1, 6)
    ]
    assert autopay.told("payment_failed") == [] and autopay.audit(autopay.people) == []


def _fails(autopay: AutopayDesk, invoice_id: Any) -> date:
    """One run that is declined; answers the day of the next try, and lets the days pass until then."""
    assert autopay.run().failed >= 1
    debit = autopay.debit(invoice_id)
    told = autopay.told("autopay_declined")[-1]
    assert told["next_try_on"] == debit["charge_on"].isoformat()
    found: date = debit["charge_on"]
    return found


def test_a_hard_decline_is_not_tried_again_and_waits_for_another_method(autopay: AutopayDesk) -> None:
    invoice, later = autopay.owe(), autopay.owe(days=22)
    autopay.turn_on(autopay.add_card(autopay.priya))
    _becomes(autopay, "pm_card_authenticationRequired")
    autopay.change(autopay.people, f"UPDATE autopay_debit SET due_at = now() WHERE invoice_id = '{invoice.id}'")
    autopay.open_runs()
    autopay.charge()
    view = autopay.ask(autopay.priya, GetAutopay())
    assert (view.enabled, view.status) == (True, "paused") and view.paused_because
    (told,) = autopay.told("autopay_declined")
    assert told["next_try_on"] is None
    autopay.run()
    assert autopay.intents(autopay.people) == 1
    autopay.turn_on(autopay.add_card(autopay.priya))
    view = autopay.ask(autopay.priya, GetAutopay())
    assert (view.status, {each.invoice_id for each in view.upcoming}) == ("on", {invoice.id, later.id})
    autopay.run()
    assert len(autopay.charges(autopay.people)) == 2


def test_a_debit_returned_for_funds_is_sent_again_twice_and_no_more(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_bank_account(autopay.priya, "pm_usBankAccount_insufficientFunds"))
    for _ in range(3):
        assert autopay.ask(autopay.priya, GetAutopay()).enabled
        _returned(autopay, "R01")
    assert not autopay.ask(autopay.priya, GetAutopay()).enabled
    autopay.come_due()
    assert autopay.open_runs() == 0 and autopay.intents(autopay.people) == 3


def test_a_debit_returned_for_another_reason_is_not_sent_again(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_bank_account(autopay.priya, "pm_usBankAccount_accountClosed"))
    _returned(autopay, "R02")
    assert autopay.ask(autopay.priya, GetAutopay()).status == "paused"


def _returned(autopay: AutopayDesk, code: str) -> None:
    """The day's run debits the account, and days later the bank sends the debit back."""
    autopay.run()
    (intent,) = autopay.rows(autopay.people, "SELECT intent_id FROM payment WHERE status = 'processing'")
    autopay.sandbox.later(f"payment_intents/{intent[0]}/fail", code=code)
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    assert autopay.follow() == 1


def test_a_decline_of_a_method_that_was_replaced_meanwhile_is_not_the_new_ones(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_bank_account(autopay.priya))
    autopay.run()
    autopay.turn_on(autopay.add_card(autopay.priya))
    (intent,) = autopay.rows(autopay.people, "SELECT intent_id FROM payment WHERE status = 'processing'")
    autopay.sandbox.later(f"payment_intents/{intent[0]}/fail", code="R02")
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    autopay.follow()
    assert autopay.ask(autopay.priya, GetAutopay()).status == "on"
    debit = autopay.debit(invoice.id)
    assert (debit["tries"], debit["declines"], debit["declined_on"]) == (1, 0, None)
    assert autopay.run().charged == 1


def test_a_provider_that_does_not_let_the_company_in_declines_nobody(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    account = autopay.account(autopay.people)
    autopay.change(autopay.people, "UPDATE merchant SET payment_account = 'acct_1Gone'")
    assert autopay.run().charged == 0
    assert (autopay.ask(autopay.priya, GetAutopay()).status, autopay.told("autopay_declined")) == ("on", [])

    autopay.change(autopay.people, "UPDATE merchant SET payment_account = :account", account=account)
    autopay.change(autopay.people, "UPDATE autopay_attempt SET next_at = now() WHERE state = 'queued'")
    autopay.charge()
    assert autopay.debit(invoice.id)["state"] == "charged"


def test_switched_off_while_the_bank_decides_it_is_not_tried_again(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_bank_account(autopay.priya))
    autopay.run()
    autopay.ask(autopay.priya, ChangeAutopay(enabled=False))
    (intent,) = autopay.rows(autopay.people, "SELECT intent_id FROM payment WHERE status = 'processing'")
    autopay.sandbox.later(f"payment_intents/{intent[0]}/fail")
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    autopay.follow()
    autopay.come_due()
    assert autopay.open_runs() == 0


def test_a_card_that_its_bank_wants_confirmed_asks_for_another_method(autopay: AutopayDesk) -> None:
    payer: Principal = autopay.priya
    autopay.owe()
    autopay.turn_on(autopay.add_card(payer))
    _becomes(autopay, "pm_card_authenticationRequired")
    autopay.run()
    assert autopay.ask(payer, GetAutopay()).status == "paused"
    (told,) = autopay.told("autopay_declined")
    assert "confirm" in told["decline_reason"]


def _becomes(autopay: AutopayDesk, card: str) -> None:
    """The kept card behaves like another one from now on."""
    customer = autopay.value(autopay.people, "SELECT provider_id FROM customer_account")
    account = autopay.account(autopay.people)
    other = autopay.sandbox.call(f"/v1/payment_methods/{card}/attach", account, customer=customer)["id"]
    autopay.change(autopay.people, "UPDATE payment_method SET provider_id = :id", id=other)


def test_a_debit_that_somebody_stopped_at_the_provider_is_not_made_again(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_bank_account(autopay.priya, "pm_usBankAccount_processing"))
    autopay.run()
    ((intent,),) = autopay.rows(autopay.people, "SELECT intent_id FROM payment WHERE status = 'processing'")
    autopay.sandbox.call(f"/v1/payment_intents/{intent}/cancel", autopay.account(autopay.people))
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    assert autopay.follow() == 1
    assert autopay.ask(autopay.priya, GetAutopay()).status == "paused"
    autopay.change(autopay.people, "UPDATE autopay_attempt SET next_at = now()")
    assert autopay.charge() == 0 and autopay.intents(autopay.people) == 1
