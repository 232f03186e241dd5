"""A guest who has begun to pay and confirmed nothing stands in nobody's way: neither the office's nor the insured's."""

from collections.abc import Callable
from typing import Any

import pytest

from services.contracts.billing.credits import ApplyCredit, UnapplyCredit
from services.contracts.billing.finance import EndorseAgreement, RaisePayoff
from services.contracts.billing.invoices import GetInvoice, InvoiceView, VoidInvoice
from services.contracts.billing.programs import CancelProgram, ChoosePlan, GetProgram, OfferProgram, ProgramView
from services.contracts.messages import Ask
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import INSURED, TODAY, insured, offered
from tests.service.billing.loans import audited, invoice, lent, settle
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_pay_links import begin, confirm, guest_of, status


def test_the_office_voids_what_a_guest_began_to_pay(desk: Desk, people: People) -> None:
    owed = desk.bill(people)
    guest = guest_of(desk, people, owed)
    begun = begin(desk, guest, owed)
    desk.ask(people.office, VoidInvoice(invoice_id=owed.id, reason="Billed twice"))
    assert status(desk, guest, begun) == "failed"
    assert confirm(desk, begun)["error"]["code"] == "payment_intent_unexpected_state"


def test_what_a_guest_has_confirmed_is_not_voided(desk: Desk, people: People) -> None:
    owed = desk.bill(people)
    begun = begin(desk, guest_of(desk, people, owed), owed)
    confirm(desk, begun)
    command = VoidInvoice(invoice_id=owed.id, reason="Billed twice")
    assert refused(desk, people.office, command).details["reason"] == "paid"


def test_whoever_may_not_void_closes_no_guests_payment(desk: Desk, people: People) -> None:
    owed = desk.bill(people)
    guest = guest_of(desk, people, owed)
    begun = begin(desk, guest, owed)
    assert refused(desk, people.priya, VoidInvoice(invoice_id=owed.id, reason="Mine")).code == "forbidden"
    assert status(desk, guest, begun) == "requires_action"


def test_a_check_pays_what_a_guest_began_to_pay(desk: Desk, people: People) -> None:
    owed = desk.bill(people)
    begin(desk, guest_of(desk, people, owed), owed)
    assert settle(desk, people, owed).status == "succeeded"


def test_a_credit_is_applied_and_taken_back_meanwhile(desk: Desk, people: People) -> None:
    owed, credit = desk.bill(people), desk.grant(people, 1_000)
    guest = guest_of(desk, people, owed)
    begin(desk, guest, owed)
    command = ApplyCredit(credit_id=credit.id, invoice_id=owed.id, amount=Money(amount=1_000))
    assert desk.ask(people.office, command).unapplied == Money(amount=0)
    begin(desk, guest, owed)
    taken_back = UnapplyCredit(credit_id=credit.id, invoice_id=owed.id)
    assert desk.ask(people.office, taken_back).unapplied == Money(amount=1_000)


def payoff(program: ProgramView) -> Ask[InvoiceView]:
    return RaisePayoff(program_id=program.id)


def endorsement(program: ProgramView) -> Ask[Any]:
    return EndorseAgreement(
        program_id=program.id,
        change=Money(amount=10_000),
        effective_on=program.effective_on,
        keep="term",
        reason="A truck more",
    )


def cancellation(program: ProgramView) -> Ask[ProgramView]:
    return CancelProgram(program_id=program.id, cancelled_on=TODAY, reason="Sold")


@pytest.mark.parametrize("asked", [payoff, endorsement, cancellation])
def test_a_loan_changes_though_a_guest_began_to_pay_an_installment(
    desk: Desk, people: People, asked: Callable[[ProgramView], Ask[Any]]
) -> None:
    program, agreement = lent(desk, people)
    guest, owed = guest_of(desk, people, invoice(desk, people, agreement, 10)), invoice(desk, people, agreement, 10)
    begun = begin(desk, guest, owed)
    desk.ask(people.office, asked(program))
    assert status(desk, guest, begun) == "failed"
    assert not audited(desk, people)


def whole(desk: Desk, people: People) -> tuple[ProgramView, InvoiceView]:
    """A program that is to be paid in full, and the invoice of it."""
    program = desk.ask(insured(people), ChoosePlan(program_id=offered(desk, people).id, plan="pay_in_full"))
    return program, desk.ask(people.office, GetInvoice(invoice_id=program.invoices[0].id))


def test_the_insured_chooses_another_plan_though_a_guest_began_to_pay_the_whole(desk: Desk, people: People) -> None:
    program, owed = whole(desk, people)
    guest = guest_of(desk, people, owed)
    begun = begin(desk, guest, owed)
    assert desk.ask(insured(people), GetProgram(program_id=program.id)).not_choosable_because is None
    chosen = desk.ask(insured(people), ChoosePlan(program_id=program.id, plan="financed"))
    assert (chosen.plan, status(desk, guest, begun)) == ("financed", "failed")


def test_a_choice_that_is_refused_closes_no_guests_payment(desk: Desk, people: People) -> None:
    program, owed = whole(desk, people)
    guest = guest_of(desk, people, owed)
    begun = begin(desk, guest, owed)
    reader = insured(people, INSURED - {"programs.sign"})
    assert refused(desk, reader, ChoosePlan(program_id=program.id, plan="financed")).code == "forbidden"
    desk.ask(insured(people), ChoosePlan(program_id=program.id, plan="pay_in_full"))
    assert status(desk, guest, begun) == "requires_action"


def test_what_a_guest_has_confirmed_is_chosen_for_good(desk: Desk, people: People) -> None:
    program, owed = whole(desk, people)
    confirm(desk, begin(desk, guest_of(desk, people, owed), owed))
    assert refused(desk, insured(people), ChoosePlan(program_id=program.id, plan="financed")).code == "conflict"


def test_the_agency_offers_anew_what_a_guest_began_to_pay(desk: Desk, people: People) -> None:
    program, owed = whole(desk, people)
    guest = guest_of(desk, people, owed)
    begun = begin(desk, guest, owed)
    command = OfferProgram(program_id=program.id, allowed_plans=["pay_in_full"], allowed_payment_methods=["card"])
    assert desk.ask(people.office, command).status == "offered"
    assert status(desk, guest, begun) == "failed"
