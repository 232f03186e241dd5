"""How often a mail is tried, what the server's replies mean, and who is sent nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications import delivery_rules, rules
from services.notifications.delivery_rules import Priority

NOW = datetime(2026, 5, 3, tzinfo=UTC)


@given(st.integers(min_value=1, max_value=100))
def test_each_attempt_waits_at_least_as_long_as_the_last_and_an_hour_at_most(failures: int) -> None:
    assert delivery_rules.back_off(failures) <= delivery_rules.back_off(failures + 1) <= timedelta(hours=1)


@given(st.integers(min_value=1, max_value=100))
def test_the_pause_of_all_grows_and_stays_below_a_minute(failures: int) -> None:
    assert delivery_rules.pause(failures) <= delivery_rules.pause(failures + 1) < timedelta(minutes=1)


def test_a_lease_outlasts_a_slot_and_two_hand_overs() -> None:
    assert delivery_rules.URGENT_AHEAD + 2 * timedelta(seconds=10) < delivery_rules.LEASE


@pytest.mark.parametrize(
    ("stage", "code", "said", "meaning"),
    [
        ("connection", 554, "no service here", "server"),
        ("connection", 535, "5.7.8 wrong login", "server"),
        ("sender", 550, "5.7.1 not from here", "server"),
        ("recipient", 421, "4.3.2 closing", "server"),
        ("recipient", 450, "4.2.1 grey-listed", "later"),
        ("recipient", 452, "too many recipients", "later"),
        ("recipient", 550, "5.1.1 no such user", "bounced"),
        ("recipient", 550, "no such user", "bounced"),
        ("recipient", 550, "5.2.1 mailbox disabled", "bounced"),
        ("recipient", 550, "5.7.1 listed as a source of spam", "final"),
        ("recipient", 552, "5.2.2 mailbox full", "final"),
        ("content", 451, "4.3.0 try again", "later"),
        ("content", 554, "5.6.0 we do not like it", "final"),
    ],
)
def test_what_a_reply_means(stage: delivery_rules.Stage, code: int, said: str, meaning: delivery_rules.Meaning) -> None:
    assert delivery_rules.meaning(stage, code, said) == meaning


@pytest.mark.parametrize("priority", list(Priority))
def test_who_complained_still_gets_what_is_essential_and_a_dead_address_nothing(priority: Priority) -> None:
    assert delivery_rules.holds_back("bounced", priority)
    assert delivery_rules.holds_back("staff", priority)
    assert delivery_rules.holds_back("complained", priority) is (priority == Priority.OPTIONAL)


def test_what_somebody_waits_for_at_a_door_goes_first() -> None:
    urgent = {notice.template for notice in rules.NOTICES if notice.priority == Priority.URGENT}
    assert urgent == {"login_code", "password_reset", "portals"}


def test_what_can_be_declined_goes_last() -> None:
    for notice in rules.NOTICES:
        assert (notice.priority == Priority.OPTIONAL) is (notice.preference is not None)
