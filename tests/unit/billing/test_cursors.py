"""Cursors lead back to where they came from, and only there."""

from datetime import UTC, date, datetime

import pytest

from services.billing import cursors
from services.contracts.errors import DomainError
from services.contracts.messages import new_id


def test_a_cursor_reads_as_it_was_written() -> None:
    row_id, moment = new_id(), datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC)
    assert cursors.decode_date(cursors.encode(date(2026, 11, 21), row_id)) == (date(2026, 11, 21), row_id)
    assert cursors.decode_time(cursors.encode(moment, row_id)) == (moment, row_id)


@pytest.mark.parametrize("cursor", ["", "!", "é", "bm90aGluZw==", "MjAyNi0wMS0wMSBub3QtYS11dWlk", "////"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    for decode in (cursors.decode_date, cursors.decode_time):
        with pytest.raises(DomainError):
            decode(cursor)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(DomainError):
        cursors.decode_time(cursors.encode(datetime(2026, 11, 21), new_id()))  # noqa: DTZ001
