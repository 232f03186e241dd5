"""Wrong passwords are counted, per account and per client address, and bounded without telling who exists."""

from typing import Any

import pytest
from eventlet import GreenPool

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ContactView
from services.contracts.identity.people import Client
from services.contracts.identity.portals import BranchView
from services.identity import passwords
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused

WRONG = "wrong-password-1"


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


@pytest.fixture
def priya(office: Office, austin: BranchView) -> ContactView:
    """An active contact, who may enter the portal of Austin."""
    priya = office.contact(office.customer(austin))
    office.activate(priya)
    return priya


def fail(desk: Desk, portal: str, email: str, times: int = 1) -> None:
    for _ in range(times):
        with refused("forbidden", reason="wrong_credentials"):
            desk.sign_in(portal, email, WRONG)


def let_time_pass(desk: Desk, seconds: int) -> None:
    """Puts every failure further into the past."""
    desk.execute_shared("UPDATE attempts SET failed_at = failed_at - make_interval(secs => :seconds)", seconds=seconds)


def test_ten_failures_do_not_keep_the_owner_out(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    fail(desk, austin.slug, priya.email, 10)
    assert desk.sign_in(austin.slug, priya.email)


def test_more_failures_close_the_account_for_a_while_even_to_the_right_password(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    fail(desk, austin.slug, priya.email, 11)
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(austin.slug, priya.email)
    let_time_pass(desk, 3)
    assert desk.sign_in(austin.slug, priya.email)


def test_the_right_password_forgives_the_wrong_ones(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    for _ in range(2):
        fail(desk, austin.slug, priya.email, 9)
        assert desk.sign_in(austin.slug, priya.email)


def test_the_account_is_what_slows_down_wherever_the_guesses_come_from(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    for host in range(11):
        with refused("forbidden", reason="wrong_credentials"):
            desk.sign_in(austin.slug, priya.email, WRONG, Client(ip=f"198.51.100.{host}"))
    with refused("forbidden", reason="wrong_credentials"):
        desk.sign_in(austin.slug, priya.email)


def test_an_unknown_address_is_counted_like_a_known_one(desk: Desk, office: Office, austin: BranchView) -> None:
    nobody = office.email("nobody")
    before = desk.row("SELECT count(*) FROM attempts WHERE subject LIKE 'account:%'")
    fail(desk, austin.slug, nobody, 2)
    assert desk.row("SELECT count(*) FROM attempts WHERE subject LIKE 'account:%'") == before + 1
    assert desk.row("SELECT count(*) FROM attempts WHERE subject LIKE :said", said=f"%{nobody}%") == 0


def test_an_unknown_address_takes_the_same_steps_as_a_known_one(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    verified = passwords._verified

    def noting(password: str, password_hash: str) -> bool:
        compared.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return verified(password, password_hash)

    monkeypatch.setattr(passwords, "_verified", noting)
    fail(desk, austin.slug, office.email("another"))
    with desk.statements() as known:
        fail(desk, austin.slug, priya.email)
    with desk.statements() as unknown:
        fail(desk, austin.slug, office.email("nobody"))
    assert known == unknown
    assert compared == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


def test_guesses_made_at_the_same_time_gain_nothing(desk: Desk, austin: BranchView, priya: ContactView) -> None:
    def guess(password: str) -> Any:
        try:
            return desk.sign_in(austin.slug, priya.email, password)
        except DomainError as refusal:
            return refusal

    fail(desk, austin.slug, priya.email, 10)
    # Green threads, as in a service's process: each has read the count before any has written it.
    outcomes = list(GreenPool(8).imap(guess, [WRONG] * 7 + [PASSWORD]))
    assert all(isinstance(outcome, DomainError) for outcome in outcomes)
    counted = desk.row("SELECT max(failures) FROM attempts WHERE subject LIKE 'account:%'")
    assert counted < 12, "failures that came while none counts were counted"


def test_a_flood_from_one_client_address_is_refused_with_the_time_to_wait(
    desk: Desk, austin: BranchView, priya: ContactView
) -> None:
    fail(desk, austin.slug, priya.email)
    desk.execute_shared(
        "UPDATE attempts SET failures = 505, failed_at = now() WHERE subject = :subject",
        subject=f"address:{desk.client.ip}",
    )
    with pytest.raises(DomainError) as refusal:
        desk.sign_in(austin.slug, priya.email, PASSWORD)
    assert refusal.value.details["reason"] == "too_many_attempts"
    assert 25 <= refusal.value.details["retry_after"] <= 32
    assert desk.sign_in(austin.slug, priya.email, PASSWORD, Client(ip="203.0.113.77"))
    let_time_pass(desk, 40)
    assert desk.sign_in(austin.slug, priya.email)


def test_failures_that_no_longer_count_are_swept_away(desk: Desk, office: Office, austin: BranchView) -> None:
    fail(desk, austin.slug, office.email("nobody"))
    desk.forget_failures()
    assert desk.row("SELECT count(*) FROM attempts") > 0
    let_time_pass(desk, 2 * 24 * 3600)
    desk.forget_failures()
    assert desk.row("SELECT count(*) FROM attempts") == 0
