"""What the office changes of contacts: narrowing by property, a new e-mail address, and what is recorded."""

import pytest

from services.contracts import permissions
from services.contracts.identity.contacts import CreateContact, CreateRole, GetContact, ListContacts
from tests.service.identity.conftest import PASSWORD, Office
from tests.service.identity.lakeside import Lakeside, place, settle
from tests.service.identity.refusals import refused


@pytest.fixture
def lakeside(office: Office) -> Lakeside:
    return settle(office)


def test_a_permission_counts_only_where_it_is_not_narrowed_away(lakeside: Lakeside) -> None:
    ben = lakeside.colleague("ben", "invoices.view", "invoices.pay")
    roles = [
        place(lakeside.clubhouse, "primary", ["invoices.view"]),
        place(lakeside.gate, "primary"),
        place(lakeside.annex, "primary"),
    ]
    assert lakeside.change(ben, property_roles=roles).property_roles == sorted(roles, key=lambda each: each.property_id)
    who = lakeside.sign_in(ben)
    assert set(permissions.property_ids(who, "invoices.view")) == {lakeside.clubhouse.id, lakeside.gate.id}
    assert permissions.property_ids(who, "invoices.pay") == [lakeside.gate.id]
    assert not permissions.may_pay(who, lakeside.clubhouse.id, ben.id)


def test_name_and_phone_change_alone(lakeside: Lakeside) -> None:
    changed = lakeside.change(lakeside.priya, name="Priya Shah-Diaz", phone="+1 512 555 0100")
    assert (changed.name, changed.phone) == ("Priya Shah-Diaz", "+1 512 555 0100")
    assert (changed.email, changed.status) == (lakeside.priya.email, "active")
    assert lakeside.change(lakeside.priya, phone="").phone == ""
    assert lakeside.again(lakeside.priya).name == "Priya Shah-Diaz"


def test_a_new_address_unbinds_the_account_and_touches_no_password(lakeside: Lakeside) -> None:
    office, desk = lakeside.office, lakeside.office.desk
    chen = lakeside.colleague("chen", "invoices.view", clubhouse="other")
    session, open_link = office.activate(chen), office.link(chen)
    hashes = "SELECT string_agg(coalesce(password_hash, ''), ',' ORDER BY id) FROM account"
    before = desk.row(hashes)
    changed = lakeside.change(chen, email=lakeside.office.email("chen.wu"))
    assert (changed.email, changed.status) == (office.email("chen.wu"), "not_invited")
    assert desk.row(hashes) == before
    with refused("not_found"):
        desk.resolve(session)
    with refused("not_found", reason="invitation_gone"):
        desk.accept(open_link.token)
    for email in (chen.email, changed.email):
        with refused("forbidden", reason="wrong_credentials"):
            desk.sign_in(lakeside.austin.slug, email)
    assert office.events("access_changed")[-1]["principal_ids"] == [str(chen.id)]


def test_whoever_has_a_password_at_the_new_address_keeps_it(lakeside: Lakeside) -> None:
    """An address that is Ben's at another company: its contact here is let in by Ben's password, and no other."""
    office, desk = lakeside.office, lakeside.office.desk
    rival = desk.open_company("CoolAir Services")
    branch = rival.branch()
    ben = rival.contact(rival.customer(branch), "ben")
    rival.activate(ben, "ben-has-this-one-2026")
    chen = lakeside.colleague("chen", "invoices.view", clubhouse="other")
    office.activate(chen)
    moved = lakeside.change(chen, email=ben.email)
    with refused("forbidden"):
        desk.sign_in(lakeside.austin.slug, ben.email, "ben-has-this-one-2026")
    link = office.link(moved)
    with refused("forbidden", reason="existing_password"):
        desk.accept(link.token, PASSWORD)
    assert desk.sign_in(branch.slug, ben.email, "ben-has-this-one-2026")
    assert desk.resolve(desk.accept(link.token, "ben-has-this-one-2026")).id == chen.id


def test_a_disabled_contact_stays_disabled_at_a_new_address(lakeside: Lakeside) -> None:
    chen = lakeside.colleague("chen")
    lakeside.office.activate(chen)
    lakeside.change(chen, status="disabled")
    assert lakeside.change(chen, email=lakeside.office.email("chen.wu")).status == "disabled"
    assert lakeside.change(chen, status="active").status == "not_invited"


def test_the_same_address_in_another_case_changes_nothing(lakeside: Lakeside) -> None:
    assert lakeside.change(lakeside.priya, email=lakeside.priya.email.upper()).status == "active"


def test_an_address_of_another_contact_is_taken(lakeside: Lakeside) -> None:
    chen = lakeside.colleague("chen")
    with refused("conflict", field="email", reason="email_taken"):
        lakeside.change(chen, email=lakeside.priya.email, name="Not Kept")
    assert lakeside.staff_ask(GetContact(contact_id=chen.id)) == chen


def test_lists_are_filtered_by_customer_and_searched_by_name_and_address(lakeside: Lakeside) -> None:
    office = lakeside.office
    chen = lakeside.colleague("chen")
    dana = office.contact(office.customer(lakeside.austin, "Oak Terrace"), "dana")
    found = [
        lakeside.staff_ask(query).items
        for query in (
            ListContacts(),
            ListContacts(customer_id=lakeside.customer.id),
            ListContacts(search="DA"),
            ListContacts(search=chen.email[:8]),
            ListContacts(search="da", customer_id=lakeside.customer.id),
            ListContacts(search="%"),
        )
    ]
    priya = lakeside.staff_ask(GetContact(contact_id=lakeside.priya.id))
    assert found == [[chen, dana, priya], [chen, priya], [dana], [chen], [], []]


def test_a_new_contact_comes_with_everything(lakeside: Lakeside) -> None:
    role = lakeside.staff_ask(CreateRole(name="Payer", permissions=["invoices.pay"]))
    made = lakeside.staff_ask(
        CreateContact(
            customer_id=lakeside.customer.id,
            name="Chen Wu",
            email=lakeside.office.email("chen"),
            phone="+1 512 555 0111",
            permissions=["invoices.view"],
            role_ids=[role.id],
            property_roles=[place(lakeside.gate, permissions=["invoices.view"])],
        )
    )
    assert (made.phone, made.role_ids, made.status) == ("+1 512 555 0111", [role.id], "not_invited")
    assert made.property_roles == [place(lakeside.gate, permissions=["invoices.view"])]
    assert made.last_sign_in_at is None


def test_what_the_office_changes_is_recorded_with_before_and_after(lakeside: Lakeside) -> None:
    chen = lakeside.colleague("chen", "invoices.view")
    lakeside.office.activate(chen)
    lakeside.change(chen, permissions=["invoices.pay"], status="disabled")
    lakeside.change(chen, status="active")
    trail = [each for each in lakeside.trail("contact") if each.subject_id == chen.id]
    told = [(each.action, each.before, each.after) for each in trail if each.before]
    assert told[:3] == [
        ("contact.enabled", {"status": "disabled"}, {"status": "active"}),
        ("contact.changed", {"permissions": ["invoices.view"]}, {"permissions": ["invoices.pay"]}),
        ("contact.disabled", {"status": "active"}, {"status": "disabled"}),
    ]
    made_primary = lakeside.trail("customer.changed")[0]
    assert made_primary.after == {"primary_contact_id": str(lakeside.priya.id)}
    assert trail[-1].action == "contact.created"
    assert trail[-1].after
    assert trail[-1].after["email"] == chen.email
