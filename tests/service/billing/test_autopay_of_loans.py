"""Autopay of a program whose loan changes: what was skipped stays so, and waiting for autopay is not being late."""

from datetime import timedelta

import pytest

from services.contracts.billing.autopay import GetAutopay, SkipDebit
from services.contracts.billing.finance import EndorseAgreement, RaisePayoff, WithdrawPayoff
from services.contracts.money import Money
from services.contracts.principals import PortalSettings, Principal
from tests.service.billing.autopay_desk import AutopayDesk
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import TODAY
from tests.service.billing.loans import lent
from tests.service.billing.people import ALL, People


@pytest.fixture
def autopay(desk: Desk, people: People) -> AutopayDesk:
    return AutopayDesk(desk, people)


def _borrower(autopay: AutopayDesk) -> Principal:
    """The primary contact of an insured, who may manage autopay."""
    autopay.people.settings = PortalSettings(sections=["invoices", "programs"], payment_method_types=["card"])
    return autopay.priya.model_copy(
        update={"portal": autopay.people.portal, "permissions": ALL | {"autopay.manage", "programs.view"}}
    )


def test_a_skipped_installment_stays_skipped_after_a_payoff_that_nobody_paid(
    autopay: AutopayDesk, people: People
) -> None:
    payer = _borrower(autopay)
    program, _ = lent(autopay, people, first_due_on=TODAY + timedelta(days=20))
    autopay.turn_on(autopay.add_card(payer), payer, program_id=program.id)
    autopay.ask(payer, SkipDebit(program_id=program.id))
    autopay.ask(people.office, RaisePayoff(program_id=program.id))
    autopay.ask(people.office, WithdrawPayoff(program_id=program.id))
    autopay.plan()
    view = autopay.ask(payer, GetAutopay(program_id=program.id))
    assert [each.standing for each in view.upcoming] == ["skipped"]


@pytest.mark.parametrize("keep", ["term", "payment"])
def test_a_skipped_installment_stays_skipped_after_an_endorsement(
    autopay: AutopayDesk, people: People, keep: str
) -> None:
    payer = _borrower(autopay)
    program, _ = lent(autopay, people, first_due_on=TODAY + timedelta(days=20))
    autopay.turn_on(autopay.add_card(payer), payer, program_id=program.id)
    autopay.ask(payer, SkipDebit(program_id=program.id))
    command = EndorseAgreement(
        program_id=program.id,
        effective_on=program.effective_on,
        change=Money(amount=5_000),
        keep=keep,
        reason="Vehicle added",
    )
    changed = autopay.ask(people.office, command)
    autopay.plan()
    (upcoming,) = autopay.ask(payer, GetAutopay(program_id=program.id)).upcoming
    assert (upcoming.standing, upcoming.invoice_id) == ("skipped", changed.installments[0].invoice_id)


def test_an_installment_that_waits_for_its_notice_is_not_late(autopay: AutopayDesk, people: People) -> None:
    payer = _borrower(autopay)
    program, agreement = lent(autopay, people, first_due_on=TODAY + timedelta(days=1), late_fee_policy="NY")
    view = autopay.turn_on(autopay.add_card(payer), payer, program_id=program.id)
    assert view.upcoming[0].charge_on >= agreement.installments[0].due_on + timedelta(days=9)
    autopay.change(people, f"UPDATE installment SET late_fee_on = '{TODAY}' WHERE number = 1")
    autopay.work_off("charge_late_fees", "due_late_fees", people)
    assert autopay.value(people, "SELECT count(*) FROM late_fee") == 0
    assert autopay.work_off("charge_late_fees", "due_late_fees", people) == 0
    autopay.ask(payer, SkipDebit(program_id=program.id))
    autopay.change(people, f"UPDATE installment SET late_fee_on = '{TODAY}' WHERE number = 1")
    autopay.work_off("charge_late_fees", "due_late_fees", people)
    assert autopay.value(people, "SELECT count(*) FROM late_fee") == 1
