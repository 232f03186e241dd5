"""What is mailed at once, when a digest goes out, and the addresses that unsubscribe."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.contracts.notifications.preferences import DigestChoice, Kind
from services.notifications import mailer, tokens, wish_rules
from services.notifications.letters import Letter
from services.notifications.settings import notifications_settings
from services.notifications.tokens import Subscription

KINDS = st.sampled_from([*wish_rules.CONTACT_KINDS, *wish_rules.STAFF_KINDS])
SUBSCRIPTIONS = st.builds(Subscription, st.uuids(), st.uuids(), KINDS)
ONE = Subscription(UUID(int=1), UUID(int=2), "visit_reminders")
INSTEAD: tuple[DigestChoice, ...] = ("daily", "off")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("PUBLIC_URL", "https://portico.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "the key of the tests' unsubscribing")
    notifications_settings.cache_clear()


within_one_environment = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(kind=KINDS, wanted=st.booleans())
def test_what_somebody_said_counts(kind: Kind, wanted: bool) -> None:
    assert wish_rules.is_mailed(kind, wanted, "immediately") == wanted


@given(kind=KINDS)
def test_whoever_never_said_is_mailed_everything_but_receipts(kind: Kind) -> None:
    assert wish_rules.is_mailed(kind, None, "immediately") == (kind != "electronic_receipts")


@given(kind=KINDS, wanted=st.sampled_from([None, True]))
def test_a_digest_takes_the_place_of_staffs_single_mails_only(kind: Kind, wanted: bool | None) -> None:
    for digest in INSTEAD:
        at_once = wish_rules.is_mailed(kind, wanted, digest)
        assert at_once == (kind in wish_rules.CONTACT_KINDS and wish_rules.is_mailed(kind, wanted, "immediately"))


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(["UTC", "America/Chicago", "Pacific/Kiritimati", "America/St_Johns"]),
)
@example(now=datetime(2026, 5, 3, 12, tzinfo=UTC), zone="America/Chicago")
def test_the_next_digest_is_the_first_seven_oclock_there(now: datetime, zone: str) -> None:
    at = wish_rules.next_digest(now, zone)
    assert now < at <= now + timedelta(hours=25)
    assert at.astimezone(ZoneInfo(zone)).time() == wish_rules.DIGEST_AT


@within_one_environment
@given(subscription=SUBSCRIPTIONS)
def test_a_token_says_what_was_written(subscription: Subscription) -> None:
    token = tokens.write(subscription)
    assert tokens.read(token) == subscription
    assert token.isascii() and len(token) < 120 and not set(token) & set("/+=?#&% ")


@within_one_environment
@given(subscription=SUBSCRIPTIONS, at=st.integers(0, 200), letter=st.sampled_from("Aa0_-z"))
def test_a_token_that_was_tampered_with_is_none_of_ours(subscription: Subscription, at: int, letter: str) -> None:
    token = tokens.write(subscription)
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    assert changed == token or tokens.read(changed) is None


@within_one_environment
@given(token=st.text(max_size=150))
@example("")
@example("=")
@example("ä")
def test_whatever_somebody_makes_up_is_none_of_ours(token: str) -> None:
    assert tokens.read(token) is None


def test_a_token_is_not_written_in_two_ways() -> None:
    token = tokens.write(ONE)
    for same in (token + "=", token + "==", token[:10] + " " + token[10:], token + "\n"):
        assert tokens.read(same) is None


def test_another_key_makes_other_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.write(ONE)
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "another key of the tests' unsubscribing")
    notifications_settings.cache_clear()
    assert tokens.read(token) is None


def test_what_is_signed_for_a_kind_that_is_gone_is_none_of_ours() -> None:
    said = ONE.company_id.bytes + ONE.person_id.bytes + b"gossip"
    token = urlsafe_b64encode(tokens._mark(said) + said).decode().rstrip("=")
    assert tokens.read(token) is None


LETTER = Letter(
    sender_name="Evergreen Austin",
    recipient_name="Priya Shah",
    recipient="priya@lakeside.test",
    message_id="<1@portico.test>",
    date=datetime(2026, 5, 3, tzinfo=UTC),
    subject="An invoice falls due",
    text="Hello",
    html="<p>Hello</p>",
)


def test_an_optional_mail_is_unsubscribed_by_one_click_of_the_mail_program() -> None:
    url = f"https://portico.example/unsubscribe/{tokens.write(ONE)}"
    sent = mailer._message(replace(LETTER, unsubscribe_url=url), "no-reply@portico.test").as_bytes(policy=SMTP)
    read = message_from_bytes(sent, policy=SMTP)
    assert read["List-Unsubscribe"] == f"<{url}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_essential_mail_has_nothing_to_unsubscribe() -> None:
    assert "List-Unsubscribe" not in mailer._message(LETTER, "no-reply@portico.test")
