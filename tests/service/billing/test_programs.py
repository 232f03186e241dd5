"""Programs: drafted and offered by the agency, chosen and paid by the insured."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.contracts.billing.credits import CreateCredit
from services.contracts.billing.finance import EndorseAgreement, RaisePayoff, WithdrawPayoff
from services.contracts.billing.invoices import ChangeInvoice, CreateInvoice, InvoiceLine, ListInvoices, VoidInvoice
from services.contracts.billing.payments import GetPayment, RefundPayment
from services.contracts.billing.programs import (
    ArchiveProgram,
    BillProgram,
    CancelProgram,
    ChangeProgram,
    ChoosePlan,
    CreateProgram,
    GetProgram,
    ListPrograms,
    OfferProgram,
    ProgramView,
    RenewProgram,
    RequestPayment,
)
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, new_id
from services.contracts.money import Money
from services.contracts.principals import Principal
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import BEGINNING, INSURED, TODAY, draft, insured, offered, policy, terms
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused

WHOLE = 1_000_00 + 500_00 + 2 * (50_00 + 75_00)


def choose(desk: Desk, who: Principal, program: ProgramView, plan: str = "pay_in_full") -> ProgramView:
    chosen: ProgramView = desk.ask(who, ChoosePlan(program_id=program.id, plan=plan))
    return chosen


def seen(desk: Desk, who: Principal, program: ProgramView) -> ProgramView:
    found: ProgramView = desk.ask(who, GetProgram(program_id=program.id))
    return found


def test_a_draft_says_what_its_policies_come_to(desk: Desk, people: People) -> None:
    program = draft(desk, people)
    assert program.status == "draft" and program.number.startswith("PRG-")
    assert program.total == Money(amount=WHOLE)
    assert (program.effective_on, [each.number for each in program.policies]) == (
        BEGINNING, ["HIA-GL-1001", "HIA-PR-1002"],
    )  # fmt: skip


def test_an_insured_sees_no_draft(desk: Desk, people: People) -> None:
    program, lena = draft(desk, people), insured(people)
    assert refused(desk, lena, GetProgram(program_id=program.id)).code == "not_found"
    assert desk.ask(lena, ListPrograms()).items == []


def test_numbers_and_zips_are_kept_as_they_are_looked_up(desk: Desk, people: People) -> None:
    draft(desk, people, policy("hia gl-1001"), property_zips=["70115-1234", "78701"])
    assert desk.rows(people, "SELECT number_key FROM program_policy") == [("HIAGL1001",)]
    assert desk.value(people, "SELECT zips FROM program") == ["70115", "78701"]


@pytest.mark.parametrize(
    "policies",
    [
        (policy("A-1"), policy("a 1")),
        (policy("---"),),
        (policy(taxes=Money(amount=1, currency="EUR")),),
        (policy(expires_on=BEGINNING),),
        (policy(expires_on=date(9999, 12, 31)),),
    ],
    ids=["two of one number", "a number of nothing", "another currency", "over before it begins", "never over"],
)
def test_policies_that_cannot_be_found_or_billed_are_refused(desk: Desk, people: People, policies: tuple) -> None:  # type: ignore[type-arg]
    with pytest.raises(DomainError) as raised:
        draft(desk, people, *policies)
    assert raised.value.code == "invalid"


def test_what_is_offered_is_seen_by_the_insured_and_mailed(desk: Desk, people: People) -> None:
    program = offered(desk, people)
    found = seen(desk, insured(people), program)
    assert (found.status, found.plan, found.choosable) == ("offered", None, True)
    assert found.finance_agreement is None
    assert [each.plan for each in found.options] == ["pay_in_full", "financed"]
    (event,) = desk.events(people, "program_offered")
    assert event["program_id"] == str(program.id)


def test_nobody_else_sees_a_program(desk: Desk, people: People) -> None:
    program = offered(desk, people)
    query = GetProgram(program_id=program.id)
    stranger = insured(people, customer_id=new_id())
    elsewhere = insured(people)
    assert elsewhere.portal
    elsewhere = elsewhere.model_copy(update={"portal": elsewhere.portal.model_copy(update={"branch_id": new_id()})})
    without = insured(people, INSURED - {"programs.view"})
    off = with_settings(insured(people), sections=["invoices"])
    told = {who.id: refused(desk, who, query).code for who in (stranger, elsewhere, without, off)}
    assert [*told.values()] == ["not_found", "not_found", "forbidden", "not_found"]


def test_terms_that_leave_nothing_to_finance_are_not_offered(desk: Desk, people: People) -> None:
    program = draft(desk, people, policy(taxes=Money(amount=0)))
    for told in (None, terms(down_payment_percent=Decimal(100)), terms(first_due_on=BEGINNING)):
        command = OfferProgram(
            program_id=program.id, allowed_plans=["financed"], allowed_payment_methods=["card"], terms=told
        )
        assert refused(desk, people.office, command).code == "invalid"


@pytest.mark.parametrize("first_due_on", [date(9999, 12, 31), BEGINNING + timedelta(days=5 * 366 + 1), BEGINNING])
def test_a_first_installment_of_no_likely_day_is_refused_at_its_field(
    desk: Desk, people: People, first_due_on: date
) -> None:
    command = OfferProgram(
        program_id=draft(desk, people).id,
        allowed_plans=["financed"],
        allowed_payment_methods=["card"],
        terms=terms(first_due_on=first_due_on),
    )
    error = refused(desk, people.office, command)
    assert (error.code, error.details["field"]) == ("invalid", "first_due_on")


def test_paying_in_full_bills_all_of_it_at_once(desk: Desk, people: People) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people))
    (invoice,) = program.invoices
    assert (invoice.kind, invoice.total.amount, invoice.due_on) == ("pay_in_full", WHOLE, BEGINNING)
    assert (program.status, invoice.payable, invoice.program_id) == ("awaiting_payment", True, program.id)
    paid = desk.pay(lena, desk.add_card(lena), invoice)
    assert paid.status == "succeeded"
    found = seen(desk, lena, program)
    assert (found.status, found.choosable) == ("paid", False)
    assert [each.id for each in found.payments] == [paid.id]
    assert desk.ask(lena, GetPayment(payment_id=paid.id)).program_id == program.id


def test_choosing_the_same_again_bills_nothing_more(desk: Desk, people: People) -> None:
    lena, program = insured(people), offered(desk, people)
    first = choose(desk, lena, program)
    assert [each.id for each in choose(desk, lena, program).invoices] == [each.id for each in first.invoices]


def test_offered_anew_what_was_chosen_is_taken_back(desk: Desk, people: People) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people))
    told = {"allowed_plans": ["pay_in_full"], "allowed_payment_methods": ["card"]}
    anew = desk.ask(people.office, OfferProgram(program_id=program.id, **told))
    assert (anew.status, anew.plan, anew.invoices) == ("offered", None, [])
    assert desk.value(people, "SELECT void_reason FROM invoice") == "The agency offers this program anew."


def test_what_is_paid_is_chosen_for_good(desk: Desk, people: People) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people))
    desk.pay(lena, desk.add_bank_account(lena), program.invoices[0])
    # The bank takes days over it: it is neither paid nor free to be chosen otherwise.
    assert refused(desk, lena, ChoosePlan(program_id=program.id, plan="financed")).code == "conflict"
    told = {"allowed_plans": ["pay_in_full"], "allowed_payment_methods": ["card"]}
    assert refused(desk, people.office, OfferProgram(program_id=program.id, **told)).code == "conflict"


def test_a_plan_that_is_not_offered_is_not_chosen(desk: Desk, people: People) -> None:
    program = offered(desk, people, allowed_plans=["pay_in_full"], terms=None)
    assert refused(desk, insured(people), ChoosePlan(program_id=program.id, plan="financed")).code == "invalid"


def test_only_who_may_sign_chooses(desk: Desk, people: People) -> None:
    program, looking = offered(desk, people), insured(people, INSURED - {"programs.sign"})
    assert refused(desk, looking, ChoosePlan(program_id=program.id, plan="pay_in_full")).code == "forbidden"
    assert "Ask a colleague" in (seen(desk, looking, program).not_choosable_because or "")


def test_a_program_is_paid_only_by_what_the_agency_offers_with_it(desk: Desk, people: People) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people, allowed_payment_methods=["us_bank_account"]))
    with pytest.raises(DomainError) as raised:
        desk.pay(lena, desk.add_card(lena), program.invoices[0])
    assert (raised.value.code, raised.value.details["reason"]) == ("conflict", "method_type")
    assert desk.pay(lena, desk.add_bank_account(lena), program.invoices[0]).status == "processing"


def test_a_one_time_payment_is_owed_at_once_and_mailed(desk: Desk, people: People) -> None:
    program, lena = offered(desk, people), insured(people)
    command = BillProgram(
        program_id=program.id, description="Inspection fee", amount=Money(amount=120_00), due_on=TODAY
    )
    invoice = desk.ask(people.office, command)
    assert (invoice.kind, invoice.status) == ("one_time", "due")
    assert [each.id for each in desk.ask(lena, ListInvoices(kind="one_time")).items] == [invoice.id]
    desk.ask(people.office, RequestPayment(invoice_id=invoice.id))
    assert [each["again"] for each in desk.events(people, "payment_requested")] == [False, True]
    # It leaves the plan open to choice.
    assert seen(desk, lena, program).status == "offered"


def test_nobody_is_asked_for_what_is_not_owed(desk: Desk, people: People) -> None:
    lena = insured(people)
    invoice = choose(desk, lena, offered(desk, people)).invoices[0]
    desk.ask(people.office, VoidInvoice(invoice_id=invoice.id, reason="Wrong"))
    assert refused(desk, people.office, RequestPayment(invoice_id=invoice.id)).code == "conflict"


def test_a_cancelled_whole_is_owed_no_more(desk: Desk, people: People) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people))
    ended = desk.ask(people.office, CancelProgram(program_id=program.id, cancelled_on=BEGINNING, reason="Sold"))
    assert (ended.status, ended.invoices, ended.cancel_reason) == ("cancelled", [], "Sold")
    assert seen(desk, lena, program).not_choosable_because == "This program is cancelled."


def test_of_an_unpaid_whole_no_premium_comes_back(desk: Desk, people: People) -> None:
    program = choose(desk, insured(people), offered(desk, people))
    order = {"program_id": program.id, "cancelled_on": BEGINNING, "reason": "Sold"}
    refusal = refused(desk, people.office, CancelProgram(return_premium=Money(amount=600_00), **order))
    assert (refusal.code, refusal.details["field"]) == ("invalid", "return_premium")
    assert desk.ask(people.office, CancelProgram(**order)).status == "cancelled"


def test_of_a_paid_whole_the_return_premium_becomes_credit(desk: Desk, people: People) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people))
    desk.pay(lena, desk.add_card(lena), program.invoices[0])
    order = {"program_id": program.id, "cancelled_on": BEGINNING + timedelta(days=90), "reason": "Closed"}
    too_much = CancelProgram(return_premium=Money(amount=WHOLE + 1), **order)
    assert refused(desk, people.office, too_much).code == "invalid"
    desk.ask(people.office, CancelProgram(return_premium=Money(amount=600_00), **order))
    assert desk.rows(people, "SELECT amount, unapplied FROM credit") == [(600_00, 600_00)]


def test_policies_change_until_something_is_chosen(desk: Desk, people: People) -> None:
    program, lena = offered(desk, people), insured(people)
    changed = desk.ask(people.office, ChangeProgram(program_id=program.id, policies=[policy("X-1", 2_000_00)]))
    assert changed.total.amount == 2_125_00
    choose(desk, lena, program)
    again = ChangeProgram(program_id=program.id, policies=[policy("X-2")])
    assert refused(desk, people.office, again).code == "conflict"
    assert desk.ask(people.office, ChangeProgram(program_id=program.id, name="Oven")).name == "Oven"


def test_an_archived_program_is_listed_apart(desk: Desk, people: People) -> None:
    program, lena = offered(desk, people), insured(people)
    desk.ask(people.office, ArchiveProgram(program_id=program.id))
    assert desk.ask(lena, ListPrograms()).items == []
    assert [each.id for each in desk.ask(lena, ListPrograms(archived=True)).items] == [program.id]
    desk.ask(people.office, ArchiveProgram(program_id=program.id, archived=False))
    assert [each.id for each in desk.ask(lena, ListPrograms()).items] == [program.id]


def test_a_renewal_is_a_draft_of_the_next_term(desk: Desk, people: People) -> None:
    program = offered(desk, people)
    later = policy("HIA-GL-2001", effective_on=program.expires_on, expires_on=program.expires_on + timedelta(days=365))
    renewed = desk.ask(people.office, RenewProgram(program_id=program.id, policies=[later]))
    assert (renewed.status, renewed.renews_id, renewed.customer) == ("draft", program.id, program.customer)
    assert seen(desk, people.office, program).renewed_by_id == renewed.id


def test_a_list_of_programs_goes_on_where_it_stopped(desk: Desk, people: People) -> None:
    made = [offered(desk, people).id for _ in range(5)]
    lena, found, cursor = insured(people), [], None
    while True:
        page = desk.ask(lena, ListPrograms(limit=2, cursor=cursor))
        found += [each.id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == made[::-1]


def _by_agency_only(people: People, program: ProgramView, invoice_id: object) -> list[Ask]:  # type: ignore[type-arg]
    """A22: terms, offered methods, dates, cancelling, endorsing, payoffs, mails, invoices, archiving, refunds."""
    of = {"program_id": program.id}
    line = InvoiceLine(service="Mine", unit_price=Money(amount=100))
    place = {"branch_id": people.branch_id, "time_zone": "America/Chicago", "customer": people.customer}
    return [
        CreateProgram(name="Mine", policies=[policy()], **place),
        ChangeProgram(name="Mine", **of),
        OfferProgram(allowed_plans=["financed"], allowed_payment_methods=["card"], terms=terms(), **of),
        CancelProgram(cancelled_on=TODAY, reason="No", **of),
        ArchiveProgram(**of),
        RenewProgram(policies=[policy()], **of),
        BillProgram(description="More", amount=Money(amount=100), due_on=TODAY, **of),
        RequestPayment(invoice_id=invoice_id),
        CreateInvoice(lines=[line], **place),
        ChangeInvoice(invoice_id=invoice_id, net_days=90),
        VoidInvoice(invoice_id=invoice_id, reason="No"),
        RaisePayoff(**of),
        WithdrawPayoff(**of),
        EndorseAgreement(effective_on=TODAY, change=Money(amount=-100), keep="term", reason="No", **of),
        CreateCredit(amount=Money(amount=100), reason="Mine", **place),
        RefundPayment(payment_id=new_id()),
    ]


@pytest.mark.parametrize("which", range(16))
def test_what_only_the_agency_may_do_customers_may_not(desk: Desk, people: People, which: int) -> None:
    lena = insured(people)
    program = choose(desk, lena, offered(desk, people))
    message = _by_agency_only(people, program, program.invoices[0].id)[which]
    assert refused(desk, lena, message).code == "forbidden"
    assert refused(desk, people.sales_rep, message).code == "forbidden"
    assert seen(desk, lena, program) == program
