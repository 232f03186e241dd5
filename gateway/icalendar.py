"""Writes calendars as RFC 5545 has them; every moment is in UTC, and whole days have none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST_LINE = 75
"""Octets of a line without its end."""


@dataclass(frozen=True)
class Entry:
    """Something in a calendar; one that starts on a `date` takes that whole day."""

    uid: str
    starts: datetime | date
    ends: datetime | None
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""


def written(name: str, time_zone: str, entries: Iterable[Entry], now: datetime) -> str:
    """The calendar; `time_zone` is what a program shows it in that has no idea of its own."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Portico//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{time_zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
    ]
    for entry in entries:
        lines += _event(entry, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_moment(now)}"
    yield from _when(entry)
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.location:
        yield f"LOCATION:{_text(entry.location)}"
    if entry.description:
        yield f"DESCRIPTION:{_text(entry.description)}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _when(entry: Entry) -> Iterator[str]:
    if isinstance(entry.starts, datetime):
        yield f"DTSTART:{_moment(entry.starts)}"
        if entry.ends:
            yield f"DTEND:{_moment(entry.ends)}"
        return
    yield f"DTSTART;VALUE=DATE:{entry.starts:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.starts + timedelta(days=1):%Y%m%d}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text with what means something in a calendar escaped, and without what no line may hold."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join("".join(each for each in line if each >= " " and each != "\x7f") for line in lines)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never within a character; all but the first begin with a space."""
    piece = ""
    room = _LONGEST_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            yield piece
            piece, room = " ", _LONGEST_LINE - 1
        piece += character
        room -= size
    yield piece
