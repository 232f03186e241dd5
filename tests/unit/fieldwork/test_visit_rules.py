"""Which visits are upcoming by the clocks of their site, and when one begins."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import DomainError
from services.contracts.fieldwork.visits import VisitWindow
from services.fieldwork import visit_rules

ZONES = st.sampled_from(["UTC", "America/Chicago", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Lisbon"])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_today_is_the_sites_and_not_ours() -> None:
    late = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert visit_rules.today_at(late, "America/Chicago") == date(2026, 11, 21)
    assert visit_rules.is_upcoming(date(2026, 11, 21), late, "America/Chicago")
    assert not visit_rules.is_upcoming(date(2026, 11, 21), late, "Europe/Lisbon")
    assert visit_rules.is_upcoming(date(2026, 12, 21), late, "America/Chicago")
    assert not visit_rules.is_upcoming(date(2026, 12, 22), late, "America/Chicago")
    assert visit_rules.is_upcoming(date(2026, 12, 22), late, "Europe/Lisbon")


@given(now=MOMENTS, zone=ZONES, offset=st.integers(-40, 40))
def test_exactly_today_and_the_thirty_days_after_are_upcoming(now: datetime, zone: str, offset: int) -> None:
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=offset)
    assert visit_rules.is_upcoming(day, now, zone) == (0 <= offset <= 30)


@given(now=MOMENTS, zone=ZONES, offset=st.integers(-40, 40))
def test_customers_never_see_what_was_cancelled(now: datetime, zone: str, offset: int) -> None:
    day = visit_rules.today_at(now, zone) + timedelta(days=offset)
    assert not visit_rules.is_shown("cancelled", day, now, zone)
    assert visit_rules.is_shown("completed", day, now, zone)
    assert visit_rules.is_shown("scheduled", day, now, zone) == visit_rules.is_upcoming(day, now, zone)


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (date(2026, 1, 15), time(9), datetime(2026, 1, 15, 15, tzinfo=UTC)),
        (date(2026, 7, 15), time(9), datetime(2026, 7, 15, 14, tzinfo=UTC)),
        # The night on which the clocks go back: half past one comes twice, and the first is meant.
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_a_window_is_by_the_sites_clocks(day: date, clock: time, expected: datetime) -> None:
    assert visit_rules.moment(day, clock, "America/Chicago") == expected


def test_a_visit_without_a_window_begins_with_its_day() -> None:
    assert visit_rules.begins_at(date(2026, 7, 15), None, "America/Chicago") == datetime(2026, 7, 15, 5, tzinfo=UTC)


@given(starts=st.times(), ends=st.times())
def test_a_window_ends_after_it_starts(starts: time, ends: time) -> None:
    window = VisitWindow(starts=starts, ends=ends)
    if starts < ends:
        visit_rules.check_window(window)
        return
    with pytest.raises(DomainError):
        visit_rules.check_window(window)


def test_customers_are_told_the_afternoon_before_by_the_sites_clocks() -> None:
    now = datetime(2026, 10, 31, tzinfo=UTC)
    told = visit_rules.reminder(date(2026, 11, 2), "America/Chicago", now)
    assert told == datetime(2026, 11, 1, 21, tzinfo=UTC)


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), zone=ZONES, now=MOMENTS)
def test_a_reminder_comes_before_its_visit_or_not_at_all(day: date, zone: str, now: datetime) -> None:
    told = visit_rules.reminder(day, zone, now)
    assert told is None or now < told < visit_rules.begins_at(day, None, zone)
