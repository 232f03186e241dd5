"""Sends a list as a CSV file: one page of it is in memory at a time, however long it is."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi.responses import StreamingResponse

from gateway.auth import Caller
from gateway.exports.columns import Column, cell
from gateway.paging import LARGEST_PAGE
from gateway.spreadsheets import MARK, lines
from services.contracts.messages import Ask, Page

CSV_TYPE = "text/csv; charset=utf-8"


async def csv_of(caller: Caller, name: str, query: Ask[Page[Any]], columns: Sequence[Column]) -> StreamingResponse:
    """The whole list; raises what its first page raises, before anything is sent.

    Where a later page cannot be had the connection breaks off, so that nobody takes a part for the whole.
    """
    query = query.model_copy(update={"limit": LARGEST_PAGE})
    first = await caller.ask(query)
    return sent(name, _pages(caller, query, first, columns))


def sent(name: str, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """A file to download, dated today."""
    disposition = f'attachment; filename="{name}-{datetime.now(UTC):%Y-%m-%d}.csv"'
    return StreamingResponse(pieces, media_type=CSV_TYPE, headers={"content-disposition": disposition})


async def _pages(
    caller: Caller, query: Ask[Page[Any]], page: Page[Any], columns: Sequence[Column]
) -> AsyncIterator[bytes]:
    yield MARK + lines([[header for header, _ in columns]])
    while True:
        yield lines([cell(read(item)) for _, read in columns] for item in page.items)
        if page.next_cursor is None:
            return
        # Who has lost the right to the list meanwhile gets no more of it.
        caller = Caller(await caller.principals.of(caller.token), caller.token, caller.bus, caller.principals)
        page = await caller.ask(query.model_copy(update={"cursor": page.next_cursor}))
