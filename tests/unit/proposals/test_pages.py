"""Cursors come back as the position that they were made from, and nothing else passes for one."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import DomainError
from services.proposals import pages


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_is_the_position_it_was_made_from(listed_at: datetime, proposal_id: UUID) -> None:
    assert pages.position(pages.cursor_after(listed_at, proposal_id)) == (listed_at, proposal_id)


@pytest.mark.parametrize("cursor", ["", "x", "nonsense", "é", "MjAyNi0xMS0yMSAx", "=" * 99])
def test_what_is_no_cursor_is_invalid(cursor: str) -> None:
    with pytest.raises(DomainError) as refused:
        pages.position(cursor)
    assert refused.value.details["field"] == "cursor"


def test_a_moment_without_a_zone_is_no_position() -> None:
    with pytest.raises(DomainError):
        pages.position(pages.cursor_after(datetime(2026, 11, 21), uuid4()))  # noqa: DTZ001


@given(st.text())
def test_no_text_breaks_the_reading_of_cursors(cursor: str) -> None:
    try:
        pages.position(cursor)
    except DomainError as refused:
        assert refused.code == "invalid"
