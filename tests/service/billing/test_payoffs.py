"""Payoffs: quoted to the insured, billed by the agency, instead of the installments they cover, and no longer than
they are good."""

from datetime import timedelta
from decimal import Decimal

import pytest

from services.billing.finance import payoff_rules
from services.billing.finance.payoff_rules import Standing, payoff
from services.billing.finance.schedules import Row
from services.contracts.billing.finance import (
    EndorseAgreement,
    FinanceAgreementView,
    GetFinanceAgreement,
    QuotePayoff,
    RaisePayoff,
    WithdrawPayoff,
)
from services.contracts.billing.invoices import GetInvoice, ListInvoices
from services.contracts.billing.payments import QuotePayment
from services.contracts.billing.programs import GetProgram
from services.contracts.money import Money
from tests.service.billing import loans
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import TODAY, insured
from tests.service.billing.loans import audited, lent, pay, read
from tests.service.billing.people import People, address, with_settings
from tests.service.billing.refusals import refused


def expected(
    agreement: FinanceAgreementView, paid: set[int], good_for: int = 10, state: str = "TX"
) -> payoff_rules.Payoff:
    """What the rules say of the loan, some days from now."""
    rows = [
        Standing(Row(each.due_on, each.principal.amount, each.interest.amount), each.number in paid)
        for each in agreement.installments
    ]
    on = TODAY + timedelta(days=good_for)
    begun = loans.months(0) if agreement.installments[0].due_on > TODAY else loans.months(-3)
    return payoff(begun, rows, on, payoff_rules.refund_policy(state, on, len(rows)))


def test_the_insured_asks_what_would_repay_the_loan(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    pay(desk, people, agreement, 1)
    told = desk.ask(insured(people), QuotePayoff(program_id=program.id))
    rules = expected(agreement, {1})
    assert (told.amount.amount, told.rebate.amount) == (rules.amount, rules.rebate)
    assert told.amount == told.principal + told.interest
    assert (told.method, told.good_through, told.also_owed.amount) == ("actuarial", TODAY + timedelta(days=10), 0)


def test_a_state_of_the_rule_of_78_has_it(desk: Desk, people: People) -> None:
    people.customer = people.customer.model_copy(
        update={"address": address("1 Main Street").model_copy(update={"state": "KS"})}
    )
    program, agreement = lent(desk, people)
    told = desk.ask(insured(people), QuotePayoff(program_id=program.id))
    assert (told.method, told.rebate.amount) == ("rule_of_78", expected(agreement, set(), state="KS").rebate)


def test_a_payoff_takes_the_place_of_the_installments_and_closes_the_loan(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    pay(desk, people, agreement, 1)
    loans.settle(desk, people, desk.ask(people.office, GetInvoice(invoice_id=agreement.down_payment_invoice_id)))
    invoice = desk.ask(people.office, RaisePayoff(program_id=program.id))
    assert (invoice.kind, invoice.total.amount) == ("payoff", expected(agreement, {1}).amount)
    raised = read(desk, people, program)
    assert [each.status for each in raised.installments] == ["paid"] + ["void"] * 9
    assert raised.payoff and raised.payoff.invoice_id == invoice.id
    # The first installment was paid ahead, with interest that is not earned: that much less is left to repay.
    assert raised.balance == invoice.balance
    assert audited(desk, people) == []
    lena = insured(people)
    owed = [each.id for each in desk.ask(lena, ListInvoices(status="due")).items]
    assert owed == [invoice.id]
    assert desk.pay(lena, desk.add_card(lena), invoice).status == "succeeded"
    closed = read(desk, people, program)
    assert (closed.status, closed.balance.amount) == ("closed", 0)
    assert desk.ask(people.office, GetProgram(program_id=program.id)).status == "paid"
    assert refused(desk, people.office, RaisePayoff(program_id=program.id)).details["reason"] == "paid_off"
    assert refused(desk, people.office, WithdrawPayoff(program_id=program.id)).details["reason"] == "paid"
    assert audited(desk, people) == []


def test_interest_that_is_not_earned_is_never_collected(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    interest = -desk.value(people, "SELECT sum(amount) FROM posting WHERE account = 'interest'")
    charged = agreement.finance_charge.amount
    assert interest == charged - expected(agreement, set(), 0).rebate < charged


def test_what_is_due_or_begun_stays_owed_by_itself(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people, begun=-3)
    loans.settle(desk, people, loans.invoice(desk, people, agreement, 10), 1_000)
    told = desk.ask(people.office, QuotePayoff(program_id=program.id, good_through=TODAY))
    due = [each for each in agreement.installments if each.due_on <= TODAY]
    rest = loans.invoice(desk, people, agreement, 10).balance.amount
    assert told.also_owed.amount == sum(each.amount.amount for each in due) + rest
    desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    left = read(desk, people, program).installments
    assert [each.status for each in left[: len(due)]] == [each.status for each in due]
    assert {each.status for each in left[len(due) : 9]} == {"void"} and left[9].status == "due"
    assert audited(desk, people) == []


def test_a_payoff_that_is_withdrawn_leaves_the_installments_owed(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    pay(desk, people, agreement, 1)
    desk.ask(people.office, RaisePayoff(program_id=program.id))
    again = desk.ask(people.office, WithdrawPayoff(program_id=program.id))
    assert again.payoff is None and again.version == 1
    assert [each.status for each in again.installments] == ["paid"] + ["due"] * 9
    assert [each.amount for each in again.installments] == [each.amount for each in agreement.installments]
    assert audited(desk, people) == []
    assert refused(desk, people.office, WithdrawPayoff(program_id=program.id)).details["reason"] == "no_payoff"


def test_a_payoff_is_good_through_its_day(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    invoice = desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    assert desk.work_off("lapse_payoffs", "due_payoffs", people) == 0
    desk.change(people, "UPDATE loan_payoff SET good_through = good_through - 1")
    assert desk.work_off("lapse_payoffs", "due_payoffs", people) == 1
    assert desk.ask(people.office, GetInvoice(invoice_id=invoice.id)).status == "void"
    assert {each.status for each in read(desk, people, program).installments} == {"due"}
    assert audited(desk, people) == []


def test_a_payoff_of_which_something_was_paid_stays(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    invoice = desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    loans.settle(desk, people, invoice, 5_000)
    desk.change(people, "UPDATE loan_payoff SET good_through = good_through - 1")
    assert desk.work_off("lapse_payoffs", "due_payoffs", people) == 0
    assert refused(desk, people.office, WithdrawPayoff(program_id=program.id)).details["reason"] == "paid"
    assert read(desk, people, program).payoff is not None


def test_a_part_of_a_payoff_does_not_keep_it_standing(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    lena = with_settings(insured(people), partial_payments=True)
    invoice = desk.ask(people.office, RaisePayoff(program_id=program.id))
    part = QuotePayment(invoice_ids=[invoice.id], amount=Money(amount=50))
    assert refused(desk, lena, part).details["reason"] == "partial_payments"
    down = desk.ask(lena, GetInvoice(invoice_id=agreement.down_payment_invoice_id))
    assert desk.pay(lena, desk.add_card(lena), down, amount=Money(amount=50)).status == "succeeded"


def test_nobody_begins_to_pay_a_payoff_after_its_day(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    lena = insured(people)
    invoice = desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    order = desk.order(lena, desk.add_card(lena), invoice)
    desk.change(people, "UPDATE invoice SET due_on = due_on - 1 WHERE kind = 'payoff'")
    assert refused(desk, lena, order).details["reason"] == "lapsed"
    shown = desk.ask(lena, GetInvoice(invoice_id=invoice.id))
    assert not shown.payable and "good through" in str(shown.not_payable_because)
    # What is left of one of which something was paid in time is owed.
    loans.settle(desk, people, invoice, 5_000)
    assert desk.ask(lena, GetInvoice(invoice_id=invoice.id)).payable


def test_a_payoff_that_is_being_paid_is_not_withdrawn(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    lena = insured(people)
    invoice = desk.ask(people.office, RaisePayoff(program_id=program.id, good_through=TODAY))
    bank = desk.add_bank_account(lena, "pm_usBankAccount_processing")
    assert desk.pay(lena, bank, desk.ask(lena, GetInvoice(invoice_id=invoice.id))).status == "processing"
    desk.change(people, "UPDATE loan_payoff SET good_through = good_through - 1")
    assert desk.work_off("lapse_payoffs", "due_payoffs", people) == 0
    assert refused(desk, people.office, WithdrawPayoff(program_id=program.id)).details["reason"] == "open_attempt"


def test_the_same_payoff_ordered_twice_is_raised_once(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    command = RaisePayoff(program_id=program.id)
    assert desk.ask(people.office, command) == desk.ask(people.office, command)
    assert refused(desk, people.office, RaisePayoff(program_id=program.id)).details["reason"] == "payoff_raised"


def test_a_payoff_is_not_good_through_yesterday(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    command = RaisePayoff(program_id=program.id, good_through=TODAY - timedelta(days=1))
    assert refused(desk, people.office, command).details["field"] == "good_through"


def test_what_is_not_signed_is_not_paid_off(desk: Desk, people: People) -> None:
    program = loans.chosen(desk, people)
    assert refused(desk, people.office, RaisePayoff(program_id=program.id)).details["reason"] == "not_in_force"


@pytest.mark.parametrize("command", [RaisePayoff, WithdrawPayoff, EndorseAgreement])
def test_only_the_agency_changes_a_loan(desk: Desk, people: People, command: type) -> None:
    program, _ = lent(desk, people)
    fields: dict[str, object] = {"program_id": program.id}
    if command is EndorseAgreement:
        fields |= {"effective_on": TODAY, "change": Money(amount=1), "keep": "term", "reason": "Mine"}
    for who in (insured(people), people.sales_rep):
        assert refused(desk, who, command(**fields)).code == "forbidden"
    assert desk.ask(people.office, GetFinanceAgreement(program_id=program.id)).apr == Decimal("12.00")
