"""What is written as a calendar, another program reads."""

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from gateway.icalendar import Entry, written

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


def _read(*entries: Entry) -> list[icalendar.Event]:
    """The entries as an independent parser reads them; it raises where it is no calendar."""
    calendar = icalendar.Calendar.from_ical(written("Evergreen Austin", "America/Chicago", entries, NOW))
    assert str(calendar["NAME"]) == "Evergreen Austin"
    assert calendar.errors == []
    assert all(event.errors == [] for event in calendar.walk("VEVENT"))
    return [event for event in calendar.walk("VEVENT") if isinstance(event, icalendar.Event)]


def test_a_visit_with_a_window_has_its_moments_in_utc() -> None:
    starts = datetime(2026, 11, 24, 15, tzinfo=UTC)
    (event,) = _read(Entry("visit-1@portico", starts, starts + timedelta(hours=2), "Mowing", location="1 Lake Rd"))
    assert event.decoded("dtstart") == starts
    assert event.decoded("dtend") == starts + timedelta(hours=2)
    assert event.decoded("dtstamp") == NOW
    assert (str(event["uid"]), str(event["location"])) == ("visit-1@portico", "1 Lake Rd")


def test_a_due_date_takes_its_whole_day_and_no_time_zone() -> None:
    (event,) = _read(Entry("invoice-1@portico", date(2026, 12, 31), None, "Due"))
    assert event.decoded("dtstart") == date(2026, 12, 31)
    assert event.decoded("dtend") == date(2027, 1, 1)


@given(summary=TEXTS, description=st.lists(TEXTS, max_size=4))
def test_whatever_somebody_wrote_is_read_as_they_wrote_it(summary: str, description: list[str]) -> None:
    told = "\n".join(description)
    (event,) = _read(Entry("1@portico", date(2026, 12, 31), None, summary, description=told))
    assert str(event["summary"]) == summary
    assert str(event.get("description", "")) == told


@given(summary=TEXTS)
def test_no_line_is_longer_than_the_standard_allows(summary: str) -> None:
    text = written("Evergreen", "UTC", [Entry("1@portico", date(2026, 12, 31), None, summary)], NOW)
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75


def test_nobody_writes_a_line_of_their_own() -> None:
    (event,) = _read(Entry("1@portico", date(2026, 12, 31), None, "Mow\r\nATTENDEE:mailto:eve@evil.test\x07"))
    assert "attendee" not in event
    assert str(event["summary"]) == "Mow\nATTENDEE:mailto:eve@evil.test"


def test_a_calendar_of_nothing_is_one() -> None:
    assert _read() == []
