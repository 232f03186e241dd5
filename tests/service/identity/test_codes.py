"""One-time codes and links: whoever reads the mail of a contact's address signs in, once, within minutes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ChangeContact, ContactView, GetContact
from services.contracts.identity.customers import CustomerView
from services.contracts.identity.people import Client
from services.contracts.identity.portals import BranchView
from services.contracts.identity.sessions import (
    LoginCodeView,
    MintLoginCode,
    RequestLoginCode,
    SessionView,
    SignInWithCode,
    SignInWithLink,
)
from services.identity import counts
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused

ATTACKER = Client(ip="127.0.0.2")


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


@pytest.fixture
def lakeside(office: Office, austin: BranchView) -> CustomerView:
    return office.customer(austin)


@pytest.fixture
def lena(office: Office, lakeside: CustomerView) -> ContactView:
    """A contact who was never invited and has no password."""
    return office.contact(lakeside, "lena")


@dataclass
class Door:
    """A portal, and somebody before it."""

    office: Office
    portal: str

    def knock(self, email: str, client: Client | None = None) -> None:
        """Asks for a code, and has the request worked off."""
        desk = self.office.desk
        desk.ask(RequestLoginCode(portal=self.portal, email=email, client=client or desk.client))
        desk.work_off_requests()

    def mailed(self, email: str) -> LoginCodeView:
        """What the mail says to somebody who asks."""
        self.knock(email)
        return self.mint()

    def mint(self) -> LoginCodeView:
        """What a mail of the latest code says."""
        login_code_id = self.office.events("login_code_requested")[-1]["login_code_id"]
        return self.office.desk.ask(MintLoginCode(login_code_id=login_code_id), self.office.system)

    def enter(self, email: str, code: str, client: Client | None = None) -> SessionView:
        desk = self.office.desk
        message = SignInWithCode(portal=self.portal, email=email, code=SecretStr(code), client=client or desk.client)
        return desk.ask(message)

    def follow(self, token: str) -> SessionView:
        desk = self.office.desk
        return desk.ask(SignInWithLink(portal=self.portal, token=SecretStr(token), client=desk.client))


@pytest.fixture
def door(office: Office, austin: BranchView) -> Door:
    return Door(office, austin.slug)


def test_a_contact_without_a_password_or_an_invitation_signs_in_by_code(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    login = door.mailed(lena.email)
    assert (login.name, login.email, login.portal_slug) == ("Lena", lena.email, door.portal)
    assert len(login.code) == 8 and login.code.isdecimal()
    session = door.enter(f" {lena.email.upper()} ", login.code)
    assert desk.resolve(session).id == lena.id
    known = desk.ask(GetContact(contact_id=lena.id), office.administrator)
    assert known.status == "active"
    assert office.count("SELECT count(*) FROM contact WHERE last_sign_in_at IS NOT NULL") == 1


def test_the_link_signs_in_as_the_code_does(desk: Desk, door: Door, lena: ContactView) -> None:
    login = door.mailed(lena.email)
    assert login.token.isalpha(), "beside the code nothing in the mail looks like one"
    assert desk.resolve(door.follow(login.token)).id == lena.id


def test_a_code_may_be_typed_in_groups(door: Door, lena: ContactView) -> None:
    code = door.mailed(lena.email).code
    assert door.enter(lena.email, f" {code[:4]} {code[4:]} ")


def test_using_the_code_or_the_link_uses_up_both_and_every_other(door: Door, lena: ContactView) -> None:
    first, second = door.mailed(lena.email), door.mailed(lena.email)
    door.follow(second.token)
    for login in (first, second):
        with refused("forbidden", reason="wrong_credentials"):
            door.enter(lena.email, login.code)
        with refused("not_found", reason="login_link_gone"):
            door.follow(login.token)


def test_every_mailed_code_is_good_until_one_is_used(door: Door, lena: ContactView) -> None:
    first = door.mailed(lena.email)
    again = door.mint()
    assert first.code != again.code
    door.mailed(lena.email)
    assert door.enter(lena.email, first.code)


def test_a_code_and_a_link_last_for_fifteen_minutes(office: Office, door: Door, lena: ContactView) -> None:
    login = door.mailed(lena.email)
    assert timedelta(minutes=14) < login.expires_at - datetime.now(UTC) <= timedelta(minutes=15)
    office.execute("UPDATE login_secret SET expires_at = expires_at - interval '15 minutes'")
    with refused("forbidden", reason="wrong_credentials"):
        door.enter(lena.email, login.code)
    with refused("not_found", reason="login_link_gone"):
        door.follow(login.token)


def test_nothing_is_minted_long_after_it_was_asked_for(office: Office, door: Door, lena: ContactView) -> None:
    door.knock(lena.email)
    office.execute("UPDATE login_code SET created_at = created_at - interval '61 minutes'")
    with refused("not_found", reason="login_link_gone"):
        door.mint()


def test_only_a_service_of_the_company_mints_a_code(desk: Desk, office: Office, door: Door, lena: ContactView) -> None:
    door.knock(lena.email)
    message = MintLoginCode(login_code_id=office.events("login_code_requested")[-1]["login_code_id"])
    with refused("forbidden"):
        desk.ask(message)
    with refused("forbidden"):
        desk.ask(message, office.administrator)
    with refused("not_found"):
        desk.ask(message, desk.open_company("CoolAir Services").system)


def test_a_code_opens_its_portal_to_its_address_alone(
    office: Office, door: Door, lakeside: CustomerView, austin: BranchView
) -> None:
    dallas = office.branch("dallas")
    annex = office.property(lakeside, dallas, "Dallas Annex")
    ben, chen = office.contact(lakeside, "ben", at={annex.id: "other"}), office.contact(lakeside, "chen")
    login = door.mailed(ben.email)
    with refused("forbidden", reason="wrong_credentials"):
        Door(office, dallas.slug).enter(ben.email, login.code)
    with refused("not_found", reason="login_link_gone"):
        Door(office, dallas.slug).follow(login.token)
    with refused("forbidden", reason="wrong_credentials"):
        door.enter(chen.email, login.code)
    assert door.enter(ben.email, login.code)


def test_asking_for_a_code_cancels_no_invitation_and_using_it_accepts_one(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    link = office.link(lena)
    login = door.mailed(lena.email)
    assert desk.ask(GetContact(contact_id=lena.id), office.administrator).status == "invited"
    door.enter(lena.email, login.code)
    assert desk.ask(GetContact(contact_id=lena.id), office.administrator).status == "active"
    with refused("not_found", reason="invitation_gone"):
        desk.accept(link.token)


def test_an_invitation_is_accepted_though_a_code_was_asked_for(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    link = office.link(lena)
    door.mailed(lena.email)
    assert desk.accept(link.token)


def test_a_disabled_contact_gets_no_code_and_the_one_they_have_is_worth_nothing(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    login = door.mailed(lena.email)
    desk.ask(ChangeContact(contact_id=lena.id, status="disabled"), office.administrator)
    with refused("forbidden", reason="wrong_credentials"):
        door.enter(lena.email, login.code)
    with refused("not_found"):
        door.mint()
    asked = len(office.events("login_code_requested"))
    door.knock(lena.email)
    assert len(office.events("login_code_requested")) == asked


def test_a_code_mailed_to_a_former_address_is_worth_nothing(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    login = door.mailed(lena.email)
    desk.ask(ChangeContact(contact_id=lena.id, email=office.email("lena.fox")), office.administrator)
    for email in (lena.email, office.email("lena.fox")):
        with refused("forbidden", reason="wrong_credentials"):
            door.enter(email, login.code)
    with refused("not_found", reason="login_link_gone"):
        door.follow(login.token)


# Asking tells nothing


def test_asking_takes_the_same_steps_whoever_exists(desk: Desk, office: Office, door: Door, lena: ContactView) -> None:
    steps: list[list[str]] = []
    for email in (lena.email, office.email("nobody")):
        with desk.statements() as sent:
            desk.ask(RequestLoginCode(portal=door.portal, email=email, client=desk.client))
        steps.append(sent)
    assert steps[0] == steps[1]
    assert not any("lookups.mailed" in statement or "FROM contact" in statement for statement in steps[0])


def test_who_is_nobody_gets_nothing_and_nothing_is_kept_of_them(desk: Desk, office: Office, door: Door) -> None:
    stranger = office.email("nobody")
    door.knock(stranger)
    assert office.events("login_code_requested") == []
    assert desk.row("SELECT count(*) FROM mail_request WHERE email = :email", email=stranger) == 0


def test_a_request_that_another_replica_answers_is_left_to_it(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    desk.ask(RequestLoginCode(portal=door.portal, email=lena.email, client=desk.client))
    with desk.engine.connect() as other:
        other.execute(text("SELECT id FROM mail_request FOR UPDATE"))
        desk.work_off_requests()
        assert office.events("login_code_requested") == []
    desk.work_off_requests()
    desk.work_off_requests()
    assert len(office.events("login_code_requested")) == 1


def test_there_is_no_code_for_an_unknown_portal(desk: Desk, lena: ContactView) -> None:
    with refused("not_found"):
        desk.ask(RequestLoginCode(portal="nowhere", email=lena.email, client=desk.client))


def test_too_many_requests_from_one_network_are_silently_left_and_keep_nobody_else_from_theirs(
    office: Office, door: Door, lena: ContactView
) -> None:
    for _ in range(15):
        door.knock(lena.email, ATTACKER)
    assert len(office.events("login_code_requested")) == 10
    door.knock(lena.email)
    assert len(office.events("login_code_requested")) == 11


def test_many_networks_that_use_an_address_up_keep_its_owner_from_no_mail_where_they_have_signed_in(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    door.enter(lena.email, door.mailed(lena.email).code)
    door.knock(lena.email, ATTACKER)
    desk.execute_shared(
        "UPDATE attempts SET failures = 40, failed_at = now() WHERE subject = :subject",
        subject=f"mails:to:{counts.email_hash(lena.email)}",
    )
    asked = len(office.events("login_code_requested"))
    door.knock(lena.email, ATTACKER)
    assert len(office.events("login_code_requested")) == asked
    door.knock(lena.email)
    assert len(office.events("login_code_requested")) == asked + 1


# Wrong codes


def test_wrong_codes_are_bounded_and_leave_the_right_one_good_for_its_owner(door: Door, lena: ContactView) -> None:
    login = door.mailed(lena.email)
    answers: list[Any] = []
    for number in range(30):
        wrong = f"{(int(login.code) + number + 1) % 10**8:08}"
        with pytest.raises(DomainError) as refusal:
            door.enter(lena.email, wrong, ATTACKER)
        answers.append(refusal.value.details["reason"])
    assert answers[:11] == ["wrong_credentials"] * 11
    assert set(answers[11:]) == {"too_many_attempts"}
    with refused("forbidden", reason="too_many_attempts"):
        door.enter(lena.email, login.code, ATTACKER)
    assert door.enter(lena.email, login.code)


def test_wrong_codes_and_wrong_passwords_are_counted_together(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    office.activate(lena)
    for _ in range(6):
        with refused("forbidden", reason="wrong_credentials"):
            door.enter(lena.email, "00000000")
    for _ in range(5):
        with refused("forbidden", reason="wrong_credentials"):
            desk.sign_in(door.portal, lena.email, "wrong-password-1")
    with refused("forbidden", reason="too_many_attempts"):
        desk.sign_in(door.portal, lena.email, PASSWORD)


def test_a_wrong_code_takes_the_same_steps_whoever_exists(
    desk: Desk, office: Office, door: Door, lena: ContactView
) -> None:
    door.mailed(lena.email)
    steps: list[list[str]] = []
    for email in (lena.email, office.email("nobody"), "not an address"):
        with desk.statements() as sent, refused("forbidden", reason="wrong_credentials"):
            door.enter(email, "00000000", Client(ip=f"198.51.100.{len(steps)}"))
        steps.append(sent)
    assert steps[0] == steps[1] == steps[2]


def test_the_database_holds_neither_the_code_nor_a_plain_hash_of_it(
    office: Office, door: Door, lena: ContactView
) -> None:
    login = door.mailed(lena.email)
    told = "SELECT count(*) FROM login_secret, login_code WHERE {} LIKE :said"
    assert office.count(told.format("login_secret::text || login_code::text"), said=f"%{login.code}%") == 0
    plain = "SELECT count(*) FROM login_secret WHERE code_hash = sha256(convert_to(:said, 'UTF8'))"
    assert office.count(plain, said=login.code) == 0
