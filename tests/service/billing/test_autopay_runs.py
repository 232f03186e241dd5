"""Runs: each invoice charged once, on its day, whatever dies meanwhile; a dry run that charges nothing."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.billing import processor
from services.contracts.billing.autopay import (
    ChangeAutopay,
    GetAutopayRun,
    ListAutopayAttempts,
    ListAutopayRuns,
    PreviewAutopayRun,
    SkipDebit,
)
from services.contracts.billing.invoices import GetInvoice
from services.contracts.billing.payments import GetPayment, ListPayments
from services.contracts.billing.programs import CreateProgram, OfferProgram
from services.contracts.billing.terms import Policy
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, PortalSettings
from tests.service.billing.autopay_desk import AutopayDesk, now
from tests.service.billing.conftest import Desk
from tests.service.billing.people import ALL, SETTINGS, People
from tests.service.billing.refusals import refused
from tests.service.billing.test_pay_links import begin, guest_of
from tests.service.billing.test_uncertain_payments import CONFIRM, CREATE, TRIES, ProcessDied


@pytest.fixture
def autopay(desk: Desk, people: People) -> AutopayDesk:
    return AutopayDesk(desk, people)


def test_what_is_due_is_charged_once_and_receipted(autopay: AutopayDesk) -> None:
    invoices = [autopay.owe(), autopay.owe()]
    autopay.turn_on(autopay.add_card(autopay.priya))
    run = autopay.run()
    assert (run.due, run.charged, run.running, run.amount) == (2, 2, False, Money(amount=24_000))
    autopay.come_due()
    assert (autopay.open_runs(), autopay.charge(), autopay.follow()) == (0, 0, 0)
    assert len(autopay.charges(autopay.people)) == 2
    told = autopay.told("payment_succeeded")
    assert [(each["payment"]["by_autopay"], each["payer_id"]) for each in told] == [(True, str(autopay.priya.id))] * 2
    assert {autopay.ask(autopay.priya, GetInvoice(invoice_id=each.id)).status for each in invoices} == {"paid"}
    assert autopay.audit(autopay.people) == []


def test_it_bears_a_fee_only_where_the_policy_says_so(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.run()
    assert [each["amount"] for each in autopay.charges(autopay.people)] == [12_000]


def test_a_policy_on_autopay_is_charged_and_previewed(autopay: AutopayDesk) -> None:
    fee = FeePolicy(kind="flat", amount=Money(amount=250), on_autopay=True)
    autopay.people.settings = SETTINGS.model_copy(update={"fees": {"card": fee}})
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    assert [each.fee for each in _preview(autopay)] == [Money(amount=250)]
    autopay.run()
    assert [each["amount"] for each in autopay.charges(autopay.people)] == [12_250]


def test_paid_by_hand_meanwhile_nothing_is_charged(autopay: AutopayDesk) -> None:
    invoice, card = autopay.owe(), autopay.add_card(autopay.priya)
    autopay.turn_on(card)
    autopay.pay(autopay.priya, card, invoice)
    run = autopay.run()
    (attempt,) = autopay.ask(autopay.people.office, ListAutopayAttempts(run_id=run.id)).items
    assert (attempt.standing, attempt.reason) == ("dropped", "paid")
    assert len(autopay.charges(autopay.people)) == 1


def test_partly_paid_meanwhile_only_the_rest_is_charged(autopay: AutopayDesk) -> None:
    invoice, card = autopay.owe(), autopay.add_card(autopay.priya)
    autopay.turn_on(card)
    autopay.pay(autopay.priya, card, invoice, amount=Money(amount=5_000))
    assert autopay.run().amount == Money(amount=7_000)
    assert autopay.audit(autopay.people) == []


def test_a_payment_under_way_by_a_person_is_waited_for(autopay: AutopayDesk) -> None:
    autopay.people.settings = PortalSettings(payment_method_types=["card", "us_bank_account"])
    payer = autopay.priya.model_copy(update={"portal": autopay.people.portal})
    invoice, bank = autopay.owe(), autopay.add_bank_account(payer)
    autopay.turn_on(autopay.add_card(payer), payer)
    payment = autopay.pay(payer, bank, invoice)
    assert payment.status == "processing"
    assert autopay.run().waiting == 1
    assert autopay.debit(invoice.id)["due_at"] > now()
    autopay.sandbox.later(f"payment_intents/{autopay.intent(autopay.people, payment)}/fail")
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    run = autopay.run()
    assert (run.charged, run.waiting) == (1, 0)
    assert len(autopay.charges(autopay.people)) == 1


def test_a_guest_who_began_and_left_does_not_keep_a_debit_waiting(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.come_due()
    begin(autopay, guest_of(autopay, autopay.people, invoice), invoice)
    autopay.open_runs()
    autopay.charge()
    assert autopay.ask(autopay.priya, GetInvoice(invoice_id=invoice.id)).status == "paid"
    assert [each["amount"] for each in autopay.charges(autopay.people)] == [12_000]


def test_more_than_was_announced_is_announced_again_and_waits(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.change(autopay.people, "UPDATE autopay_debit SET amount = 11_000")
    assert autopay.run().waiting == 1 and autopay.charges(autopay.people) == []
    assert len(autopay.told("autopay_announced")) == 2
    assert autopay.debit(invoice.id)["due_at"] > now() + timedelta(days=9, hours=23)
    assert autopay.run().charged == 1


def test_a_portal_without_online_payments_charges_nothing(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.people.settings = SETTINGS.model_copy(update={"electronic_payments": False})
    assert autopay.run().waiting == 1 and autopay.intents(autopay.people) == 0


def test_a_method_that_will_not_do_any_more_pauses_it_and_asks_for_another(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.change(autopay.people, "UPDATE payment_method SET expires_on = '2020-01-31'")
    assert autopay.run().dropped == 1
    (told,) = autopay.told("autopay_declined")
    assert told["next_try_on"] is None and "expired" in told["decline_reason"]
    view = autopay.turn_on(autopay.add_card(autopay.priya, "pm_card_amex"))
    assert (view.status, [each.invoice_id for each in view.upcoming]) == ("on", [invoice.id])
    assert autopay.run().charged == 1


def test_a_charge_that_nobody_answered_for_is_found_and_never_made_twice(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.sandbox.fault("timeout_after_success", method="POST", path=CONFIRM, count=TRIES)
    run = autopay.run()
    assert (run.charged, run.pending, run.running) == (0, 1, True)
    assert autopay.charge() == 0
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    autopay.follow()
    assert autopay.todays().charged == 1
    assert len(autopay.charges(autopay.people)) == len(autopay.told("payment_succeeded")) == 1
    assert autopay.audit(autopay.people) == []


@pytest.mark.parametrize("call", ["create_payment", "confirm_payment"])
def test_a_replica_that_dies_leaves_a_payment_that_is_brought_to_its_end(
    autopay: AutopayDesk, monkeypatch: Any, call: str
) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    carried_out = getattr(processor, call)

    def dies(*arguments: Any, **options: Any) -> None:
        carried_out(*arguments, **options)
        raise ProcessDied

    autopay.come_due()
    autopay.open_runs()
    with monkeypatch.context() as patch:
        patch.setattr(processor, call, dies)
        with pytest.raises(ProcessDied):
            autopay.charge()
    assert autopay.charge() == 0
    autopay.change(autopay.people, "UPDATE payment SET created_at = created_at - interval '2 minutes'")
    for _ in range(2):
        autopay.make_due(autopay.people)
        autopay.reconcile(autopay.people)
        autopay.follow()
        autopay.change(autopay.people, "UPDATE autopay_attempt SET next_at = now() WHERE state = 'queued'")
        autopay.charge()
    assert autopay.todays().charged == 1
    assert len(autopay.charges(autopay.people)) == len(autopay.told("payment_succeeded")) == 1
    assert autopay.audit(autopay.people) == []


def test_a_run_opened_twice_has_each_try_once(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    for _ in range(2):
        autopay.come_due()
        autopay.open_runs()
        autopay.change(
            autopay.people,
            f"UPDATE autopay_debit SET state = 'planned', due_at = now() WHERE invoice_id = '{invoice.id}'",
        )
    autopay.open_runs()
    assert autopay.todays().due == 1


def test_a_busy_provider_is_no_try_and_pauses_everybody(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.sandbox.fault("rate_limit", method="POST", path=CREATE, count=1)
    assert autopay.run().charged == 1
    assert autopay.debit(invoice.id)["tries"] == 0 and autopay.told("autopay_declined") == []
    assert autopay.value(autopay.people, "SELECT count(*) FROM payment") == 1


def test_a_provider_that_is_away_is_no_try(autopay: AutopayDesk) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.sandbox.fault("error_500_before", method="POST", path=CREATE, count=TRIES)
    run = autopay.run()
    assert (run.queued, run.failed) == (1, 0) and autopay.charge() == 0
    autopay.change(autopay.people, "UPDATE autopay_attempt SET next_at = now()")
    autopay.charge()
    assert autopay.todays().charged == 1 and autopay.debit(invoice.id)["tries"] == 0
    assert autopay.told("autopay_declined") == autopay.told("payment_failed") == []


def test_a_bank_debit_is_pending_until_the_bank_has_decided(autopay: AutopayDesk) -> None:
    autopay.people.settings = PortalSettings(payment_method_types=["card", "us_bank_account"])
    payer = autopay.priya.model_copy(update={"portal": autopay.people.portal})
    autopay.owe()
    autopay.turn_on(autopay.add_bank_account(payer), payer)
    run = autopay.run()
    assert (run.pending, run.charged, run.running) == (1, 0, False)
    (payment,) = autopay.ask(payer, ListPayments()).items
    assert autopay.follow() == 0
    autopay.sandbox.later(f"payment_intents/{autopay.intent(autopay.people, payment)}/settle")
    autopay.make_due(autopay.people)
    autopay.reconcile(autopay.people)
    assert autopay.follow() == 1
    assert autopay.todays().charged == 1
    assert autopay.ask(payer, GetPayment(payment_id=payment.id)).by_autopay


def test_the_dry_run_says_what_would_be_charged_and_charges_nothing(autopay: AutopayDesk) -> None:
    skipped, big, due = autopay.owe(days=15), autopay.owe(50_000, days=16), autopay.owe(days=17)
    card = autopay.add_card(autopay.priya)
    autopay.turn_on(card, cap=Money(amount=20_000))
    autopay.ask(autopay.priya, SkipDebit())
    found = {each.invoice_id: (each.charged, each.because) for each in _preview(autopay)}
    assert found[due.id] == (True, None)
    assert found[skipped.id] == (False, "The customer skips it.")
    assert found[big.id] == (False, "It is more than the customer's limit.")
    assert autopay.intents(autopay.people) == 0
    assert _preview(autopay, until=now().date()) == []
    assert refused(autopay, autopay.priya, PreviewAutopayRun(branch_id=autopay.people.branch_id, until=now().date()))


def _preview(autopay: AutopayDesk, until: date | None = None) -> list[Any]:
    until = until or now().date() + timedelta(days=60)
    query = PreviewAutopayRun(branch_id=autopay.people.branch_id, until=until)
    found: list[Any] = autopay.ask(autopay.people.office, query).items
    return found


def test_only_the_companys_own_office_sees_its_runs(autopay: AutopayDesk, desk: Desk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    run = autopay.run()
    others = desk.open_company()
    assert refused(autopay, others.office, GetAutopayRun(run_id=run.id)).code == "not_found"
    assert refused(autopay, others.office, ListAutopayAttempts(run_id=run.id)).code == "not_found"
    assert autopay.ask(others.office, ListAutopayRuns()).items == []
    assert refused(autopay, autopay.priya, GetAutopayRun(run_id=run.id)).code == "forbidden"
    (attempt,) = autopay.ask(autopay.people.office, ListAutopayAttempts(run_id=run.id)).items
    assert (attempt.standing, attempt.number, attempt.customer_name) == ("charged", 1, "Lakeside HOA")


def test_a_programs_installments_are_charged_by_its_own_autopay_and_methods(autopay: AutopayDesk) -> None:
    autopay.people.settings = PortalSettings(
        sections=["invoices", "programs"], payment_method_types=["card", "us_bank_account"]
    )
    payer = autopay.priya.model_copy(
        update={"portal": autopay.people.portal, "permissions": ALL | {"autopay.manage", "programs.view"}}
    )
    program_id, installment, other = _program(autopay), autopay.owe(), autopay.owe()
    autopay.change(
        autopay.people,
        "UPDATE invoice SET program_id = :program, kind = 'installment', property_id = NULL WHERE id = :id",
        program=program_id,
        id=installment.id,
    )
    bank = ChangeAutopay(enabled=True, program_id=program_id, payment_method_id=autopay.add_bank_account(payer).id)
    assert refused(autopay, payer, bank).details["reason"] == "method_type"
    view = autopay.turn_on(autopay.add_card(payer), payer, program_id=program_id)
    assert [each.invoice_id for each in view.upcoming] == [installment.id]
    assert view.allowed_payment_methods == ["card"]
    assert view.authorization and "each installment of program" in view.authorization.text
    assert autopay.run().charged == 1
    assert autopay.value(autopay.people, "SELECT balance FROM invoice WHERE id = :id", id=other.id) == 12_000


def _program(autopay: AutopayDesk) -> Any:
    people = autopay.people
    nothing = Money(amount=0)
    policy = Policy(
        number="HIA-MC-2002",
        carrier="Gulf Mutual",
        line="Marine cargo",
        premium=Money(amount=120_000),
        taxes=nothing,
        earned_fees=nothing,
        unearned_fees=nothing,
        effective_on=now().date(),
        expires_on=now().date() + timedelta(days=365),
    )
    draft = CreateProgram(
        branch_id=people.branch_id,
        time_zone="America/Chicago",
        customer=people.customer,
        name="Marine",
        policies=[policy],
    )
    program = autopay.ask(people.office, draft)
    offer = OfferProgram(program_id=program.id, allowed_plans=["pay_in_full"], allowed_payment_methods=["card"])
    return autopay.ask(people.office, offer).id
