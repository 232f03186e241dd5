"""Finance agreements: drawn for a choice, signed, frozen, billed, and what is left of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from services.chassis import files
from services.chassis.work import Work
from services.contracts.billing.finance import (
    GetFinanceAgreement,
    GetFinanceAgreementPdf,
    RaisePayoff,
    WithdrawPayoff,
)
from services.contracts.billing.invoices import GetBalance, GetInvoice, ListInvoices, VoidInvoice
from services.contracts.billing.payments import RefundPayment
from services.contracts.billing.programs import ChoosePlan, GetProgram
from tests.service.billing import loans
from tests.service.billing.conftest import Desk, use_case
from tests.service.billing.insured import TODAY, insured
from tests.service.billing.loans import audited, chosen, lent, pay, read, sign, signature
from tests.service.billing.people import People
from tests.service.billing.refusals import refused


def test_choosing_to_finance_draws_an_agreement_to_be_signed(desk: Desk, people: People) -> None:
    program = chosen(desk, people)
    agreement = read(desk, people, program)
    # 20 % of 1,000.00 and the earned fees of 75.00 are paid down; taxes of 50.00 are financed.
    assert (agreement.down_payment.amount, agreement.amount_financed.amount) == (27_500, 85_000)
    assert (agreement.status, agreement.version, agreement.apr) == ("to_sign", 1, Decimal("12.00"))
    assert [each.status for each in agreement.installments] == ["scheduled"] * 10
    assert sum(each.principal.amount for each in agreement.installments) == 85_000
    total = sum(each.amount.amount for each in agreement.installments)
    assert (agreement.total_of_payments.amount, agreement.finance_charge.amount) == (total, total - 85_000)
    (told,) = desk.events(people, "agreement_ready_to_sign")
    assert agreement.to_sign and told["document"]["sha256"] == agreement.to_sign.document_sha256
    assert (told["agreement_id"], told["total"]["amount"]) == (str(agreement.id), total)
    assert files.get(told["document"]["key"]).startswith(b"%PDF")
    assert desk.ask(insured(people), ListInvoices()).items == []


def test_a_signature_lends_the_money_and_bills_everything(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    assert (agreement.status, agreement.signed_by, agreement.balance.amount) == ("in_force", "Lena Fox", 85_000)
    assert {each.status for each in agreement.installments} == {"due"}
    listed = desk.ask(insured(people), ListInvoices(limit=50)).items
    assert sorted(each.kind for each in listed) == ["down_payment"] + ["installment"] * 10
    assert all(each.payable for each in listed)
    by_id = {each.id: each for each in listed}
    for each in agreement.installments:
        assert each.invoice_id and by_id[each.invoice_id].total == each.amount
        assert by_id[each.invoice_id].due_on == each.due_on
    assert desk.ask(insured(people), GetFinanceAgreementPdf(program_id=program.id)) == loans.SEALED
    assert desk.ask(people.office, GetProgram(program_id=program.id)).status == "awaiting_payment"
    assert audited(desk, people) == []


def test_the_same_signature_bills_once(desk: Desk, people: People) -> None:
    program = chosen(desk, people)
    event = signature(people, read(desk, people, program))
    for _ in range(2):
        desk.executor.event("on_document_signed", use_case("on_document_signed"), event)
    again = signature(people, read(desk, people, program))
    desk.executor.event("on_document_signed", use_case("on_document_signed"), again)
    assert desk.value(people, "SELECT count(*) FROM invoice") == 11
    assert audited(desk, people) == []


def test_a_signature_under_a_withdrawn_agreement_binds_nobody(desk: Desk, people: People) -> None:
    program = chosen(desk, people)
    event = signature(people, read(desk, people, program))
    desk.ask(insured(people), ChoosePlan(program_id=program.id, plan="pay_in_full"))
    desk.executor.event("on_document_signed", use_case("on_document_signed"), event)
    assert [row[0] for row in desk.rows(people, "SELECT kind FROM invoice")] == ["pay_in_full"]
    (withdrawn,) = desk.events(people, "agreement_withdrawn")
    assert (withdrawn["agreement_id"], withdrawn["version"]) == (str(event.document_id), 2)
    assert refused(desk, people.office, GetFinanceAgreement(program_id=program.id)).code == "not_found"


def test_choosing_again_draws_a_new_version(desk: Desk, people: People) -> None:
    program, lena = chosen(desk, people), insured(people)
    first = read(desk, people, program)
    for plan in ("pay_in_full", "financed"):
        desk.ask(lena, ChoosePlan(program_id=program.id, plan=plan))
    second = read(desk, people, program)
    assert (second.version, second.number, second.id == first.id) == (2, first.number, False)
    assert sign(desk, people, program).status == "in_force"
    assert audited(desk, people) == []


def test_paying_installments_leaves_less_of_the_loan(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    pay(desk, people, agreement, 1, 2)
    left = read(desk, people, program)
    repaid = sum(each.principal.amount for each in agreement.installments[:2])
    assert (left.balance.amount, left.installments[1].status) == (85_000 - repaid, "paid")
    # A part pays the interest first.
    part = loans.invoice(desk, people, agreement, 3)
    loans.settle(desk, people, part, agreement.installments[2].interest.amount)
    assert read(desk, people, program).balance.amount == 85_000 - repaid


def test_a_future_installment_can_be_paid(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    lena = insured(people)
    last = agreement.installments[-1]
    paid = desk.pay(lena, desk.add_card(lena), desk.ask(lena, GetInvoice(invoice_id=last.invoice_id)))
    assert paid.status == "succeeded"
    left = read(desk, people, program)
    assert (left.installments[-1].status, left.balance.amount) == ("paid", 85_000 - last.principal.amount)


def test_the_balance_counts_an_installment_when_it_is_billed(desk: Desk, people: People) -> None:
    _, agreement = lent(desk, people, begun=-3)
    billed = [each for each in agreement.installments if each.due_on <= TODAY + timedelta(days=20)]
    assert 3 <= len(billed) < 10
    owed = sum(each.amount.amount for each in billed) + agreement.down_payment.amount
    assert desk.ask(insured(people), GetBalance()).current.amount == owed


def test_a_loan_is_closed_when_everything_is_paid(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people)
    pay(desk, people, agreement, *range(1, 11))
    assert read(desk, people, program).status == "in_force"
    first = desk.ask(people.office, GetInvoice(invoice_id=agreement.down_payment_invoice_id))
    loans.settle(desk, people, first)
    closed = read(desk, people, program)
    assert (closed.status, closed.balance.amount) == ("closed", 0)
    assert desk.ask(people.office, GetProgram(program_id=program.id)).status == "paid"
    assert audited(desk, people) == []


def test_an_agreement_of_the_past_is_overdue_where_it_was_due(desk: Desk, people: People) -> None:
    _, agreement = lent(desk, people, begun=-3)
    assert [each.status for each in agreement.installments[:2]] == ["overdue", "overdue"]
    assert agreement.installments[9].status == "due"


@pytest.mark.parametrize(
    "change",
    [
        "finance_agreement SET amount_financed = 1, total_of_payments = finance_charge + 1",
        "finance_agreement SET apr = 1",
        "finance_agreement SET document = '{}'",
        "finance_agreement SET signed_by = 'Nobody'",
        "finance_agreement SET stage = 'to_sign'",
        "installment SET amount = amount + 1, principal = principal + 1",
        "installment SET due_on = due_on + 1",
    ],
)
def test_the_database_keeps_what_was_signed(desk: Desk, people: People, change: str) -> None:
    lent(desk, people)
    with pytest.raises(DBAPIError, match="is not changed"):
        desk.change(people, f"UPDATE {change}")


def test_the_database_refuses_a_schedule_that_does_not_add_up(desk: Desk, people: People) -> None:
    lent(desk, people)
    with pytest.raises(DBAPIError, match="does not add up"):
        desk.change(
            people,
            "INSERT INTO installment (id, company_id, agreement_id, number, due_on, amount, principal, interest)"
            " SELECT gen_random_uuid(), company_id, id, 99, begun_on, 1, 1, 0 FROM finance_agreement",
        )
    with pytest.raises(DBAPIError, match="permission denied"):
        desk.change(people, "DELETE FROM installment")


def test_the_office_voids_no_invoice_of_a_loan(desk: Desk, people: People) -> None:
    _, agreement = lent(desk, people)
    command = VoidInvoice(invoice_id=agreement.installments[4].invoice_id, reason="Why not")
    assert refused(desk, people.office, command).details["reason"] == "on_loan"


def test_only_who_sees_the_program_sees_its_agreement(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    query = GetFinanceAgreement(program_id=program.id)
    assert desk.ask(insured(people), query).status == "in_force"
    stranger = people.contact("Raj Patel", {}, customer_id=people.company_id, primary=True)
    assert refused(desk, stranger, query).code in ("not_found", "forbidden")
    assert refused(desk, desk.open_company().office, query).code == "not_found"


def test_a_late_installment_costs_once(desk: Desk, people: People) -> None:
    _, agreement = lent(desk, people, begun=-3)
    loans.grace_passes(desk, people)
    for _ in range(2):
        desk.work_off("charge_late_fees", "due_late_fees", people)
    fees = desk.rows(people, "SELECT total, kind FROM invoice WHERE kind = 'one_time' ORDER BY total")
    late = [each for each in agreement.installments if each.due_on <= TODAY - timedelta(days=10)]
    assert fees == sorted((each.amount.amount * 5 // 100, "one_time") for each in late) and late
    assert audited(desk, people) == []


def test_an_installment_that_is_being_paid_costs_nothing_yet(desk: Desk, people: People) -> None:
    _, agreement = lent(desk, people, begun=-2, installments=3)
    lena = insured(people)
    bank = desk.add_bank_account(lena, "pm_usBankAccount_processing")
    late = desk.ask(lena, GetInvoice(invoice_id=agreement.installments[0].invoice_id))
    assert desk.pay(lena, bank, late).status == "processing"
    loans.grace_passes(desk, people)
    desk.work_off("charge_late_fees", "due_late_fees", people)
    assert desk.value(people, "SELECT count(*) FROM late_fee") == 0


def test_what_was_due_before_it_was_billed_has_its_grace_from_then(desk: Desk, people: People) -> None:
    program, agreement = lent(desk, people, begun=-3, late_fee_policy="NY")
    expected = [max(each.due_on, TODAY) + timedelta(days=5) for each in agreement.installments]
    fees_from = "SELECT late_fee_on FROM installment ORDER BY number"
    assert [row[0] for row in desk.rows(people, fees_from)] == expected
    desk.change(people, "UPDATE installment SET late_fee_on = due_on + 5")
    desk.ask(people.office, RaisePayoff(program_id=program.id))
    desk.change(people, "UPDATE installment SET late_fee_on = late_fee_on - 100")
    desk.ask(people.office, WithdrawPayoff(program_id=program.id))
    again = [row[0] for row in desk.rows(people, fees_from)]
    assert [each for each in again if each >= TODAY] == [each for each in expected if each > TODAY + timedelta(days=5)]


def test_what_the_office_has_owed_again_has_its_grace_from_then(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agreement = lent(desk, people, begun=-3)
    late = [each for each in agreement.installments if each.due_on <= TODAY - timedelta(days=10)]
    first, *others = [loans.invoice(desk, people, agreement, each.number) for each in late]
    payment = loans.settle(desk, people, first)
    for each in others:
        loans.settle(desk, people, each)
    loans.grace_passes(desk, people)
    desk.ask(people.office, RefundPayment(payment_id=payment.id, reopen=True))
    desk.work_off("charge_late_fees", "due_late_fees", people)
    assert desk.value(people, "SELECT count(*) FROM late_fee") == 0
    assert desk.value(people, "SELECT late_fee_on FROM installment WHERE number = 1") == TODAY + timedelta(days=10)
    # The ten days pass.
    desk.change(people, "UPDATE installment SET late_fee_on = late_fee_on - 10 WHERE number = 1")
    monkeypatch.setattr(Work, "now", property(lambda _: datetime.now(UTC) + timedelta(days=10)))
    desk.work_off("charge_late_fees", "due_late_fees", people)
    assert desk.value(people, "SELECT count(*) FROM late_fee") == 1
