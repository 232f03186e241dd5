"""When somebody is reminded: by the clocks of the branch, each occasion at its hour, and none that has passed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing import reminder_rules

CHICAGO, APIA = "America/Chicago", "Pacific/Apia"
DUE = date(2026, 11, 20)
ZONES = st.sampled_from([CHICAGO, APIA, "Pacific/Midway", "UTC", "America/St_Johns"])
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2041, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


def utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (utc(11, 1, 0), utc(11, 17, 15)),
        (utc(11, 17, 15), utc(11, 21, 15)),
        (utc(11, 21, 15), utc(11, 27, 15)),
        (utc(11, 27, 15), None),
        (utc(11, 17, 12), utc(11, 21, 15)),
    ],
    ids=["three days before", "a day late", "a week late", "no more", "not on the day on which it came"],
)
def test_each_occasion_comes_at_nine_by_the_branchs_clocks(now: datetime, then: datetime | None) -> None:
    assert reminder_rules.next_occasion("service", DUE, CHICAGO, now) == then


def test_the_clocks_of_the_branch_may_change_between_two_occasions() -> None:
    due = date(2026, 10, 31)
    assert reminder_rules.next_occasion("service", due, CHICAGO, utc(10, 1, 0)) == utc(10, 28, 14)
    assert reminder_rules.next_occasion("service", due, CHICAGO, utc(10, 29, 0)) == utc(11, 1, 15)


def test_a_payoff_is_not_reminded_of() -> None:
    assert reminder_rules.next_occasion("payoff", DUE, CHICAGO, utc(11, 1, 0)) is None


def test_the_end_of_the_calendar_has_no_reminder() -> None:
    last = datetime(9999, 12, 30, tzinfo=UTC)
    assert reminder_rules.next_occasion("service", date.max, CHICAGO, last) is None


@pytest.mark.parametrize(
    ("now", "late"),
    [(utc(11, 17, 3), None), (utc(11, 17, 15), 0), (utc(11, 21, 5), 0), (utc(11, 21, 15), 1), (utc(11, 25, 15), 5)],
    ids=["not yet", "soon", "the day itself there", "a day late", "somebody was away for days"],
)
def test_what_is_said_is_how_it_is_on_that_day_there(now: datetime, late: int | None) -> None:
    occasion = reminder_rules.occasion(DUE, CHICAGO, now)
    assert (occasion and occasion.late) == late


@given(due_on=DAYS, zone=ZONES, start=MOMENTS)
def test_whoever_is_never_away_is_reminded_three_times_in_order(due_on: date, zone: str, start: datetime) -> None:
    said, now = [], start
    while (moment := reminder_rules.next_occasion("service", due_on, zone, now)) is not None:
        assert moment > now
        now = moment
        occasion = reminder_rules.occasion(due_on, zone, now)
        assert occasion is not None
        said.append(occasion.late)
    assert said == [0, 1, 7][3 - len(said) :]


def test_a_card_is_told_of_on_the_first_of_the_month_before_its_last() -> None:
    assert reminder_rules.card_moment(date(2026, 12, 31), CHICAGO) == utc(11, 1, 15)
    assert reminder_rules.card_moment(date(2027, 1, 31), CHICAGO) == utc(12, 1, 15)


def test_nobody_looks_at_what_never_ends_or_was_entered_as_it_ends() -> None:
    assert reminder_rules.first_look(None, utc(11, 1, 0)) is None
    assert reminder_rules.first_look(date(2026, 12, 31), utc(11, 2, 0)) is None


@given(expires_on=DAYS, zone=ZONES, now=MOMENTS)
def test_a_card_is_looked_at_before_the_moment_comes_anywhere(expires_on: date, zone: str, now: datetime) -> None:
    look = reminder_rules.first_look(expires_on, now)
    moment = reminder_rules.card_moment(expires_on, zone)
    assert look is None or now < look < moment < look + timedelta(days=3)
    assert moment.date() < expires_on
