"""Endorsements and cancellations: a new version each, what was signed and paid stays, and the money adds up."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis import files
from services.contracts.billing.credits import ListCredits
from services.contracts.billing.finance import (
    EndorseAgreement,
    FinanceAgreementView,
    GetFinanceAgreementPdf,
    RaisePayoff,
)
from services.contracts.billing.invoices import GetInvoice
from services.contracts.billing.programs import CancelProgram, ProgramView
from services.contracts.errors import DomainError
from services.contracts.money import Money
from tests.service.billing import loans
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import TODAY, insured
from tests.service.billing.loans import audited, lent, pay, read
from tests.service.billing.people import People
from tests.service.billing.refusals import refused


def order(program: ProgramView, change: int, keep: str = "term", **fields: Any) -> EndorseAgreement:
    """The agency's order to lend so much more, or to take so much off."""
    told = {"effective_on": program.effective_on, "reason": "Vehicle added", **fields}
    return EndorseAgreement(program_id=program.id, change=Money(amount=change), keep=keep, **told)


def cancel(program: ProgramView, returned: int = 0) -> CancelProgram:
    """The agency's order to end the program."""
    return CancelProgram(
        program_id=program.id,
        cancelled_on=max(TODAY, program.effective_on),
        reason="Shop closed",
        return_premium=Money(amount=returned),
    )


def free_credit(desk: Desk, people: People) -> int:
    """What the customer has of credits that reduce nothing."""
    return sum(each.unapplied.amount for each in desk.ask(insured(people), ListCredits()).items)


def principal(agreement: FinanceAgreementView, *numbers: int) -> int:
    """What these installments repay."""
    return sum(each.principal.amount for each in agreement.installments if each.number in numbers)


def test_more_is_lent_over_the_same_term(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    pay(desk, people, before, 1)
    after = desk.ask(people.office, order(program, 20_000))
    assert (after.version, after.amount_financed.amount) == (2, 105_000)
    assert [each.due_on for each in after.installments] == [each.due_on for each in before.installments]
    assert after.installments[0] == before.installments[0].model_copy(
        update={"status": "paid", "balance": Money(amount=0)}
    )
    assert all(
        new.amount.amount > old.amount.amount
        for new, old in zip(after.installments[1:], before.installments[1:], strict=True)
    )
    assert after.balance.amount == 105_000 - principal(before, 1)
    old = desk.ask(people.office, GetInvoice(invoice_id=before.installments[5].invoice_id))
    assert old.status == "void" and "Vehicle added" in str(old.void_reason)
    assert audited(desk, people) == []


def test_more_is_lent_at_the_same_payment(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    after = desk.ask(people.office, order(program, 20_000, "payment"))
    amounts = [each.amount.amount for each in after.installments]
    assert len(amounts) > 10 and set(amounts[:-1]) == {before.installments[0].amount.amount}
    assert sum(each.principal.amount for each in after.installments) == 105_000
    assert audited(desk, people) == []


@pytest.mark.parametrize("keep", ["term", "payment"])
def test_a_return_premium_reduces_the_loan(desk: Desk, people: People, keep: str) -> None:
    program, before = lent(desk, people)
    pay(desk, people, before, 1, 10)
    after = desk.ask(people.office, order(program, -20_000, keep, reason="Vehicle sold"))
    assert after.amount_financed.amount == 65_000
    assert after.balance.amount == 65_000 - principal(before, 1, 10)
    assert (len(after.installments) == 10) == (keep == "term")
    assert after.installments[-1].status == "paid"
    assert free_credit(desk, people) == 0
    assert audited(desk, people) == []


def test_a_return_premium_pays_what_is_due_first(desk: Desk, people: People) -> None:
    program, before = lent(desk, people, begun=-3)
    due = [each for each in before.installments if each.due_on <= TODAY]
    owed = sum(each.amount.amount for each in due)
    after = desk.ask(people.office, order(program, -owed - 5_000))
    assert [each.status for each in after.installments[: len(due)]] == ["paid"] * len(due)
    assert after.amount_financed.amount == 80_000
    again = desk.ask(people.office, order(program, -5_000))
    assert (again.version, again.amount_financed.amount) == (3, 75_000)
    assert free_credit(desk, people) == 0
    assert audited(desk, people) == []


def test_a_small_return_premium_only_pays_what_is_due(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people, begun=-3)
    after = desk.ask(people.office, order(program, -1_000))
    assert (after.version, after.amount_financed.amount) == (1, 85_000)
    assert after.installments[0].balance == after.installments[0].amount - Money(amount=1_000)
    assert audited(desk, people) == []


def test_a_return_premium_beyond_the_loan_is_credit(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    pay(desk, people, before, 1)
    after = desk.ask(people.office, order(program, -90_000))
    assert after.balance.amount == 0
    assert {each.status for each in after.installments} == {"paid"}
    # Nothing is earned on the first day, and the first installment's interest was paid ahead.
    assert free_credit(desk, people) == 90_000 - (
        principal(before, *range(2, 11)) - before.installments[0].interest.amount
    )
    assert audited(desk, people) == []


def test_a_loan_that_a_return_premium_repays_on_its_first_day_is_called_in(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    after = desk.ask(people.office, order(program, -90_000))
    assert (after.balance.amount, after.apr) == (0, before.apr)
    assert free_credit(desk, people) == 90_000 - before.amount_financed.amount
    assert audited(desk, people) == []


def test_what_was_signed_is_kept_and_the_change_has_its_own_paper(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    desk.ask(people.office, order(program, 20_000))
    lena = insured(people)
    assert desk.ask(lena, GetFinanceAgreementPdf(program_id=program.id)) == loans.SEALED
    notice = desk.ask(lena, GetFinanceAgreementPdf(program_id=program.id, newest=True))
    assert notice.name == f"{before.number}-2.pdf" and files.get(notice.key).startswith(b"%PDF")
    assert desk.rows(people, "SELECT version, stage, signed_by FROM finance_agreement ORDER BY version") == [
        (1, "replaced", "Lena Fox"),
        (2, "in_force", "Lena Fox"),
    ]


def test_the_same_endorsement_ordered_twice_changes_once(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    command = order(program, 20_000)
    assert desk.ask(people.office, command) == desk.ask(people.office, command)
    assert read(desk, people, program).version == 2


@pytest.mark.parametrize(
    ("change", "fields", "field"),
    [
        (0, {}, "change"),
        (-112_501, {}, "change"),
        (100, {"effective_on": TODAY - timedelta(days=900)}, "effective_on"),
        (10**9, {"keep": "payment"}, "keep"),
    ],
)
def test_what_cannot_be_endorsed_is_refused(
    desk: Desk, people: People, change: int, fields: dict[str, Any], field: str
) -> None:
    program, _ = lent(desk, people)
    refusal: DomainError = refused(desk, people.office, order(program, change, **fields))
    assert (refusal.code, refusal.details["field"]) == ("invalid", field)
    assert read(desk, people, program).version == 1


@pytest.mark.parametrize("ends", [False, True])
def test_what_was_added_to_a_program_can_come_back_once(desk: Desk, people: People, ends: bool) -> None:
    program, _ = lent(desk, people)
    desk.ask(people.office, order(program, 100_000))

    def back(amount: int) -> EndorseAgreement | CancelProgram:
        return cancel(program, amount) if ends else order(program, -amount)

    # The program cost 1,125.00 and 1,000.00 more.
    assert refused(desk, people.office, back(212_501)).code == "invalid"
    desk.ask(people.office, order(program, -90_000))
    assert refused(desk, people.office, back(122_501)).code == "invalid"
    desk.ask(people.office, back(122_500))
    assert read(desk, people, program).balance.amount == 0
    assert audited(desk, people) == []


def test_a_loan_that_is_being_paid_off_is_not_endorsed(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    desk.ask(people.office, RaisePayoff(program_id=program.id))
    for command in (order(program, 100), cancel(program)):
        assert refused(desk, people.office, command).details["reason"] == "payoff_raised"


# Cancellations


def test_a_cancelled_loan_falls_due_at_once(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    desk.ask(people.office, cancel(program))
    after = read(desk, people, program)
    assert (after.status, len(after.installments), after.installments[0].due_on) == ("cancelled", 1, TODAY)
    assert after.installments[0].amount == before.amount_financed
    assert after.balance == before.amount_financed
    assert audited(desk, people) == []


def test_a_return_premium_reduces_a_cancelled_loan_first(desk: Desk, people: People) -> None:
    program, before = lent(desk, people, begun=-3)
    pay(desk, people, before, 1)
    desk.ask(people.office, cancel(program, 30_000))
    after = read(desk, people, program)
    owed = sum(each.balance.amount for each in after.installments if each.balance)
    due = [each for each in after.installments[:-1] if each.due_on <= TODAY]
    assert after.installments[-1].due_on == TODAY and due
    assert owed == sum(each.amount.amount for each in after.installments[1:]) - 30_000
    assert all(each.status == "paid" for each in due if each.due_on < TODAY)
    assert free_credit(desk, people) == 0
    assert audited(desk, people) == []


def test_what_comes_back_beyond_a_cancelled_loan_is_credit(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    desk.ask(people.office, cancel(program, 100_000))
    after = read(desk, people, program)
    assert (after.status, after.balance.amount) == ("cancelled", 0)
    assert free_credit(desk, people) == 15_000
    assert audited(desk, people) == []


def test_interest_that_was_paid_ahead_comes_back_with_a_cancellation(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    pay(desk, people, before, *range(1, 11))
    desk.ask(people.office, cancel(program))
    assert free_credit(desk, people) == before.finance_charge.amount
    assert audited(desk, people) == []


def test_interest_that_was_paid_ahead_comes_back_once_however_often_the_program_changes(
    desk: Desk, people: People
) -> None:
    program, before = lent(desk, people)
    pay(desk, people, before, *range(1, 11))
    for _ in range(2):
        desk.ask(people.office, order(program, -1_000))
    desk.ask(people.office, cancel(program, 5_000))
    assert free_credit(desk, people) == before.finance_charge.amount + 7_000
    assert audited(desk, people) == []


def test_what_an_endorsement_called_in_is_not_called_in_again_by_a_cancellation(desk: Desk, people: People) -> None:
    program, before = lent(desk, people)
    pay(desk, people, before, 5)
    after = desk.ask(people.office, order(program, -100_000))
    credit = free_credit(desk, people)
    desk.ask(people.office, cancel(program, 2_000))
    assert (read(desk, people, program).status, read(desk, people, program).version) == ("cancelled", after.version)
    assert free_credit(desk, people) == credit + 2_000
    assert audited(desk, people) == []


def test_a_loan_that_was_paid_off_gives_all_that_comes_back(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    loans.settle(desk, people, desk.ask(people.office, RaisePayoff(program_id=program.id)))
    desk.ask(people.office, cancel(program, 40_000))
    assert read(desk, people, program).status == "cancelled"
    assert free_credit(desk, people) == 40_000
    assert audited(desk, people) == []


def test_an_unsigned_agreement_is_withdrawn_with_its_program(desk: Desk, people: People) -> None:
    program = loans.chosen(desk, people)
    desk.ask(people.office, cancel(program))
    assert len(desk.events(people, "agreement_withdrawn")) == 1
    assert desk.value(people, "SELECT count(*) FROM invoice") == 0
