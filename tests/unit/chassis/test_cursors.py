"""Cursors stand where they were made to stand, and nobody makes his own."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis import cursors
from services.contracts.errors import DomainError

names = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(names, some.uuids())
def test_a_cursor_stands_after_the_row_that_it_was_made_of(name: str, row_id: UUID) -> None:
    assert cursors.position(cursors.after(name, row_id), str) == (name, row_id)


@given(some.datetimes(timezones=some.just(UTC)), some.uuids())
def test_a_moment_and_a_day_come_back_as_they_were(moment: datetime, row_id: UUID) -> None:
    assert cursors.position(cursors.after(moment, row_id), datetime) == (moment, row_id)
    assert cursors.position(cursors.after(moment.date(), row_id), date) == (moment.date(), row_id)


@given(some.text())
def test_any_other_text_is_refused(cursor: str) -> None:
    for kind in (str, date, datetime):
        with pytest.raises(DomainError) as refused:
            cursors.position(cursor, kind)  # type: ignore[type-var]
        assert refused.value.code == "invalid"


@pytest.mark.parametrize("key", ["a\0b", 7, None, ["a"], {"a": 1}])
def test_a_key_that_the_database_would_choke_on_is_refused(key: object) -> None:
    forged = urlsafe_b64encode(orjson.dumps([key, UUID(int=7)])).decode()
    with pytest.raises(DomainError):
        cursors.position(forged, str)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_before_or_after_all_time_is_refused(moment: str) -> None:
    forged = urlsafe_b64encode(orjson.dumps([moment, UUID(int=7)])).decode()
    with pytest.raises(DomainError):
        cursors.position(forged, datetime)


def test_a_moment_in_a_zone_that_the_database_does_not_know_is_told_in_utc() -> None:
    forged = urlsafe_b64encode(orjson.dumps(["2026-11-21T23:00:00+23:00", UUID(int=7)])).decode()
    moment, _ = cursors.position(forged, datetime)
    assert moment.isoformat() == "2026-11-21T00:00:00+00:00"


def test_a_moment_without_a_zone_is_refused() -> None:
    forged = urlsafe_b64encode(orjson.dumps(["2026-11-21T12:00:00", UUID(int=7)])).decode()
    with pytest.raises(DomainError):
        cursors.position(forged, datetime)
