"""Books that were restored and are being put right: nobody is charged, late, reminded or billed anew until they are."""

from datetime import timedelta

import pytest

from services.billing.service import Billing
from services.billing.settings import billing_settings
from services.contracts.billing.finance import RaisePayoff
from tests.service.billing import loans
from tests.service.billing.autopay_desk import AutopayDesk
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import TODAY
from tests.service.billing.people import People

HELD = {
    "charge_late_fees": "due_late_fees",
    "remind_payers": "due_invoice_reminders",
    "lapse_payoffs": "due_payoffs",
}


def as_it_is_wired(desk: Desk, people: People) -> dict[str, int]:
    """One turn of each as the service runs it, by how many rows were due."""
    due = {}
    for name, look_up in HELD.items():
        found = desk.rows(people, f"SELECT company_id, id FROM lookups.{look_up}(1000)")
        rows = [row_id for company_id, row_id in found if company_id == people.company_id]
        for row_id in rows:
            desk.executor.due(getattr(Billing, name).__wrapped__, people.company_id, row_id)
        due[name] = len(rows)
    return due


def test_checks_that_are_not_entered_again_yet_make_nobody_late(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, _ = loans.lent(desk, people, begun=-3)
    desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    desk.change(people, "UPDATE loan_payoff SET good_through = good_through - 1")
    desk.change(people, "UPDATE invoice SET next_reminder_at = now() WHERE due_on < :day", day=TODAY - timedelta(2))
    loans.grace_passes(desk, people)
    with monkeypatch.context() as patch:
        patch.setattr(billing_settings(), "autopay_held", True)
        assert all(as_it_is_wired(desk, people).values())
        assert desk.value(people, "SELECT count(*) FROM late_fee") == 0
        assert desk.events(people, "invoice_overdue") == []
        assert loans.read(desk, people, program).payoff is not None
    as_it_is_wired(desk, people)
    assert desk.value(people, "SELECT count(*) FROM late_fee") > 0
    assert desk.events(people, "invoice_overdue")
    assert loans.read(desk, people, program).payoff is None


def test_autopay_takes_up_nothing(desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    autopay = AutopayDesk(desk, people)
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.come_due()
    autopay.open_runs()
    (attempt_id,) = autopay.rows(people, "SELECT id FROM autopay_attempt")[0]
    charge = Billing.charge_autopay.__wrapped__
    with monkeypatch.context() as patch:
        patch.setattr(billing_settings(), "autopay_held", True)
        autopay.executor.due(charge, people.company_id, attempt_id)
        assert autopay.charges(people) == []
    autopay.executor.due(charge, people.company_id, attempt_id)
    assert len(autopay.charges(people)) == 1
