"""Wrong passwords are bounded, per account and client network, without telling who exists or slowing anybody else."""

from typing import Any

import pytest
from eventlet import GreenPool
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.chassis.database import tenant_session
from services.chassis.work import Work
from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ContactView
from services.contracts.identity.people import Client
from services.contracts.identity.portals import BranchView
from services.contracts.messages import Ask
from services.identity import counts, credentials, passwords
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused

WRONG = "wrong-password-1"
ATTACKER = Client(ip="127.0.0.2")
ELSEWHERE = Client(ip="203.0.113.77")


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


@pytest.fixture
def priya(office: Office, austin: BranchView) -> ContactView:
    """An active contact, who may enter the portal of Austin."""
    priya = office.contact(office.customer(austin))
    office.activate(priya)
    return priya


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """With which parameters passwords were compared."""
    compared: list[str] = []
    verified = passwords._verified

    def noting(password: str, password_hash: str) -> bool:
        compared.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return verified(password, password_hash)

    monkeypatch.setattr(passwords, "_verified", noting)
    return compared


def _nobody(message: Ask[Any], _: Work) -> Any:
    raise AssertionError(f"identity asks nobody, and not {message!r}")


def fail(desk: Desk, portal: str, email: str, times: int = 1, client: Client | None = None) -> None:
    for _ in range(times):
        with refused("forbidden", reason="wrong_credentials"):
            desk.sign_in(portal, email, WRONG, client)


def let_time_pass(desk: Desk, seconds: int) -> None:
    """Puts every failure further into the past."""
    desk.execute_shared("UPDATE attempts SET failed_at = failed_at - make_interval(secs => :seconds)", seconds=seconds)


def attack_from_everywhere(desk: Desk, email: str) -> None:
    """As many wrong passwords as an account bears from all networks together, and then some."""
    desk.execute_shared(
        "UPDATE attempts SET failures = 305, failed_at = now() WHERE subject = :subject",
        subject=f"account:{counts.email_hash(email)}",
    )


def test_ten_failures_do_not_keep_the_owner_out(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    fail(desk, austin.slug, priya.email, 10)
    assert desk.sign_in(austin.slug, priya.email)


def test_more_failures_close_the_account_to_that_network_for_a_while_even_to_the_right_password(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    fail(desk, austin.slug, priya.email, 11)
    with pytest.raises(DomainError) as refusal:
        desk.sign_in(austin.slug, priya.email)
    assert refusal.value.details["reason"] == "too_many_attempts"
    assert 1 <= refusal.value.details["retry_after"] <= 2
    let_time_pass(desk, 3)
    assert desk.sign_in(austin.slug, priya.email)


def test_the_right_password_forgives_the_wrong_ones(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    for _ in range(2):
        fail(desk, austin.slug, priya.email, 9)
        assert desk.sign_in(austin.slug, priya.email)


def test_hundreds_of_wrong_passwords_from_one_address_slow_nobody_who_comes_from_another(
    desk: Desk, austin: BranchView, priya: ContactView, compared: list[str]
) -> None:
    for _ in range(300):
        with pytest.raises(DomainError):
            desk.sign_in(austin.slug, priya.email, WRONG, ATTACKER)
    assert len(compared) <= 20, "a refused attempt costs no hash"
    with refused("forbidden", reason="too_many_attempts"):
        desk.sign_in(austin.slug, priya.email, PASSWORD, ATTACKER)
    assert desk.sign_in(austin.slug, priya.email, PASSWORD, Client(ip="127.0.0.3"))


def test_an_account_under_attack_from_everywhere_slows_down_but_not_where_it_is_familiar(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    at_home = Client(ip="198.51.100.7")
    desk.sign_in(austin.slug, priya.email, PASSWORD, at_home)
    attack_from_everywhere(desk, priya.email)
    with refused("forbidden", reason="too_many_attempts"):
        desk.sign_in(austin.slug, priya.email, PASSWORD, ELSEWHERE)
    assert desk.sign_in(austin.slug, priya.email, PASSWORD, at_home)
    desk.execute_shared("UPDATE familiar_network SET seen_at = now() - interval '31 days'")
    with refused("forbidden", reason="too_many_attempts"):
        desk.sign_in(austin.slug, priya.email, PASSWORD, at_home)


def test_what_is_not_compared_is_not_counted_against_the_account(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    fail(desk, austin.slug, priya.email, 11, ATTACKER)
    for _ in range(20):
        with refused("forbidden", reason="too_many_attempts"):
            desk.sign_in(austin.slug, priya.email, WRONG, ATTACKER)
    subject = f"account:{counts.email_hash(priya.email)}"
    assert desk.row("SELECT failures FROM attempts WHERE subject = :subject", subject=subject) <= 11


def test_an_unknown_address_is_counted_like_a_known_one(desk: Desk, office: Office, austin: BranchView) -> None:
    nobody = office.email("nobody")
    before = desk.row("SELECT count(*) FROM attempts WHERE subject LIKE 'account:%'")
    fail(desk, austin.slug, nobody, 2)
    assert desk.row("SELECT count(*) FROM attempts WHERE subject LIKE 'account:%'") == before + 1
    assert desk.row("SELECT count(*) FROM attempts WHERE subject LIKE :said", said=f"%{nobody}%") == 0
    fail(desk, austin.slug, nobody, 9)
    with refused("forbidden", reason="too_many_attempts"):
        desk.sign_in(austin.slug, nobody, WRONG)


def test_an_unknown_address_takes_the_same_steps_as_a_known_one(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView, compared: list[str]
) -> None:
    fail(desk, austin.slug, office.email("another"))
    with desk.statements() as known:
        fail(desk, austin.slug, priya.email)
    with desk.statements() as unknown:
        fail(desk, austin.slug, office.email("nobody"))
    assert known == unknown
    assert compared == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


def test_guesses_made_at_the_same_time_gain_nothing(
    desk: Desk, austin: BranchView, priya: ContactView, compared: list[str]
) -> None:
    def guess(password: str) -> Any:
        try:
            return desk.sign_in(austin.slug, priya.email, password)
        except DomainError as refusal:
            return refusal

    fail(desk, austin.slug, priya.email, 10)
    compared.clear()
    # Green threads, as in a service's process: they come at once, and are counted one after the other.
    outcomes = list(GreenPool(8).imap(guess, [WRONG] * 7 + [PASSWORD]))
    assert all(isinstance(outcome, DomainError) for outcome in outcomes)
    assert len(compared) == 1


def test_an_attempt_waits_for_one_that_is_being_counted_in_another_process(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    fail(desk, austin.slug, priya.email)
    attempt = credentials.attempt_of(priya.email, desk.client)
    with tenant_session(desk.engine, None) as first, tenant_session(desk.engine, None) as second:
        credentials.count(Work(first, None, _nobody), attempt)
        second.execute(text("SET LOCAL lock_timeout = '20ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            counts.locked(Work(second, None, _nobody), attempt.bounds())


def test_a_flood_from_one_network_is_refused_with_the_time_to_wait(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    fail(desk, austin.slug, priya.email)
    desk.execute_shared(
        "UPDATE attempts SET failures = 505, failed_at = now() WHERE subject = :subject",
        subject=f"network:{desk.client.ip}",
    )
    with pytest.raises(DomainError) as refusal:
        desk.sign_in(austin.slug, priya.email, PASSWORD)
    assert refusal.value.details["reason"] == "too_many_attempts"
    assert 25 <= refusal.value.details["retry_after"] <= 32
    assert desk.sign_in(austin.slug, priya.email, PASSWORD, ELSEWHERE)
    let_time_pass(desk, 40)
    assert desk.sign_in(austin.slug, priya.email)


def test_the_right_password_is_never_counted_against_its_network(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    for _ in range(3):
        desk.sign_in(austin.slug, priya.email)
    subject = f"network:{desk.client.ip}"
    assert desk.row("SELECT failures FROM attempts WHERE subject = :subject", subject=subject) == 0


def test_what_no_longer_counts_is_swept_away(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    fail(desk, austin.slug, priya.email)
    desk.sign_in(austin.slug, priya.email)
    desk.forget_failures()
    assert desk.row("SELECT count(*) FROM attempts") > 0
    assert desk.row("SELECT count(*) FROM familiar_network") > 0
    let_time_pass(desk, 2 * 24 * 3600)
    desk.execute_shared("UPDATE familiar_network SET seen_at = now() - interval '31 days'")
    desk.forget_failures()
    assert desk.row("SELECT count(*) FROM attempts") == 0
    assert desk.row("SELECT count(*) FROM familiar_network") == 0
