"""Invitations: minted for the mail, used once, and never a way into an account that has a password."""

import pytest
from eventlet import GreenPool

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ChangeContact, GetContact
from services.contracts.identity.customers import CustomerView
from services.contracts.identity.invitations import InviteContact, InviteContacts, MintInvitationLink
from services.contracts.messages import new_id
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused


@pytest.fixture
def lakeside(office: Office) -> CustomerView:
    return office.customer(office.branch("austin"))


def status_of(office: Office, contact_id: object) -> str:
    return office.desk.ask(GetContact.model_validate({"contact_id": contact_id}), office.administrator).status


def test_an_invited_contact_sets_a_password_and_is_signed_in(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    link = office.link(priya)
    assert (link.name, link.email, link.company_name) == ("Priya", priya.email, "Evergreen Grounds")
    assert (link.portal_slug, link.brand.name) == (f"p-{office.mark}-austin", "Austin")
    assert status_of(office, priya.id) == "invited"
    session = office.desk.accept(link.token)
    assert session.portal_slug == link.portal_slug
    assert office.desk.resolve(session).id == priya.id
    assert status_of(office, priya.id) == "active"
    assert office.desk.sign_in(f"p-{office.mark}-austin", priya.email)


def test_an_invitation_is_announced_without_its_secret(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    link = office.link(priya)
    event = office.events("person_invited")[-1]
    assert (event["person_kind"], event["person_id"]) == ("contact", str(priya.id))
    assert link.token not in str(event)


def test_a_link_opens_once(office: Office, lakeside: CustomerView) -> None:
    link = office.link(office.contact(lakeside))
    office.desk.accept(link.token)
    with refused("not_found", reason="invitation_gone"):
        office.desk.accept(link.token)


def test_a_link_of_nobody_opens_nothing(desk: Desk) -> None:
    for token in ("", "x" * 43, "ünïcode"):
        with refused("not_found", reason="invitation_gone"):
            desk.accept(token)


def test_a_link_opens_for_seven_days(office: Office, lakeside: CustomerView) -> None:
    link = office.link(office.contact(lakeside))
    office.execute("UPDATE invitation_token SET expires_at = now() - interval '1 second'")
    with refused("not_found", reason="invitation_gone"):
        office.desk.accept(link.token)


def test_every_link_stays_good_until_one_is_used(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    first, second, third = office.link(priya), office.link(priya), office.link(priya)
    office.desk.accept(second.token)
    for late in (first, third):
        with refused("not_found", reason="invitation_gone"):
            office.desk.accept(late.token)


def test_no_link_is_minted_of_an_invitation_that_was_used(office: Office, lakeside: CustomerView) -> None:
    invitation = office.desk.ask(InviteContact(contact_id=office.contact(lakeside).id), office.administrator)
    office.desk.accept(office.mint(invitation.id).token)
    with refused("not_found", reason="invitation_gone"):
        office.mint(invitation.id)


def test_only_a_service_of_the_company_mints_a_link(desk: Desk, office: Office, lakeside: CustomerView) -> None:
    invitation = desk.ask(InviteContact(contact_id=office.contact(lakeside).id), office.administrator)
    mint = MintInvitationLink(invitation_id=invitation.id)
    for who in (office.administrator, None):
        with refused("forbidden"):
            desk.ask(mint, who)
    with refused("not_found"):
        desk.ask(mint, desk.open_company("CoolAir Services").system)


def test_an_account_that_has_a_password_keeps_it(desk: Desk, office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    office.activate(priya)
    rival = desk.open_company("CoolAir Services")
    there = rival.contact(rival.customer(rival.branch("coolair")), email=priya.email)
    link = rival.link(there)
    with refused("forbidden", reason="existing_password"):
        desk.accept(link.token, "another-password-2026")
    assert status_of(rival, there.id) == "invited"
    session = desk.accept(link.token, PASSWORD)
    assert desk.resolve(session).company_id == rival.company.id
    assert status_of(rival, there.id) == "active"
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(f"p-{office.mark}-austin", priya.email, "another-password-2026")
    assert desk.sign_in(f"p-{office.mark}-austin", priya.email)


def test_of_two_invitations_accepted_at_once_one_sets_the_password(desk: Desk, office: Office) -> None:
    here = office.contact(office.customer(office.branch("austin")))
    rival = desk.open_company("CoolAir Services")
    there = rival.contact(rival.customer(rival.branch("coolair")), email=here.email)

    def accept(token: str, password: str) -> str:
        try:
            desk.accept(token, password)
        except DomainError as refusal:
            return str(refusal.details["reason"])
        return "accepted"

    # Green threads, as in a service's process: both have seen an account without a password before one is set.
    doors = [(office.link(here).token, PASSWORD), (rival.link(there).token, "another-password-2026")]
    outcomes = list(GreenPool(2).starmap(accept, doors))
    assert sorted(outcomes) == ["accepted", "password_set"]
    kept, late = doors[outcomes.index("accepted")][1], doors[outcomes.index("password_set")][0]
    with refused("forbidden", reason="existing_password"):
        desk.accept(late, "a-wrong-password")
    assert desk.accept(late, kept)


def test_guesses_with_a_link_count_like_any_other(desk: Desk, office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    office.activate(priya)
    link = office.link(priya)
    for _ in range(11):
        with refused("forbidden", reason="existing_password"):
            desk.accept(link.token, "a-wrong-password")
    with refused("forbidden", reason="too_many_attempts"):
        desk.accept(link.token, PASSWORD)


def test_the_administrator_enters_the_office_by_invitation(desk: Desk, office: Office) -> None:
    (invited,) = office.events("person_invited")
    link = office.mint(invited["invitation_id"])
    assert (link.portal_slug, link.brand.name) == (None, "Evergreen Grounds")
    session = desk.accept(link.token)
    principal = desk.resolve(session)
    assert session.portal_slug is None
    assert (principal.kind, principal.portal) == ("staff", None)
    assert principal.staff_roles == {"administrator", "office"}


def test_inviting_an_active_contact_leaves_it_active(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    office.activate(priya)
    office.link(priya)
    assert status_of(office, priya.id) == "active"


def test_a_disabled_contact_is_not_invited(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    office.desk.ask(ChangeContact(contact_id=priya.id, status="disabled"), office.administrator)
    with refused("conflict", reason="disabled"):
        office.link(priya)


def test_another_companys_contact_is_not_invited(desk: Desk, office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    with refused("not_found"):
        desk.ask(InviteContact(contact_id=priya.id), desk.open_company("CoolAir Services").administrator)


# Many at once


def test_many_are_invited_at_once_and_who_cannot_be_keeps_nobody_else_from_it(
    office: Office, lakeside: CustomerView
) -> None:
    people = [office.contact(lakeside, name) for name in ("ann", "bob", "cat")]
    ann, bob, cat = (each.id for each in people)
    office.desk.ask(ChangeContact(contact_id=bob, status="disabled"), office.administrator)
    office.activate(people[2])
    stranger = new_id()
    command = InviteContacts(contact_ids=[cat, bob, stranger, ann, ann])
    outcomes = office.desk.ask(command, office.administrator).items
    assert [each.contact_id for each in outcomes] == [cat, bob, stranger, ann]
    assert [each.invitation is not None for each in outcomes] == [True, False, False, True]
    assert [bool(each.problem) for each in outcomes] == [False, True, True, False]
    assert [status_of(office, each) for each in (ann, bob, cat)] == ["invited", "disabled", "active"]
    invited = [event["person_id"] for event in office.events("person_invited") if event["person_kind"] == "contact"]
    assert sorted(invited) == sorted(str(each) for each in (ann, cat, cat))
    assert outcomes[3].invitation
    assert office.desk.accept(office.mint(outcomes[3].invitation.id).token).portal_slug == f"p-{office.mark}-austin"


def test_only_the_office_invites_many(desk: Desk, office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    command = InviteContacts(contact_ids=[priya.id])
    with refused("forbidden"):
        desk.ask(command, office.staff_principal("sales_rep"))
    (outcome,) = desk.ask(command, desk.open_company("CoolAir Services").administrator).items
    assert (outcome.invitation, bool(outcome.problem)) == (None, True)
    assert status_of(office, priya.id) == "not_invited"


def test_staff_see_who_signed_in_last_and_when(office: Office, lakeside: CustomerView) -> None:
    priya = office.contact(lakeside)
    assert priya.last_sign_in_at is None
    office.activate(priya)
    seen = office.desk.ask(GetContact(contact_id=priya.id), office.administrator)
    assert seen.last_sign_in_at is not None
