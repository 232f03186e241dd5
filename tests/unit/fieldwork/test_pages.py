"""Cursors of lists."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import DomainError
from services.fieldwork import pages


@given(at=st.datetimes(timezones=st.just(UTC)), row_id=st.uuids())
def test_a_cursor_stands_for_the_position_it_was_made_of(at: datetime, row_id: UUID) -> None:
    assert pages.position(pages.cursor_after(at, row_id)) == (at, row_id)


@given(text=st.text())
def test_any_other_text_is_refused_and_nothing_worse(text: str) -> None:
    with pytest.raises(DomainError, match="cursor"):
        pages.position(text)


def test_a_position_without_a_time_zone_is_refused() -> None:
    with pytest.raises(DomainError, match="cursor"):
        pages.position(pages.cursor_after(datetime(2026, 5, 1), UUID(int=1)))  # noqa: DTZ001
