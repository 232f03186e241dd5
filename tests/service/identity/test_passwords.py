"""Passwords: set anew by a mailed link or by whoever knows the present one, and what ends with the former one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

import pytest
from pydantic import SecretStr

from services.chassis.work import Steps, Work
from services.contracts.identity.contacts import ChangeContact, ContactView, GetContact
from services.contracts.identity.customers import CustomerView
from services.contracts.identity.passwords import (
    ChangePassword,
    CompletePasswordReset,
    MintPasswordReset,
    PasswordResetLinkView,
    RequestPasswordReset,
)
from services.contracts.identity.portals import BranchView
from services.contracts.identity.sessions import (
    ListSessions,
    MintLoginCode,
    RequestLoginCode,
    SessionView,
    SignIn,
    SignInStaff,
    SignInWithCode,
)
from services.contracts.messages import Nothing
from services.contracts.principals import Principal
from services.identity import accounts, sessions
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused

Answer = TypeVar("Answer")

ANOTHER = "another-password-1"


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


def forget(office: Office, portal: str, email: str) -> None:
    """Asks for a reset, and has the request worked off."""
    office.desk.ask(RequestPasswordReset(portal=portal, email=email, client=office.desk.client))
    office.desk.work_off_requests()


def mailed(office: Office, portal: str, email: str) -> PasswordResetLinkView:
    """What the mail says to somebody who forgot their password."""
    forget(office, portal, email)
    return minted(office)


def minted(office: Office) -> PasswordResetLinkView:
    reset_id = office.events("password_reset_requested")[-1]["password_reset_id"]
    return office.desk.ask(MintPasswordReset(password_reset_id=reset_id), office.system)


def complete(desk: Desk, token: str, password: str = ANOTHER) -> None:
    desk.ask(CompletePasswordReset(token=SecretStr(token), password=SecretStr(password), client=desk.client))


def change(desk: Desk, who: Principal, current: str = PASSWORD, password: str = ANOTHER) -> None:
    message = ChangePassword(current_password=SecretStr(current), password=SecretStr(password), client=desk.client)
    desk.ask(message, who)


def code_of(office: Office, portal: str, email: str) -> str:
    """A one-time code, as it is mailed."""
    office.desk.ask(RequestLoginCode(portal=portal, email=email, client=office.desk.client))
    office.desk.work_off_requests()
    login_code_id = office.events("login_code_requested")[-1]["login_code_id"]
    return office.desk.ask(MintLoginCode(login_code_id=login_code_id), office.system).code


def ended(desk: Desk, session: SessionView) -> bool:
    with refused("not_found"):
        desk.resolve(session)
    return True


# Reset


def test_a_reset_replaces_the_password_and_signs_nobody_in(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    link = mailed(office, austin.slug, priya.email)
    assert (link.name, link.email, link.portal_slug) == ("Priya", priya.email, austin.slug)
    before = office.count("SELECT count(*) FROM session")
    complete(desk, link.token)
    assert office.count("SELECT count(*) FROM session") == before
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(austin.slug, priya.email, PASSWORD)
    assert desk.sign_in(austin.slug, priya.email, ANOTHER)


def test_asking_changes_nothing(desk: Desk, office: Office, austin: BranchView, priya: ContactView) -> None:
    session = desk.sign_in(austin.slug, priya.email)
    mailed(office, austin.slug, priya.email)
    assert desk.resolve(session).id == priya.id
    assert desk.sign_in(austin.slug, priya.email, PASSWORD)


def test_a_reset_signs_the_account_out_everywhere_at_every_company(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    rival = desk.open_company("CoolAir Services")
    coolair = rival.branch("coolair")
    there = rival.contact(rival.customer(coolair), email=priya.email)
    rival.activate(there)
    sessions = [desk.sign_in(austin.slug, priya.email), desk.sign_in(coolair.slug, priya.email)]
    complete(desk, mailed(office, austin.slug, priya.email).token)
    assert all(ended(desk, session) for session in sessions)
    for company, person in ((office, priya), (rival, there)):
        assert company.events("access_changed")[-1]["principal_ids"] == [str(person.id)]
    assert desk.resolve(desk.sign_in(coolair.slug, priya.email, ANOTHER)).id == there.id


def test_a_reset_closes_every_other_reset_and_code_of_the_account_at_every_company(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    rival = desk.open_company("CoolAir Services")
    coolair = rival.branch("coolair")
    rival.contact(rival.customer(coolair), email=priya.email)
    others = [mailed(office, austin.slug, priya.email), mailed(rival, coolair.slug, priya.email)]
    codes = [
        (each.slug, code_of(company, each.slug, priya.email)) for company, each in ((office, austin), (rival, coolair))
    ]
    complete(desk, mailed(office, austin.slug, priya.email).token)
    for other in others:
        with refused("not_found", reason="password_reset_gone"):
            complete(desk, other.token, "a-third-password")
    for portal, code in codes:
        with refused("forbidden", reason="wrong_credentials"):
            desk.ask(SignInWithCode(portal=portal, email=priya.email, code=SecretStr(code), client=desk.client))
    assert desk.sign_in(austin.slug, priya.email, ANOTHER)


def test_a_reset_opens_once_and_for_an_hour(desk: Desk, office: Office, austin: BranchView, priya: ContactView) -> None:
    link = mailed(office, austin.slug, priya.email)
    assert timedelta(minutes=59) < link.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    complete(desk, link.token)
    with refused("not_found", reason="password_reset_gone"):
        complete(desk, link.token, "a-third-password")
    late = mailed(office, austin.slug, priya.email)
    office.execute("UPDATE password_reset_token SET expires_at = expires_at - interval '1 hour'")
    with refused("not_found", reason="password_reset_gone"):
        complete(desk, late.token)
    with refused("not_found", reason="password_reset_gone"):
        complete(desk, "x" * 43)


def test_whoever_has_no_password_yet_may_set_one_which_accepts_the_invitation(
    desk: Desk, office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    lena = office.contact(lakeside, "lena")
    link = office.link(lena)
    complete(desk, mailed(office, austin.slug, lena.email).token)
    assert desk.ask(GetContact(contact_id=lena.id), office.administrator).status == "active"
    with refused("not_found", reason="invitation_gone"):
        desk.accept(link.token)
    assert desk.resolve(desk.sign_in(austin.slug, lena.email, ANOTHER)).id == lena.id


def test_staff_reset_theirs_at_the_office(desk: Desk, office: Office) -> None:
    rosa = office.staff("rosa", "sales_rep")
    desk.accept(office.mint(office.events("person_invited")[-1]["invitation_id"]).token)
    link = mailed(office, "office", rosa.email)
    assert link.portal_slug is None
    complete(desk, link.token)
    message = SignInStaff(email=rosa.email, password=SecretStr(ANOTHER), client=desk.client)
    assert desk.resolve(desk.ask(message)).id == rosa.id


def test_each_door_mails_its_own_people_alone(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    dallas = office.branch("dallas")
    for door, email in (("office", priya.email), (dallas.slug, priya.email), (austin.slug, office.email("nobody"))):
        forget(office, door, email)
    assert office.events("password_reset_requested") == []
    with refused("not_found"):
        forget(office, "nowhere", priya.email)


def test_a_disabled_contact_resets_nothing(desk: Desk, office: Office, austin: BranchView, priya: ContactView) -> None:
    link = mailed(office, austin.slug, priya.email)
    desk.ask(ChangeContact(contact_id=priya.id, status="disabled"), office.administrator)
    with refused("not_found", reason="password_reset_gone"):
        complete(desk, link.token)
    with refused("not_found", reason="password_reset_gone"):
        minted(office)


def test_a_link_mailed_to_a_former_address_sets_nobodys_password(
    desk: Desk, office: Office, austin: BranchView, lakeside: CustomerView, priya: ContactView
) -> None:
    ben = office.contact(lakeside, "ben")
    link = mailed(office, austin.slug, ben.email)
    rival = desk.open_company("CoolAir Services")
    coolair = rival.branch("coolair")
    mia = rival.contact(rival.customer(coolair), "mia")
    rival.activate(mia)
    desk.ask(ChangeContact(contact_id=ben.id, email=mia.email), office.administrator)
    with refused("not_found", reason="password_reset_gone"):
        complete(desk, link.token)
    assert desk.sign_in(coolair.slug, mia.email, PASSWORD)


def test_a_changed_password_is_told_and_recorded_without_being_kept(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    link = mailed(office, austin.slug, priya.email)
    complete(desk, link.token)
    (told,) = office.events("password_changed")
    assert (told["person_id"], told["portal_slug"], told["brand"]["name"]) == (str(priya.id), austin.slug, "Austin")
    for secret in (ANOTHER, link.token):
        assert secret not in str(told)
    recorded = "SELECT count(*) FROM audit_event WHERE action = 'password.changed' AND subject_id = :id"
    assert office.count(recorded, id=priya.id) == 1


# Change


def test_whoever_knows_the_password_changes_it_and_stays_signed_in_alone(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    here, elsewhere = desk.sign_in(austin.slug, priya.email), desk.sign_in(austin.slug, priya.email)
    change(desk, desk.resolve(here))
    assert desk.resolve(here).id == priya.id
    assert ended(desk, elsewhere)
    assert desk.sign_in(austin.slug, priya.email, ANOTHER)
    assert office.events("access_changed")[-1]["principal_ids"] == [str(priya.id)]
    assert len(office.events("password_changed")) == 1


def test_a_wrong_present_password_changes_nothing_and_is_bounded(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    who = desk.resolve(desk.sign_in(austin.slug, priya.email))
    for _ in range(11):
        with refused("invalid", field="current_password", reason="wrong_password"):
            change(desk, who, "wrong-password-1")
    with refused("forbidden", reason="too_many_attempts"):
        change(desk, who, PASSWORD)
    desk.execute_shared("UPDATE attempts SET failed_at = failed_at - interval '1 minute'")
    assert desk.sign_in(austin.slug, priya.email, PASSWORD)


def test_who_signed_in_by_code_has_no_password_to_change(
    desk: Desk, office: Office, austin: BranchView, lakeside: CustomerView
) -> None:
    lena = office.contact(lakeside, "lena")
    code = SecretStr(code_of(office, austin.slug, lena.email))
    session = desk.ask(SignInWithCode(portal=austin.slug, email=lena.email, code=code, client=desk.client))
    with refused("conflict", reason="no_password"):
        change(desk, desk.resolve(session))


def test_only_a_person_changes_a_password(office: Office) -> None:
    with refused("forbidden"):
        change(office.desk, office.system)


def test_a_former_password_opens_no_session_that_is_listed(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    here = desk.sign_in(austin.slug, priya.email)
    desk.sign_in(austin.slug, priya.email)
    who = desk.resolve(here)
    assert len(desk.ask(ListSessions(), who).items) == 3, "with the one that began with the invitation"
    change(desk, who)
    assert [each.id for each in desk.ask(ListSessions(), who).items] == [here.id]


# At the same time


def during(steps: Steps[Answer], act: Callable[[], None]) -> Steps[Answer]:
    """The same steps, with something else happening while the first outside call is under way."""
    outside = next(steps)

    def both() -> object:
        came_of_it = outside()
        act()
        return came_of_it

    outcome = yield both
    while True:
        try:
            outside = steps.send(outcome)
        except StopIteration as end:
            return cast(Answer, end.value)
        outcome = yield outside


def test_a_sign_in_that_is_under_way_while_the_password_is_reset_opens_nothing(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    link = mailed(office, austin.slug, priya.email)
    message = SignIn(portal=austin.slug, email=priya.email, password=SecretStr(PASSWORD), client=desk.client)

    def meanwhile(work: Work, command: SignIn) -> Steps[SessionView]:
        return during(sessions.sign_in(work, command), lambda: complete(desk, link.token))

    with refused("forbidden", reason="wrong_credentials"):
        desk.executor.answer(meanwhile, message, None)


def test_staff_who_are_signing_in_while_their_password_is_reset_get_in_nowhere(desk: Desk, office: Office) -> None:
    otto = office.employed("otto", "office")
    link = mailed(office, "office", otto.email)
    message = SignInStaff(email=otto.email, password=SecretStr(PASSWORD), client=desk.client)

    def meanwhile(work: Work, command: SignInStaff) -> Steps[SessionView]:
        return during(sessions.sign_in_staff(work, command), lambda: complete(desk, link.token))

    with refused("forbidden", reason="wrong_credentials"):
        desk.executor.answer(meanwhile, message, None)


def test_a_change_that_is_under_way_while_the_password_is_reset_changes_nothing(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    link = mailed(office, austin.slug, priya.email)
    thief = desk.resolve(desk.sign_in(austin.slug, priya.email))
    stolen = ChangePassword(
        current_password=SecretStr(PASSWORD), password=SecretStr("the-thiefs-password"), client=desk.client
    )

    def meanwhile(work: Work, command: ChangePassword) -> Steps[Nothing]:
        return during(accounts.change_password(work, command), lambda: complete(desk, link.token))

    with refused("invalid", reason="wrong_password"):
        desk.executor.answer(meanwhile, stolen, thief)
    assert desk.sign_in(austin.slug, priya.email, ANOTHER)
