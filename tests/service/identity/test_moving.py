"""Customers and properties that change: what they are called, where they belong, and who loses or gains a portal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from services.chassis import cursors
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.contacts import ContactView
from services.contracts.identity.customers import (
    ChangeCustomer,
    ChangeProperty,
    CustomerView,
    GetCustomer,
    GetProperty,
    ListCustomers,
    ListProperties,
    PropertyView,
)
from services.contracts.identity.portals import BranchView
from services.contracts.messages import Command, Query, new_id
from services.contracts.snapshots import Address
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused

ELSEWHERE = Address(line1="9 Elm Street", city="Dallas", state="TX", zip="75201")


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


@pytest.fixture
def dallas(office: Office) -> BranchView:
    return office.branch("dallas")


@pytest.fixture
def lakeside(office: Office, austin: BranchView) -> CustomerView:
    return office.customer(austin)


@pytest.fixture
def clubhouse(office: Office, austin: BranchView, lakeside: CustomerView) -> PropertyView:
    return office.property(lakeside, austin)


def dropped(office: Office) -> list[set[str]]:
    """Whom each change so far had every gateway forget."""
    return [set(event["principal_ids"]) for event in office.events("access_changed")]


def ids(*contacts: ContactView) -> set[str]:
    return {str(contact.id) for contact in contacts}


def may_enter(office: Office, branch: BranchView, contact: ContactView) -> bool:
    """Whether the contact, who has the password, is let in there."""
    try:
        office.desk.resolve(office.desk.sign_in(branch.slug, contact.email))
    except Exception:
        return False
    return True


# Customers


def test_a_customer_changes_in_what_is_given(office: Office, lakeside: CustomerView) -> None:
    changed = office.desk.ask(
        ChangeCustomer(customer_id=lakeside.id, phone="512 555 0100", email="hoa@lakeside.test"), office.administrator
    )
    assert changed == lakeside.model_copy(update={"phone": "512 555 0100", "email": "hoa@lakeside.test"})
    changed = office.desk.ask(
        ChangeCustomer(customer_id=lakeside.id, name="Lakeside", mailing_address=ELSEWHERE, email=""),
        office.administrator,
    )
    assert (changed.name, changed.mailing_address, changed.email) == ("Lakeside", ELSEWHERE, "")
    assert changed.phone == "512 555 0100"
    assert office.desk.ask(GetCustomer(customer_id=lakeside.id), office.administrator) == changed
    assert dropped(office) == []
    last, first = office.desk.ask(ListAuditEvents(action="customer.changed"), office.administrator).items
    assert first.after == {"phone": "512 555 0100", "email": "hoa@lakeside.test"}
    assert last.before and last.before["name"] == "Lakeside HOA"


def test_a_customer_that_moves_home_takes_its_contacts_along(
    office: Office, austin: BranchView, dallas: BranchView, lakeside: CustomerView
) -> None:
    chen = office.contact(lakeside, "chen")
    session = office.activate(chen)
    assert not may_enter(office, dallas, chen)
    office.desk.ask(ChangeCustomer(customer_id=lakeside.id, home_branch_id=dallas.id), office.administrator)
    assert dropped(office)[-1] == ids(chen)
    with refused("not_found"):
        office.desk.resolve(session)
    assert may_enter(office, dallas, chen)
    assert not may_enter(office, austin, chen)


def test_another_primary_contact_is_one_of_the_customers(
    office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    priya, ben = office.contact(lakeside, "priya", primary=True), office.contact(lakeside, "ben")
    stranger = office.contact(office.customer(austin, "Oak Terrace"), "dana")
    for contact_id in (stranger.id, new_id()):
        with refused("not_found", field="primary_contact_id"):
            command = ChangeCustomer(customer_id=lakeside.id, primary_contact_id=contact_id)
            office.desk.ask(command, office.administrator)
    session = office.activate(ben)
    assert not office.desk.resolve(session).is_customer_primary
    office.desk.ask(ChangeCustomer(customer_id=lakeside.id, primary_contact_id=ben.id), office.administrator)
    assert dropped(office)[-1] == ids(priya, ben)
    assert office.desk.resolve(session).is_customer_primary


# Properties


def test_a_property_changes_in_what_is_given_and_names_staff_who_hold_the_role(
    office: Office, austin: BranchView, clubhouse: PropertyView
) -> None:
    rosa, omar = office.staff("rosa", "sales_rep"), office.staff("omar", "account_owner")

    def change(**given: Any) -> PropertyView:
        return office.desk.ask(ChangeProperty(property_id=clubhouse.id, **given), office.administrator)

    changed = change(name="Boathouse", address=ELSEWHERE, sales_rep_id=rosa.id, account_owner_id=omar.id)
    assert (changed.name, changed.address, changed.branch_id) == ("Boathouse", ELSEWHERE, austin.id)
    assert changed.sales_rep and changed.sales_rep.id == rosa.id
    for field, nobody in (("sales_rep_id", omar.id), ("account_owner_id", rosa.id)):
        with refused("invalid", field=field):
            change(**{field: nobody})
    with refused("not_found", field="sales_rep_id"):
        change(sales_rep_id=new_id())
    changed = change(sales_rep_id="unset")
    assert changed.sales_rep is None
    assert changed.account_owner and changed.account_owner.id == omar.id
    assert dropped(office) == []
    assert office.desk.ask(GetProperty(property_id=clubhouse.id), office.administrator) == changed
    recorded = office.desk.ask(ListAuditEvents(action="property.changed"), office.administrator).items
    assert recorded[0].after == {"sales_rep_id": None}


def test_a_property_that_moves_to_another_branch_takes_who_is_linked_to_it_along(
    office: Office, austin: BranchView, dallas: BranchView, clubhouse: PropertyView
) -> None:
    """Chen is at home in Austin and stays welcome there; the Clubhouse is not shown there any more."""
    home = office.desk.ask(GetCustomer(customer_id=clubhouse.customer.id), office.administrator)
    chen, ben = office.contact(home, "chen", at={clubhouse.id: "other"}), office.contact(home, "ben")
    session = office.activate(chen)
    assert [each.property_id for each in office.desk.resolve(session).properties] == [clubhouse.id]
    assert not may_enter(office, dallas, chen)
    office.desk.ask(ChangeProperty(property_id=clubhouse.id, branch_id=dallas.id), office.administrator)
    assert dropped(office)[-1] == ids(chen)
    assert office.desk.resolve(session).properties == []
    in_dallas = office.desk.resolve(office.desk.sign_in(dallas.slug, chen.email))
    assert [each.property_id for each in in_dallas.properties] == [clubhouse.id]
    office.activate(ben)
    assert not may_enter(office, dallas, ben)


# Who enters which portal


def test_a_portal_lets_in_whom_it_serves_and_who_is_at_home_there(
    office: Office, austin: BranchView, dallas: BranchView, lakeside: CustomerView, clubhouse: PropertyView
) -> None:
    waco = office.branch("waco")
    annex = office.property(lakeside, dallas, "Dallas Annex")
    people = {
        "nowhere else": (office.contact(lakeside, "ann"), {austin.id}),
        "at home": (office.contact(lakeside, "bob", at={clubhouse.id: "other"}), {austin.id}),
        "elsewhere too": (office.contact(lakeside, "cat", at={annex.id: "other"}), {austin.id, dallas.id}),
    }
    for who, portals in people.values():
        office.activate(who)
        assert {branch.id for branch in (austin, dallas, waco) if may_enter(office, branch, who)} == portals


def test_the_same_address_at_another_companys_portal_is_nobody(
    desk: Desk, office: Office, lakeside: CustomerView
) -> None:
    chen = office.contact(lakeside, "chen")
    office.activate(chen)
    assert not may_enter(office, desk.open_company("CoolAir Services").branch("coolair"), chen)


# Search


def names(items: Sequence[CustomerView | PropertyView]) -> list[str]:
    return [each.name for each in items]


def test_a_search_finds_how_a_name_begins_in_any_case(office: Office, austin: BranchView) -> None:
    for name in ("lakeview", "Lakeside HOA", "LAKE 100%", "Oak Lake", "Lake_10"):
        office.customer(austin, name)

    def found(search: str, **more: Any) -> list[str]:
        return names(office.desk.ask(ListCustomers(search=search, **more), office.administrator).items)

    assert found("lake") == ["LAKE 100%", "Lake_10", "Lakeside HOA", "lakeview"]
    assert found("LAKES") == ["Lakeside HOA"]
    assert found("lake 100%") == ["LAKE 100%"]
    assert (found("lake_"), found("%"), found("/"), found("elm")) == (["Lake_10"], [], [], [])
    assert len(found("")) == 5


def test_a_search_goes_on_page_by_page(office: Office, austin: BranchView) -> None:
    for name in ("Lake B", "lake a", "Lake C", "Other"):
        office.customer(austin, name)
    first = office.desk.ask(ListCustomers(search="lake", limit=2), office.administrator)
    query = ListCustomers(search="lake", limit=2, cursor=first.next_cursor)
    second = office.desk.ask(query, office.administrator)
    assert names(first.items + second.items) == ["lake a", "Lake B", "Lake C"]
    assert second.next_cursor is None


def test_properties_are_listed_for_one_customer_and_by_name(
    office: Office, austin: BranchView, lakeside: CustomerView, clubhouse: PropertyView
) -> None:
    office.property(lakeside, austin, "North Gate")
    oak = office.customer(austin, "Oak Terrace")
    office.property(oak, austin, "Clubroom")

    def found(customer_id: UUID | None = None, search: str = "") -> list[str]:
        query = ListProperties(customer_id=customer_id, search=search)
        return names(office.desk.ask(query, office.administrator).items)

    assert found(lakeside.id) == ["Clubhouse", "North Gate"]
    assert found(search="club") == ["Clubhouse", "Clubroom"]
    assert found(oak.id, "club") == ["Clubroom"]
    assert found(new_id()) == []


@pytest.mark.parametrize(
    "query",
    [
        ListCustomers(),
        ListCustomers(search="lake"),
        ListCustomers(cursor=cursors.after("lakeside", new_id())),
        ListProperties(search="club"),
    ],
    ids=["all", "search", "next page", "properties"],
)
def test_a_list_is_read_from_its_index(office: Office, query: Query[Any]) -> None:
    """Behind the tenants' policy an index serves only conditions that tell nothing of hidden rows."""
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        if "folded_name" in statement:
            unit, _, query = statement.rpartition("; ")
            cursor.execute(f"{unit}; SET enable_seqscan = off; SET enable_bitmapscan = off", parameters)
            cursor.execute(f"EXPLAIN {query}", parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(office.desk.engine, "before_cursor_execute", explain)
    try:
        office.desk.ask(query, office.administrator)
    finally:
        event.remove(office.desk.engine, "before_cursor_execute", explain)
        office.desk.engine.dispose()
    (plan,) = plans
    assert "company_id_folded_name_id_idx" in plan and "Sort" not in plan
    narrowed = [line for line in plan.splitlines() if "Index Cond" in line and "folded_name" in line]
    assert narrowed, plan


# Who may


def test_only_the_companys_own_office_changes_customers_and_properties(
    desk: Desk, office: Office, lakeside: CustomerView, clubhouse: PropertyView
) -> None:
    rival = desk.open_company("CoolAir Services")
    commands: tuple[Command[Any], ...] = (
        ChangeCustomer(customer_id=lakeside.id, name="Mine"),
        ChangeProperty(property_id=clubhouse.id, name="Mine"),
    )
    for command in commands:
        with refused("not_found"):
            desk.ask(command.model_copy(update={"id": new_id()}), rival.administrator)
        with refused("forbidden"):
            desk.ask(command.model_copy(update={"id": new_id()}), office.staff_principal("sales_rep"))
    foreign = rival.branch("other")
    with refused("not_found", field="home_branch_id"):
        desk.ask(ChangeCustomer(customer_id=lakeside.id, home_branch_id=foreign.id), office.administrator)
    with refused("not_found", field="branch_id"):
        desk.ask(ChangeProperty(property_id=clubhouse.id, branch_id=foreign.id), office.administrator)
