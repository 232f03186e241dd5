"""Customers, their properties and contacts, and who may see and change them."""

import pytest

from services.contracts.identity.contacts import (
    ChangeContact,
    CreateContact,
    GetContact,
    ListContacts,
    PropertyRoleView,
)
from services.contracts.identity.customers import (
    CreateCustomer,
    CreateProperty,
    CustomerView,
    GetCustomer,
    GetProperty,
    ListCustomers,
    ListProperties,
)
from services.contracts.identity.portals import BranchView
from services.contracts.messages import new_id
from services.contracts.principals import PortalSettings
from tests.service.identity.conftest import ADDRESS, Desk, Office
from tests.service.identity.refusals import refused


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin", PortalSettings(show_service_contact_phone=True))


@pytest.fixture
def dallas(office: Office) -> BranchView:
    return office.branch("dallas")


@pytest.fixture
def lakeside(office: Office, austin: BranchView) -> CustomerView:
    return office.customer(austin)


@pytest.fixture
def rival(desk: Desk) -> Office:
    """Another company, with a branch."""
    rival = desk.open_company("CoolAir Services")
    rival.branch("coolair")
    return rival


# Customers


def test_a_customer_is_found_and_listed_by_staff(office: Office, austin: BranchView, lakeside: CustomerView) -> None:
    oak = office.customer(austin, "Oak Terrace Apartments")
    reader = office.staff_principal("sales_rep")
    assert office.desk.ask(ListCustomers(), reader).items == [lakeside, oak]
    for who in (reader, office.system):
        assert office.desk.ask(GetCustomer(customer_id=oak.id), who) == oak


def test_a_customer_is_at_home_at_a_branch_of_the_company(office: Office, rival: Office) -> None:
    foreign = rival.branch("other")
    for branch_id in (foreign.id, new_id()):
        with refused("not_found", field="home_branch_id"):
            command = CreateCustomer(name="Lakeside", home_branch_id=branch_id, mailing_address=ADDRESS)
            office.desk.ask(command, office.administrator)


def test_a_contact_sees_its_own_customer_alone(office: Office, austin: BranchView, lakeside: CustomerView) -> None:
    oak = office.customer(austin, "Oak Terrace Apartments")
    priya = office.desk.resolve(office.activate(office.contact(lakeside)))
    assert office.desk.ask(GetCustomer(customer_id=lakeside.id), priya) == lakeside
    with refused("not_found"):
        office.desk.ask(GetCustomer(customer_id=oak.id), priya)
    with refused("forbidden"):
        office.desk.ask(ListCustomers(), priya)
    with refused("forbidden"):
        office.desk.ask(ListContacts(), priya)


@pytest.mark.parametrize("role", ["sales_rep", "account_owner"])
def test_staff_without_an_office_role_change_nothing(office: Office, austin: BranchView, role: str) -> None:
    who = office.administrator.model_copy(update={"staff_roles": frozenset({role})})
    with refused("forbidden"):
        command = CreateCustomer(name="Lakeside", home_branch_id=austin.id, mailing_address=ADDRESS)
        office.desk.ask(command, who)


# Properties


def test_a_property_knows_who_looks_after_it(office: Office, austin: BranchView, lakeside: CustomerView) -> None:
    rosa = office.staff("rosa", "sales_rep", phone="+1 512 555 0100")
    omar = office.staff("omar", "account_owner")
    clubhouse = office.property(lakeside, austin, sales_rep=rosa, account_owner=omar)
    assert clubhouse.sales_rep and clubhouse.account_owner
    assert (clubhouse.sales_rep.id, clubhouse.sales_rep.phone) == (rosa.id, "+1 512 555 0100")
    assert clubhouse.account_owner.email == omar.email
    assert (clubhouse.customer.id, clubhouse.customer.name) == (lakeside.id, lakeside.name)
    assert office.desk.ask(GetProperty(property_id=clubhouse.id), office.system) == clubhouse


def test_who_looks_after_a_property_holds_the_role_for_it(
    office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    rosa, omar = office.staff("rosa", "sales_rep"), office.staff("omar", "account_owner")
    with refused("invalid", field="sales_rep_id"):
        office.property(lakeside, austin, sales_rep=omar)
    with refused("invalid", field="account_owner_id"):
        office.property(lakeside, austin, account_owner=rosa)


def test_nothing_of_another_company_makes_a_property(
    office: Office, rival: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    branch = rival.branch("other")
    foreign = {
        "customer_id": rival.customer(branch).id,
        "branch_id": branch.id,
        "sales_rep_id": rival.staff("rex", "sales_rep").id,
        "account_owner_id": rival.staff("una", "account_owner").id,
    }
    own = {"customer_id": lakeside.id, "branch_id": austin.id, "name": "Clubhouse", "address": ADDRESS}
    for field, value in foreign.items():
        with refused("not_found", field=field):
            command = CreateProperty.model_validate({**own, field: value})
            office.desk.ask(command, office.administrator)


def test_a_contact_sees_its_own_properties_in_this_portal(
    office: Office, austin: BranchView, dallas: BranchView, lakeside: CustomerView
) -> None:
    clubhouse, gate = office.property(lakeside, austin), office.property(lakeside, austin, "North Gate")
    annex, hidden = office.property(lakeside, dallas, "Dallas Annex"), office.property(lakeside, austin, "Pool")
    priya = office.contact(lakeside, at={clubhouse.id: "primary", gate.id: "billing", annex.id: "other"})
    office.activate(priya)
    in_austin = office.desk.resolve(office.desk.sign_in(austin.slug, priya.email))
    in_dallas = office.desk.resolve(office.desk.sign_in(dallas.slug, priya.email))
    assert [each.name for each in office.desk.ask(ListProperties(), in_austin).items] == ["Clubhouse", "North Gate"]
    assert [each.name for each in office.desk.ask(ListProperties(), in_dallas).items] == ["Dallas Annex"]
    assert office.desk.ask(GetProperty(property_id=gate.id), in_austin).name == "North Gate"
    for unseen in (annex.id, hidden.id, new_id()):
        with refused("not_found"):
            office.desk.ask(GetProperty(property_id=unseen), in_austin)
    names = [each.name for each in office.desk.ask(ListProperties(), office.administrator).items]
    assert names == ["Clubhouse", "Dallas Annex", "North Gate", "Pool"]


def test_a_portal_shows_the_service_contacts_phone_only_where_it_says_so(
    office: Office, austin: BranchView, dallas: BranchView, lakeside: CustomerView
) -> None:
    rosa = office.staff("rosa", "sales_rep", phone="+1 512 555 0100")
    clubhouse = office.property(lakeside, austin, sales_rep=rosa)
    annex = office.property(lakeside, dallas, "Dallas Annex", sales_rep=rosa)
    priya = office.contact(lakeside, at={clubhouse.id: "primary", annex.id: "primary"})
    office.activate(priya)
    shown = {}
    for branch, site in ((austin, clubhouse), (dallas, annex)):
        who = office.desk.resolve(office.desk.sign_in(branch.slug, priya.email))
        person = office.desk.ask(GetProperty(property_id=site.id), who).sales_rep
        assert person and person.email == rosa.email
        shown[site.name] = person.phone
    assert shown == {"Clubhouse": "+1 512 555 0100", "Dallas Annex": None}


# Contacts


def test_a_contact_begins_uninvited_with_its_permissions_and_roles(
    office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    clubhouse = office.property(lakeside, austin)
    ben = office.contact(
        lakeside, "ben", at={clubhouse.id: "billing"}, permissions=["invoices.view", "invoices.pay", "invoices.view"]
    )
    assert ben.status == "not_invited"
    assert ben.permissions == ["invoices.pay", "invoices.view"]
    assert ben.property_roles == [PropertyRoleView(property_id=clubhouse.id, role="billing")]
    for who in (office.system, office.staff_principal("sales_rep")):
        assert office.desk.ask(GetContact(contact_id=ben.id), who) == ben
    assert office.desk.ask(ListContacts(), office.administrator).items == [ben]


def test_an_address_stands_for_one_contact_of_a_customer(
    office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    priya = office.contact(lakeside)
    with refused("conflict", field="email", reason="email_taken"):
        office.contact(lakeside, "other", email=priya.email.upper())
    assert office.contact(office.customer(austin, "Oak Terrace"), email=priya.email)


def test_a_contact_holds_roles_at_its_own_customers_properties_alone(
    office: Office, rival: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    neighbours = office.property(office.customer(austin, "Oak Terrace"), austin)
    branch = rival.branch("other")
    foreign = rival.property(rival.customer(branch), branch)
    priya = office.contact(lakeside)
    for site in (neighbours, foreign):
        with refused("not_found", field="property_roles"):
            office.contact(lakeside, "ben", at={site.id: "primary"})
        with refused("not_found", field="property_roles"):
            roles = [PropertyRoleView(property_id=site.id, role="primary")]
            office.desk.ask(ChangeContact(contact_id=priya.id, property_roles=roles), office.administrator)
    assert office.desk.ask(ListContacts(), office.administrator).items == [priya]


def test_a_customer_has_one_primary_contact_and_the_former_is_told(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside, "priya", primary=True)
    principal = office.desk.resolve(office.activate(priya))
    assert principal.is_customer_primary
    ben = office.contact(lakeside, "ben", primary=True)
    customer = office.desk.ask(GetCustomer(customer_id=lakeside.id), office.administrator)
    assert customer.primary_contact_id == ben.id
    assert office.events("access_changed")[-1]["principal_ids"] == [str(priya.id)]


def test_what_changes_of_a_contact_is_what_is_given_and_it_is_announced(
    office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    clubhouse, gate = office.property(lakeside, austin), office.property(lakeside, austin, "North Gate")
    chen = office.contact(lakeside, "chen", at={clubhouse.id: "other"}, permissions=["invoices.view"])
    session = office.activate(chen)
    roles = [PropertyRoleView(property_id=gate.id, role="primary")]
    changed = office.desk.ask(ChangeContact(contact_id=chen.id, property_roles=roles), office.administrator)
    assert (changed.permissions, changed.property_roles, changed.status) == (["invoices.view"], roles, "active")
    changed = office.desk.ask(ChangeContact(contact_id=chen.id, permissions=[]), office.administrator)
    assert (changed.permissions, changed.property_roles) == ([], roles)
    assert [event["principal_ids"] for event in office.events("access_changed")] == [[str(chen.id)]] * 2
    principal = office.desk.resolve(session)
    assert (principal.permissions, [each.property_id for each in principal.properties]) == (frozenset(), [gate.id])


def test_a_disabled_contact_loses_its_sessions_and_its_invitations(office: Office, lakeside: CustomerView) -> None:
    chen = office.contact(lakeside, "chen")
    session, link = office.activate(chen), office.link(chen)
    disabled = office.desk.ask(ChangeContact(contact_id=chen.id, status="disabled"), office.administrator)
    assert disabled.status == "disabled"
    with refused("not_found"):
        office.desk.resolve(session)
    with refused("not_found", reason="invitation_gone"):
        office.desk.accept(link.token)
    enabled = office.desk.ask(ChangeContact(contact_id=chen.id, status="active"), office.administrator)
    assert enabled.status == "active"
    with refused("not_found"):
        office.desk.resolve(session)


def test_a_contact_becomes_active_by_accepting_alone(office: Office, lakeside: CustomerView) -> None:
    chen = office.contact(lakeside, "chen")
    with refused("conflict", reason="not_accepted"):
        office.desk.ask(ChangeContact(contact_id=chen.id, status="active"), office.administrator)
    office.desk.ask(ChangeContact(contact_id=chen.id, status="disabled"), office.administrator)
    enabled = office.desk.ask(ChangeContact(contact_id=chen.id, status="active"), office.administrator)
    assert enabled.status == "not_invited"


def test_a_contact_of_another_company_is_not_there(office: Office, rival: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    for message in (
        GetContact(contact_id=priya.id),
        ChangeContact(contact_id=priya.id, status="disabled"),
        CreateContact(customer_id=lakeside.id, name="Eve", email="eve@rival.test", permissions=[]),
    ):
        with refused("not_found"):
            office.desk.ask(message, rival.administrator)
