"""When signers are reminded, and the sales rep told that it expired."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.proposals import notice_rules

CHICAGO = "America/Chicago"
NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)
ZONES = st.sampled_from([CHICAGO, "America/Denver", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata"])
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
DAYS = st.one_of(st.none(), st.integers(0, 120))


def days(expires_on: date | None, delivered_at: datetime = NOON) -> list[tuple[str, int]]:
    """What is said, and how many days after the delivery's."""
    said = notice_rules.notices(delivered_at, expires_on, CHICAGO)
    first = delivered_at.astimezone(ZoneInfo(CHICAGO)).date()
    return [(each.kind, (each.at.date() - first).days) for each in said]


@pytest.mark.parametrize(
    ("last_day", "said"),
    [
        (None, [("reminder", 3), ("reminder", 7)]),
        (30, [("reminder", 3), ("reminder", 7), ("reminder", 28), ("expiry", 31)]),
        (9, [("reminder", 3), ("reminder", 7), ("expiry", 10)]),
        (5, [("reminder", 3), ("expiry", 6)]),
        (2, [("expiry", 3)]),
        (0, [("expiry", 1)]),
    ],
)
def test_what_is_said_when(last_day: int | None, said: list[tuple[str, int]]) -> None:
    assert days(None if last_day is None else date(2026, 3, 2) + timedelta(days=last_day)) == said


def test_it_is_said_in_the_morning_of_the_branch_also_after_the_clocks_change() -> None:
    said = notice_rules.notices(NOON, date(2026, 4, 1), CHICAGO)
    assert {each.at.astimezone(ZoneInfo(CHICAGO)).time() for each in said} == {time(9)}
    assert {each.at.utcoffset() for each in said} == {timedelta(hours=-6), timedelta(hours=-5)}


def test_what_is_said_at_a_moment_is_not_said_again_at_it() -> None:
    first, second = notice_rules.notices(NOON, None, CHICAGO)
    assert notice_rules.due(NOON, None, CHICAGO, first.at) == first
    assert notice_rules.coming(NOON, None, CHICAGO, first.at) == second


@given(MOMENTS, DAYS, ZONES)
def test_there_are_at_most_three_reminders_each_while_it_can_be_signed(
    delivered_at: datetime, last_day: int | None, zone: str
) -> None:
    delivered_on = delivered_at.astimezone(ZoneInfo(zone)).date()
    expires_on = None if last_day is None else delivered_on + timedelta(days=last_day)
    said = notice_rules.notices(delivered_at, expires_on, zone)
    reminders = [each for each in said if each.kind == "reminder"]
    assert len(reminders) <= 3 and said == sorted(said, key=lambda each: each.at)
    assert all(each.at > delivered_at for each in said)
    assert all(expires_on is None or each.at.date() <= expires_on for each in reminders)
    assert len(said) - len(reminders) == (expires_on is not None)


@given(MOMENTS, DAYS, ZONES, st.lists(st.integers(0, 60), max_size=12))
def test_however_rarely_one_looks_each_thing_is_said_once_at_most_and_the_end_always(
    delivered_at: datetime, last_day: int | None, zone: str, pauses: list[int]
) -> None:
    expires_on = None if last_day is None else delivered_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=last_day)
    now, given_ = delivered_at, []
    coming = notice_rules.coming(delivered_at, expires_on, zone, now)
    for pause in [*pauses, 400]:
        now += timedelta(days=pause)
        if coming and coming.at <= now:
            given_.append(notice_rules.due(delivered_at, expires_on, zone, now))
            coming = notice_rules.coming(delivered_at, expires_on, zone, now)
    assert None not in given_ and len(set(given_)) == len(given_)
    assert coming is None
    assert [each.kind for each in given_ if each].count("expiry") == (expires_on is not None)
