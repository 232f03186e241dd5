"""Viewing as a customer: whose portal staff see, for how long, that nothing can be changed, and that it is recorded."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts import permissions
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.contacts import ChangeContact, ContactView, SetPropertyFilter
from services.contracts.identity.portals import BranchView, ChangeCompany
from services.contracts.identity.sessions import BeginViewing, ListSessions, SessionView, SignOut
from services.contracts.identity.staff import ChangeStaffMember
from services.contracts.messages import new_id
from services.contracts.principals import Principal, StaffRole
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused


@pytest.fixture
def home(office: Office) -> BranchView:
    """The branch where the customer is at home."""
    return office.branch()


@pytest.fixture
def priya(office: Office, home: BranchView) -> ContactView:
    """A contact who was not invited yet."""
    customer = office.customer(home)
    place = office.property(customer, home)
    return office.contact(customer, at={place.id: "primary"}, permissions=["invoices.view", "invoices.pay"])


@pytest.fixture
def otto(office: Office) -> Principal:
    """Somebody of the office."""
    return office.employed("otto", "office")


def view_as(office: Office, who: Principal, contact: ContactView, portal: str) -> SessionView:
    return office.desk.ask(BeginViewing(contact_id=contact.id, portal=portal, client=office.desk.client), who)


def recorded(office: Office, contact: ContactView, topic: str) -> list[Any]:
    query = ListAuditEvents(action=topic, subject_id=contact.id)
    return office.desk.ask(query, office.administrator).items


def test_staff_see_what_the_contact_sees_and_are_told_apart(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    session = view_as(office, otto, priya, home.slug)
    looking = office.desk.resolve(session)
    assert (looking.kind, looking.id, looking.company_id) == ("contact", priya.id, office.company.id)
    assert looking.portal is not None and looking.portal.slug == home.slug
    assert [each.property_id for each in looking.properties] == [each.property_id for each in priya.property_roles]
    assert looking.viewer is not None and (looking.viewer.id, looking.viewer.name) == (otto.id, "Otto")
    assert permissions.may(looking, "invoices.view") and not permissions.may(looking, "invoices.pay")


def test_a_viewer_sends_no_command_but_the_good_bye(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    session = view_as(office, otto, priya, home.slug)
    looking = office.desk.resolve(session)
    with refused("forbidden", reason="view_only"):
        office.desk.ask(SetPropertyFilter(property_ids=[]), looking)
    office.desk.ask(SignOut(), looking)
    with refused("not_found"):
        office.desk.resolve(session)


def test_it_lasts_an_hour_at_most(office: Office, otto: Principal, priya: ContactView, home: BranchView) -> None:
    session = view_as(office, otto, priya, home.slug)
    assert timedelta(minutes=59) < session.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    office.execute("UPDATE session SET expires_at = now() WHERE viewer_id = :id", id=otto.id)
    with refused("not_found"):
        office.desk.resolve(session)


def test_it_is_recorded_under_the_staff_members_name(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    looking = office.desk.resolve(view_as(office, otto, priya, home.slug))
    office.desk.ask(SignOut(), looking)
    ended, started = recorded(office, priya, "viewing")
    assert [ended.action, started.action] == ["viewing.ended", "viewing.started"]
    assert [each.actor.id for each in (ended, started)] == [otto.id, otto.id]
    assert started.after == {"portal": home.slug} and started.ip == office.desk.client.ip
    assert recorded(office, priya, "session") == []


def test_neither_the_contacts_nor_the_staff_members_own_sessions_are_touched(
    desk: Desk, office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    own = desk.resolve(office.activate(priya))
    view_as(office, otto, priya, home.slug)
    assert [each.id for each in desk.ask(ListSessions(), own).items] == [own.session_id]
    assert [each.id for each in desk.ask(ListSessions(), otto).items] == [otto.session_id]


def test_it_ends_when_the_staff_member_signs_out(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    session = view_as(office, otto, priya, home.slug)
    office.desk.ask(SignOut(), otto)
    with refused("not_found"):
        office.desk.resolve(session)


def test_it_ends_when_the_company_asks_for_a_second_factor_that_its_viewer_may_not_have(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    session = view_as(office, otto, priya, home.slug)
    office.desk.ask(ChangeCompany(totp_required=True), office.administrator)
    with refused("not_found"):
        office.desk.resolve(session)


@pytest.mark.parametrize("wanted", [{"status": "disabled"}, {"roles": ["sales_rep"]}])
def test_it_ends_when_the_staff_member_may_no_longer(
    office: Office, otto: Principal, priya: ContactView, home: BranchView, wanted: dict[str, Any]
) -> None:
    session = view_as(office, otto, priya, home.slug)
    office.desk.ask(ChangeStaffMember(staff_id=otto.id, **wanted), office.administrator)
    with refused("not_found"):
        office.desk.resolve(session)
    assert str(otto.id) in office.events("access_changed")[-1]["principal_ids"]


def test_it_ends_when_the_staff_member_is_signed_out_everywhere(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    session = view_as(office, otto, priya, home.slug)
    office.desk.execute_shared("UPDATE account SET epoch = epoch + 1 WHERE email = :email", email=otto.email)
    with refused("not_found"):
        office.desk.resolve(session)
    again = view_as(office, otto, priya, home.slug)
    assert office.desk.resolve(again).viewer


def test_it_ends_when_the_contact_is_disabled(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    session = view_as(office, otto, priya, home.slug)
    office.desk.ask(ChangeContact(contact_id=priya.id, status="disabled"), office.administrator)
    with refused("not_found"):
        office.desk.resolve(session)


def test_a_disabled_contacts_portal_is_not_viewed(
    office: Office, otto: Principal, priya: ContactView, home: BranchView
) -> None:
    office.desk.ask(ChangeContact(contact_id=priya.id, status="disabled"), office.administrator)
    with refused("conflict", reason="disabled"):
        view_as(office, otto, priya, home.slug)
    assert recorded(office, priya, "viewing") == []


def test_a_portal_that_the_contact_may_not_enter_is_not_viewed(
    desk: Desk, office: Office, otto: Principal, priya: ContactView
) -> None:
    for slug in (office.branch("dallas").slug, desk.open_company("CoolAir Services").branch().slug, "nowhere"):
        with refused("not_found", field="portal"):
            view_as(office, otto, priya, slug)
    assert office.count("SELECT count(*) FROM session WHERE viewer_id IS NOT NULL") == 0


def test_a_contact_of_another_company_is_not_viewed(desk: Desk, priya: ContactView, home: BranchView) -> None:
    other = desk.open_company("CoolAir Services")
    with refused("not_found"):
        view_as(other, other.employed("otto", "office"), priya, home.slug)


@pytest.mark.parametrize("role", ["sales_rep", "account_owner"])
def test_only_administrators_and_the_office_view(
    office: Office, priya: ContactView, home: BranchView, role: StaffRole
) -> None:
    with refused("forbidden"):
        view_as(office, office.employed("rosa", role), priya, home.slug)


def test_an_integration_does_not_view(office: Office, priya: ContactView, home: BranchView) -> None:
    scopes = frozenset(("customers.read", "customers.write"))
    key = Principal(kind="integration", id=new_id(), company_id=office.company.id, name="Key", scopes=scopes)
    with refused("forbidden", reason="people_only"):
        view_as(office, key, priya, home.slug)
