"""Lists: one page as it is asked for, or all pages where an answer needs them."""

from typing import Annotated, TypeVar

from fastapi import Query

from gateway.auth import Caller
from services.contracts.messages import Ask, Page

Item = TypeVar("Item")

LARGEST_PAGE = 100

Cursor = Annotated[str | None, Query(min_length=1, max_length=1000, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many items a page holds.")]


async def every(caller: Caller, query: Ask[Page[Item]]) -> list[Item]:
    """The items of all pages of a list."""
    items: list[Item] = []
    cursor: str | None = None
    while True:
        page = await caller.ask(query.model_copy(update={"cursor": cursor, "limit": LARGEST_PAGE}))
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items
