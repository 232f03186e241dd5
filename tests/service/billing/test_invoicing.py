"""What the office does to invoices: taxes them, changes drafts, shares them, takes them back."""

from decimal import Decimal
from typing import Any

import pytest

from services.contracts.billing.credits import ApplyCredit, GetCredit
from services.contracts.billing.invoices import (
    ChangeInvoice,
    GetBalance,
    GetInvoice,
    InvoiceLine,
    ListInvoices,
    ShareInvoice,
    VoidInvoice,
)
from services.contracts.billing.payments import RefundPayment
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import FeePolicy
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def line(amount: int, percent: str = "0", service: str = "Mowing") -> InvoiceLine:
    """One service with its sales tax."""
    return InvoiceLine(service=service, unit_price=Money(amount=amount), tax_percent=Decimal(percent))


def void(desk: Desk, people: People, invoice: Any) -> Any:
    """The invoice after the office has taken it back."""
    return desk.ask(people.office, VoidInvoice(invoice_id=invoice.id, reason="Billed twice"))


def sums(desk: Desk, people: People) -> dict[str, int]:
    """What each account of the ledger comes to."""
    rows = desk.rows(people, "SELECT account, sum(amount) FROM posting GROUP BY account HAVING sum(amount) <> 0")
    return {account: int(amount) for account, amount in rows}


def test_tax_is_on_the_invoice_and_in_an_account_of_its_own(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, lines=[line(1_000, "8.25"), line(5_000), line(333, "6.5")])
    # 0.825 is 0.83, and 0.216 is 0.22.
    assert (invoice.subtotal, invoice.tax) == (Money(amount=6_333), Money(amount=105))
    assert invoice.total == Money(amount=6_438)
    assert sums(desk, people) == {"accounts_receivable": 6_438, "revenue": -6_333, "sales_tax": -105}
    assert desk.audit(people) == []


def test_only_what_is_given_changes_of_a_draft(desk: Desk, people: People) -> None:
    visit = new_id()
    draft = desk.draft(people, 5_000, billing_contact_id=people.ben.id)
    changed = desk.ask(people.office, ChangeInvoice(invoice_id=draft.id, visit_ids=[visit], net_days=10))
    assert (changed.visit_ids, changed.billing_contact_id) == ([visit], people.ben.id)
    assert (changed.due_on - changed.issued_on).days == 10
    assert (changed.total, changed.services) == (draft.total, draft.services)
    lines = [line(2_000, "10", "Pruning")]
    again = desk.ask(people.office, ChangeInvoice(invoice_id=draft.id, lines=lines, billing_contact_id=people.chen.id))
    assert (again.total.amount, again.tax.amount, again.billing_contact_id) == (2_200, 200, people.chen.id)
    shared = desk.ask(people.office, ShareInvoice(invoice_id=draft.id))
    assert shared.balance.amount == 2_200
    assert desk.ask(people.priya, ListInvoices()).items[0].services == ["Pruning"]


def test_what_customers_have_seen_does_not_change(desk: Desk, people: People) -> None:
    shared, drafted = desk.bill(people), desk.draft(people, 100)
    change = ChangeInvoice(invoice_id=shared.id, net_days=1)
    refusal = refused(desk, people.office, change)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "shared")
    void(desk, people, drafted)
    for message in (ChangeInvoice(invoice_id=drafted.id, net_days=1), ShareInvoice(invoice_id=drafted.id)):
        assert refused(desk, people.office, message).details["reason"] == "void"
    for who in (people.sales_rep, people.priya):
        assert refused(desk, who, change).code == "forbidden"
        assert refused(desk, who, VoidInvoice(invoice_id=shared.id, reason="Mine")).code == "forbidden"


def test_sharing_tells_the_others_once(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, billing_contact_id=people.ben.id)
    desk.ask(people.office, ShareInvoice(invoice_id=invoice.id))
    (told,) = desk.events(people, "invoice_shared")
    assert (told["invoice"]["number"], told["invoice"]["status"]) == (invoice.number, "due")
    assert (told["branch_id"], told["billing_contact_id"]) == (str(people.branch_id), str(people.ben.id))


def test_the_invoices_own_fee_policies_are_kept_as_given(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, fees={"card": FeePolicy(kind="percentage", percent=Decimal("2.5"))})
    payment = desk.pay(people.priya, desk.add_card(people.priya), invoice)
    assert payment.fee.amount == 300


def test_a_void_invoice_is_seen_and_not_owed(desk: Desk, people: People) -> None:
    invoice, other = desk.bill(people, lines=[line(12_000, "8.25")]), desk.bill(people, 500)
    gone = void(desk, people, invoice)
    assert (gone.status, gone.balance.amount, gone.void_reason) == ("void", 0, "Billed twice")
    seen = desk.ask(people.priya, GetInvoice(invoice_id=invoice.id))
    assert (seen.status, seen.payable, seen.not_payable_because) == ("void", False, None)
    listed = {each.number: each.status for each in desk.ask(people.priya, ListInvoices()).items}
    assert listed == {invoice.number: "void", other.number: "due"}
    for status in ("due", "paid"):
        assert invoice.number not in [each.number for each in desk.ask(people.priya, ListInvoices(status=status)).items]
    assert desk.ask(people.priya, GetBalance()).current.amount == 500
    assert sums(desk, people) == {"accounts_receivable": 500, "revenue": -500}
    assert void(desk, people, invoice) == gone
    assert desk.audit(people) == []


def test_a_void_invoice_cannot_be_paid(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    order = desk.order(people.priya, card, invoice)
    void(desk, people, invoice)
    refusal = refused(desk, people.priya, order)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "void")
    assert desk.charges(people) == []


def test_voiding_sets_applied_credits_free(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 12_000), desk.grant(people, 7_500)
    desk.ask(people.office, ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=Money(amount=4_000)))
    void(desk, people, invoice)
    freed = desk.ask(people.office, GetCredit(credit_id=credit.id))
    assert (freed.unapplied.amount, freed.applications) == (7_500, [])
    assert desk.audit(people) == []


def test_what_somebody_pays_or_has_paid_cannot_be_void(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    priya = with_settings(people.priya, payment_method_types=["card", "us_bank_account"])
    card, bank = desk.add_card(priya), desk.add_bank_account(priya)
    desk.pay(priya, bank, debited := desk.bill(people, 900))
    command = VoidInvoice(invoice_id=debited.id, reason="Billed twice")
    assert refused(desk, people.office, command).details["reason"] == "open_attempt"
    payment = desk.pay(priya, card, invoice, amount=Money(amount=5_000))
    command = VoidInvoice(invoice_id=invoice.id, reason="Billed twice")
    assert refused(desk, people.office, command).details["reason"] == "paid"
    desk.ask(people.office, RefundPayment(payment_id=payment.id, reopen=True))
    assert void(desk, people, invoice).status == "void"
    assert desk.audit(people) == []


def test_an_invoice_lists_what_has_reduced_it(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 12_000), desk.grant(people, 3_000)
    for _ in range(2):
        desk.ask(people.office, ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=Money(amount=1_000)))
    payment = desk.pay(people.priya, desk.add_card(people.priya), invoice, amount=Money(amount=5_000))
    desk.pay(people.priya, desk.add_card(people.priya, "pm_card_chargeCustomerFail"), invoice)
    seen = desk.ask(people.priya, GetInvoice(invoice_id=invoice.id))
    assert [(each.credit_number, each.amount.amount) for each in seen.credits] == [(credit.number, 2_000)]
    assert [(each.number, each.status, each.amount.amount) for each in seen.payments] == [
        (payment.number, "succeeded", 5_000)
    ]
    assert seen.balance.amount == 5_000


@pytest.mark.parametrize("message", [ChangeInvoice(invoice_id=new_id()), VoidInvoice(invoice_id=new_id(), reason="x")])
def test_what_is_not_there_is_not_found(desk: Desk, people: People, message: Any) -> None:
    assert refused(desk, people.office, message).code == "not_found"
