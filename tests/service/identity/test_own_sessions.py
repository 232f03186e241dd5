"""One's own sessions, the portals somebody is told of, and when people last signed in."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ContactView, GetContactPortals, RequestPortals
from services.contracts.identity.customers import CustomerView
from services.contracts.identity.people import Client
from services.contracts.identity.portals import BranchView
from services.contracts.identity.sessions import EndSession, ListSessions, ResolveSession
from services.contracts.principals import Viewer
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused


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
def priya(office: Office, lakeside: CustomerView, dallas: BranchView) -> ContactView:
    """An active contact, who may enter the portals of Austin and Dallas."""
    annex = office.property(lakeside, dallas, "Dallas Annex")
    priya = office.contact(lakeside, at={annex.id: "primary"})
    office.activate(priya)
    return priya


# Own sessions


def test_own_sessions_are_listed_newest_first_with_where_they_came_from(
    desk: Desk, austin: BranchView, dallas: BranchView, priya: ContactView
) -> None:
    phone = Client(ip="203.0.113.5", user_agent="a phone")
    here = desk.sign_in(austin.slug, priya.email)
    there = desk.sign_in(dallas.slug, priya.email, PASSWORD, phone)
    who = desk.resolve(here)
    listed = desk.ask(ListSessions(), who).items
    assert [(each.id, each.portal_slug, each.current) for each in listed[:2]] == [
        (there.id, dallas.slug, False),
        (here.id, austin.slug, True),
    ]
    assert (listed[0].ip, listed[0].user_agent) == ("203.0.113.5", "a phone")
    assert listed[0].expires_at == there.expires_at


def test_the_list_goes_on_where_a_page_ends(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    began = [desk.sign_in(austin.slug, priya.email).id for _ in range(4)]
    who = desk.resolve(desk.sign_in(austin.slug, priya.email))
    first = desk.ask(ListSessions(limit=2), who)
    second = desk.ask(ListSessions(limit=2, cursor=first.next_cursor), who)
    assert [each.id for each in second.items] == [began[2], began[1]]
    with refused("invalid", field="cursor"):
        desk.ask(ListSessions(cursor="nonsense"), who)


def test_ending_a_session_ends_it_everywhere_and_is_recorded(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    here, lost = desk.sign_in(austin.slug, priya.email), desk.sign_in(austin.slug, priya.email)
    who = desk.resolve(here)
    desk.ask(EndSession(session_id=lost.id), who)
    with refused("not_found"):
        desk.resolve(lost)
    assert desk.resolve(here).id == priya.id
    assert office.events("access_changed")[-1]["principal_ids"] == [str(priya.id)]
    assert office.count("SELECT count(*) FROM audit_event WHERE action = 'session.ended'") == 1
    with refused("not_found"):
        desk.ask(EndSession(session_id=lost.id), who)


def test_nobody_ends_or_sees_somebody_elses_session(
    desk: Desk, office: Office, austin: BranchView, lakeside: CustomerView, priya: ContactView
) -> None:
    ben = office.contact(lakeside, "ben")
    office.activate(ben)
    bens = desk.sign_in(austin.slug, ben.email)
    who = desk.resolve(desk.sign_in(austin.slug, priya.email))
    with refused("not_found"):
        desk.ask(EndSession(session_id=bens.id), who)
    assert desk.resolve(bens).id == ben.id
    assert bens.id not in [each.id for each in desk.ask(ListSessions(), who).items]


def test_who_looks_at_a_portal_as_a_customer_does_not_see_where_the_customer_signed_in(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    who = desk.resolve(desk.sign_in(austin.slug, priya.email))
    viewing = who.model_copy(update={"viewer": Viewer(id=office.company.id, name="Rosa")})
    with refused("forbidden"):
        desk.ask(ListSessions(), viewing)
    with refused("forbidden"):
        desk.ask(ListSessions(), office.system)


def test_a_sign_in_is_remembered_as_the_last_one(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    office.execute("UPDATE contact SET last_sign_in_at = NULL")
    desk.sign_in(austin.slug, priya.email)
    recent = "SELECT count(*) FROM contact WHERE last_sign_in_at > :before AND id = :id"
    assert office.count(recent, before=datetime.now(UTC) - timedelta(minutes=1), id=priya.id) == 1


def test_a_session_of_before_an_epoch_of_the_account_has_ended(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    session = desk.sign_in(austin.slug, priya.email)
    desk.execute_shared("UPDATE account SET epoch = epoch + 1 WHERE email = :email", email=priya.email)
    with refused("not_found"):
        desk.ask(ResolveSession(token=SecretStr(session.token)))
    assert desk.sign_in(austin.slug, priya.email)


# Which portals


def told_at(desk: Desk, portal: str, email: str, password: str = PASSWORD) -> object:
    """The portals that the refusal names; None where it names none."""
    with pytest.raises(DomainError) as refusal:
        desk.sign_in(portal, email, password)
    assert refusal.value.details["reason"] == "wrong_credentials"
    return refusal.value.details.get("portals")


def test_only_whoever_knows_the_password_is_told_which_portals_it_opens(
    desk: Desk, office: Office, austin: BranchView, dallas: BranchView, priya: ContactView
) -> None:
    rival = desk.open_company("CoolAir Services")
    coolair = rival.branch("coolair")
    names = [{"slug": austin.slug, "name": "Austin"}, {"slug": dallas.slug, "name": "Dallas"}]
    for _ in range(12):
        assert told_at(desk, coolair.slug, priya.email) == names, "a right password is never counted as wrong"
    assert told_at(desk, coolair.slug, priya.email, "wrong-password-1") is None
    assert told_at(desk, coolair.slug, office.email("nobody")) is None


def test_a_password_that_opens_nothing_any_more_names_nothing(
    desk: Desk, office: Office, lakeside: CustomerView, priya: ContactView
) -> None:
    waco = office.branch("waco")
    office.execute("UPDATE contact SET status = 'disabled' WHERE id = :id", id=priya.id)
    assert told_at(desk, waco.slug, priya.email) is None


def test_who_asks_where_their_portals_are_is_mailed_once_for_each_company(
    desk: Desk, office: Office, priya: ContactView
) -> None:
    rival = desk.open_company("CoolAir Services")
    there = rival.contact(rival.customer(rival.branch("coolair")), email=priya.email)
    desk.ask(RequestPortals(email=priya.email, client=desk.client))
    desk.work_off_requests()
    for company, person in ((office, priya), (rival, there)):
        (asked,) = company.events("portals_requested")
        assert asked["person_id"] == str(person.id)
    found = desk.ask(GetContactPortals(contact_id=priya.id), office.system)
    assert [portal.brand.name for portal in found.portals] == ["Austin", "Dallas"]


def test_a_contact_of_two_customers_is_mailed_the_portals_of_both(
    desk: Desk, office: Office, priya: ContactView
) -> None:
    waco = office.branch("waco")
    office.contact(office.customer(waco, "Oak Terrace"), email=priya.email)
    found = desk.ask(GetContactPortals(contact_id=priya.id), office.system)
    assert [portal.brand.name for portal in found.portals] == ["Austin", "Dallas", "Waco"]
    seen = desk.ask(GetContactPortals(contact_id=priya.id), office.administrator)
    assert [portal.brand.name for portal in seen.portals] == ["Austin", "Dallas"]


def test_asking_for_portals_takes_the_same_steps_whoever_exists(desk: Desk, office: Office, priya: ContactView) -> None:
    steps = []
    for email in (priya.email, office.email("nobody")):
        with desk.statements() as sent:
            desk.ask(RequestPortals(email=email, client=desk.client))
        steps.append(sent)
    assert steps[0] == steps[1]
    desk.work_off_requests()
    assert len(office.events("portals_requested")) == 1
