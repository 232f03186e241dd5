"""Invoices: drafted, shared, seen by whom, and how lists behave."""

from datetime import timedelta

import pytest

from services.contracts.billing.invoices import (
    CreateInvoice,
    GetBalance,
    GetInvoice,
    InvoiceLine,
    ListInvoices,
    ShareInvoice,
)
from services.contracts.messages import new_id
from services.contracts.money import MAX_AMOUNT, Money
from services.contracts.principals import Principal
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def numbers(desk: Desk, who: Principal, **filters: object) -> list[str]:
    """The numbers that a list shows."""
    return [each.number for each in desk.ask(who, ListInvoices.model_validate(filters)).items]


def test_a_draft_is_invisible_until_it_is_shared_and_owed_from_then(desk: Desk, people: People) -> None:
    draft = desk.draft(people, 12_000)
    assert (draft.status, draft.balance.amount) == ("draft", 0)
    assert refused(desk, people.priya, GetInvoice(invoice_id=draft.id)).code == "not_found"
    assert numbers(desk, people.priya) == []
    shared = desk.ask(people.office, ShareInvoice(invoice_id=draft.id))
    assert (shared.status, shared.balance) == ("due", Money(amount=12_000))
    assert numbers(desk, people.priya) == [draft.number]
    assert desk.ask(people.office, ShareInvoice(invoice_id=draft.id)) == shared
    assert desk.value(people, "SELECT count(*) FROM entry") == 1


def test_only_the_office_writes_invoices(desk: Desk, people: People) -> None:
    draft = desk.draft(people, 100)
    for who in (people.sales_rep, people.priya, None):
        assert refused(desk, who, ShareInvoice(invoice_id=draft.id)).code == "forbidden"
    assert refused(desk, people.office, ShareInvoice(invoice_id=new_id())).code == "not_found"
    assert desk.ask(people.sales_rep, GetInvoice(invoice_id=draft.id)).number == draft.number


def test_the_due_date_follows_the_net_terms(desk: Desk, people: People) -> None:
    invoice = desk.draft(people, 100, net_days=45)
    assert invoice.due_on - invoice.issued_on == timedelta(days=45)


@pytest.mark.parametrize(
    "price", [Money(amount=0), Money(amount=-5), Money(amount=MAX_AMOUNT), Money(amount=100, currency="EUR")]
)
def test_what_cannot_be_billed_is_refused(desk: Desk, people: People, price: Money) -> None:
    command = CreateInvoice(
        branch_id=people.branch_id,
        time_zone="America/Chicago",
        customer=people.customer,
        lines=[InvoiceLine(service="Mowing", quantity=2, unit_price=price)],
    )
    assert refused(desk, people.office, command).details["field"] == "lines"


def test_a_time_zone_that_does_not_exist_is_refused(desk: Desk, people: People) -> None:
    lines = [InvoiceLine(service="Mowing", unit_price=Money(amount=100))]
    command = CreateInvoice(branch_id=people.branch_id, time_zone="Mars/Olympus", customer=people.customer, lines=lines)
    assert refused(desk, people.office, command).details["field"] == "time_zone"


def test_everybody_sees_exactly_what_is_theirs(desk: Desk, people: People) -> None:
    club, gate = desk.bill(people), desk.bill(people, property=people.north_gate)
    general = desk.bill(people, property=None)
    for who, seen in (
        (people.priya, [general, gate, club]),
        (people.chen, [general, gate, club]),
        (people.ben, [general, club]),
        (people.dana, []),
    ):
        assert numbers(desk, who) == [each.number for each in seen]
    assert refused(desk, people.ben, GetInvoice(invoice_id=gate.id)).code == "not_found"
    in_dallas = people.priya.model_copy(update={"portal": people.portal.model_copy(update={"branch_id": new_id()})})
    assert numbers(desk, in_dallas) == []
    nobody = people.contact("Tom Berg", {people.clubhouse: "primary"}, permissions=frozenset())
    assert refused(desk, nobody, ListInvoices()).code == "forbidden"
    assert refused(desk, None, ListInvoices()).code == "forbidden"


def test_the_property_filter_never_widens_what_one_sees(desk: Desk, people: People) -> None:
    club, gate = desk.bill(people, 1_000), desk.bill(people, 2_000, property=people.north_gate)
    desk.bill(people, 4_000, property=None)
    both = [people.clubhouse.id, people.north_gate.id]
    assert numbers(desk, people.priya, property_ids=[people.clubhouse.id]) == [club.number]
    assert numbers(desk, people.priya, property_ids=both) == [gate.number, club.number]
    assert numbers(desk, people.ben, property_ids=both) == [club.number]
    assert numbers(desk, people.ben, property_ids=[people.north_gate.id]) == []
    assert desk.ask(people.priya, GetBalance()).current.amount == 7_000
    assert desk.ask(people.ben, GetBalance(property_ids=both)).current.amount == 1_000
    assert desk.ask(people.ben, GetBalance(property_ids=[new_id()])).current.amount == 0


def test_due_includes_overdue_and_paid_is_apart(desk: Desk, people: People) -> None:
    due, late, paid = desk.bill(people), desk.bill(people, net_days=0), desk.bill(people)
    desk.change(people, "UPDATE invoice SET due_on = due_on - 2 WHERE number = :number", number=late.number)
    desk.pay(people.priya, desk.add_card(people.priya), paid)
    listed = desk.ask(people.priya, ListInvoices(status="due")).items
    assert [(each.number, each.status) for each in listed] == [(due.number, "due"), (late.number, "overdue")]
    assert numbers(desk, people.priya, status="paid") == [paid.number]
    assert numbers(desk, people.priya, kind="down_payment") == []


def test_pages_follow_each_other_without_gap_or_repeat(desk: Desk, people: People) -> None:
    billed = [desk.bill(people, net_days=days % 3).number for days in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = desk.ask(people.priya, ListInvoices(limit=2, cursor=cursor))
        seen += [each.number for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 7 and sorted(seen) == sorted(billed)


def test_the_list_and_the_page_agree_on_who_may_pay(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, billing_contact_id=people.ben.id)
    for who, payable in ((people.priya, True), (people.ben, True), (people.chen, False), (people.office, False)):
        assert desk.ask(who, GetInvoice(invoice_id=invoice.id)).payable is payable
        assert desk.ask(who, ListInvoices()).items[0].payable is payable


def test_an_invoice_shows_the_contacts_phone_only_where_the_portal_does(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    shows = with_settings(people.priya, show_service_contact_phone=True)
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).service_contact.phone is None
    assert desk.ask(shows, GetInvoice(invoice_id=invoice.id)).service_contact.phone == people.rosa.phone


def test_a_portal_without_the_section_has_no_invoices(desk: Desk, people: People) -> None:
    bill = desk.bill(people, 12_000)
    off = with_settings(people.priya, sections=["requests"])
    for message in (GetInvoice(invoice_id=bill.id), ListInvoices(), GetBalance()):
        assert refused(desk, off, message).code == "not_found"
