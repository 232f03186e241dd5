"""Sessions: who is let in where, what a session says of its person, and how it ends."""

import pytest
from pydantic import SecretStr

from services.contracts.identity.contacts import ChangeContact, ContactView
from services.contracts.identity.customers import CustomerView
from services.contracts.identity.invitations import InviteContact
from services.contracts.identity.portals import BranchView
from services.contracts.identity.sessions import ResolveSession, SessionView, SignInStaff, SignOut
from services.contracts.principals import Portal
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


@pytest.fixture
def lakeside(office: Office, austin: BranchView) -> CustomerView:
    return office.customer(austin)


@pytest.fixture
def priya(office: Office, lakeside: CustomerView) -> ContactView:
    """An active contact, who may enter the portal of Austin."""
    priya = office.contact(lakeside)
    office.activate(priya)
    return priya


def sign_in_staff(desk: Desk, email: str, password: str = PASSWORD) -> SessionView:
    return desk.ask(SignInStaff(email=email, password=SecretStr(password), client=desk.client))


def activate_staff(office: Office, name: str = "rosa") -> str:
    """A staff member who has accepted; their address."""
    member = office.staff(name, "sales_rep")
    office.desk.accept(office.mint(office.events("person_invited")[-1]["invitation_id"]).token)
    return member.email


# Signing in


def test_a_contact_signs_in_however_the_address_is_typed(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    session = desk.sign_in(austin.slug, f"  {priya.email.upper()} ")
    assert session.portal_slug == austin.slug
    assert desk.resolve(session).email == priya.email


@pytest.mark.parametrize("password", ["wrong-password-1", "", PASSWORD.upper(), PASSWORD + " "])
def test_a_wrong_password_is_refused(desk: Desk, austin: BranchView, priya: ContactView, password: str) -> None:
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(austin.slug, priya.email, password)


def test_an_unknown_address_is_refused_in_the_same_words(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    answers = []
    for email in (priya.email, "nobody@nowhere.test", "not an address"):
        with pytest.raises(Exception) as refusal:
            desk.sign_in(austin.slug, email, "wrong-password-1")
        answers.append(refusal.value.args)
    assert answers[0] == answers[1] == answers[2]


def test_a_portal_lets_in_only_whom_its_branch_serves(
    desk: Desk, office: Office, lakeside: CustomerView, priya: ContactView
) -> None:
    dallas = office.branch("dallas")
    rival = desk.open_company("CoolAir Services")
    for elsewhere in (dallas, rival.branch("coolair")):
        with refused("forbidden", reason="wrong_credentials"):
            desk.sign_in(elsewhere.slug, priya.email)
    annex = office.property(lakeside, dallas, "Dallas Annex")
    ben = office.contact(lakeside, "ben", at={annex.id: "other"})
    office.activate(ben)
    assert desk.sign_in(dallas.slug, ben.email)


def test_there_is_no_signing_in_at_an_unknown_portal(desk: Desk, priya: ContactView) -> None:
    with refused("not_found"):
        desk.sign_in("nowhere", priya.email)


def test_a_disabled_contact_is_refused_like_a_wrong_password(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    desk.ask(ChangeContact(contact_id=priya.id, status="disabled"), office.administrator)
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(austin.slug, priya.email)


def test_an_uninvited_contact_is_refused_though_its_account_exists(
    desk: Desk, office: Office, priya: ContactView
) -> None:
    waco = office.branch("waco")
    there = office.contact(office.customer(waco, "Oak Terrace"), email=priya.email)
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(waco.slug, priya.email)
    desk.ask(InviteContact(contact_id=there.id), office.administrator)
    assert desk.resolve(desk.sign_in(waco.slug, priya.email)).id == there.id


def test_one_account_enters_the_portals_of_several_companies(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    rival = desk.open_company("CoolAir Services")
    coolair = rival.branch("coolair")
    there = rival.contact(rival.customer(coolair), email=priya.email)
    rival.activate(there)
    assert desk.resolve(desk.sign_in(austin.slug, priya.email)).id == priya.id
    principal = desk.resolve(desk.sign_in(coolair.slug, priya.email))
    assert (principal.id, principal.company_id) == (there.id, rival.company.id)


def test_staff_sign_in_at_the_office_and_contacts_do_not(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    rosa = activate_staff(office)
    principal = desk.resolve(sign_in_staff(desk, rosa))
    assert (principal.kind, principal.email) == ("staff", rosa)
    assert principal.staff_roles == {"sales_rep"}
    for email, password in ((rosa, "wrong-password-1"), (priya.email, PASSWORD), ("no@where.test", PASSWORD)):
        with refused("forbidden", reason="wrong_credentials"):
            sign_in_staff(desk, email, password)
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(austin.slug, rosa)


# Resolving


def test_a_contacts_principal_says_what_it_may_do_in_this_portal(
    desk: Desk, office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    dallas = office.branch("dallas")
    clubhouse, annex = office.property(lakeside, austin), office.property(lakeside, dallas, "Dallas Annex")
    chen = office.contact(
        lakeside,
        "chen",
        at={clubhouse.id: "primary", annex.id: "billing"},
        permissions=["invoices.view", "proposals.sign"],
        primary=True,
    )
    office.activate(chen)
    session = desk.sign_in(austin.slug, chen.email)
    resolved = desk.ask(ResolveSession(token=SecretStr(session.token)))
    principal = resolved.principal
    assert resolved.expires_at == session.expires_at
    assert (principal.kind, principal.id, principal.company_id) == ("contact", chen.id, office.company.id)
    assert (principal.name, principal.session_id) == ("Chen", session.id)
    assert principal.portal == Portal(
        branch_id=austin.id, slug=austin.slug, name="Austin", time_zone=austin.time_zone, settings=austin.settings
    )
    assert (principal.customer_id, principal.is_customer_primary) == (lakeside.id, True)
    assert principal.permissions == {"invoices.view", "proposals.sign"}
    assert [(each.property_id, each.role) for each in principal.properties] == [(clubhouse.id, "primary")]


def test_a_principal_costs_one_look_up_and_one_select(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    session = desk.sign_in(austin.slug, priya.email)
    with desk.statements() as sent:
        desk.resolve(session)
    assert len(sent) == 2


def test_an_unknown_token_belongs_to_nobody(desk: Desk) -> None:
    for token in ("", "x" * 43, "ünïcode"):
        with refused("not_found"):
            desk.ask(ResolveSession(token=SecretStr(token)))


def test_a_session_ends_by_itself(desk: Desk, office: Office, austin: BranchView, priya: ContactView) -> None:
    contact, member = desk.sign_in(austin.slug, priya.email), sign_in_staff(desk, activate_staff(office))
    office.execute("UPDATE session SET expires_at = now() - interval '1 second'")
    for session in (contact, member):
        with refused("not_found"):
            desk.resolve(session)
    desk.sign_in(austin.slug, priya.email)
    assert office.count("SELECT count(*) FROM session WHERE person_id = :id", id=priya.id) == 1


def test_a_session_ends_where_the_contact_may_no_longer_enter(
    desk: Desk, office: Office, lakeside: CustomerView
) -> None:
    dallas = office.branch("dallas")
    annex = office.property(lakeside, dallas, "Dallas Annex")
    ben = office.contact(lakeside, "ben", at={annex.id: "other"})
    office.activate(ben)
    session = desk.sign_in(dallas.slug, ben.email)
    desk.ask(ChangeContact(contact_id=ben.id, property_roles=[]), office.administrator)
    with refused("not_found"):
        desk.resolve(session)


# Signing out


def test_signing_out_ends_this_session_alone_and_is_announced(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    session, other = desk.sign_in(austin.slug, priya.email), desk.sign_in(austin.slug, priya.email)
    principal = desk.resolve(session)
    for _ in range(2):
        desk.ask(SignOut(), principal)
    with refused("not_found"):
        desk.resolve(session)
    assert desk.resolve(other).id == priya.id
    assert office.events("access_changed")[-1]["principal_ids"] == [str(priya.id)]


def test_who_has_no_session_ends_none(office: Office) -> None:
    for who in (None, office.system):
        with refused("forbidden"):
            office.desk.ask(SignOut(), who)
