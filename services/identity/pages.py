"""Reads lists page by page, in the order of names; a cursor says after which row the next page begins."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Select, literal, tuple_

from services.chassis.work import Work
from services.contracts.errors import invalid
from services.contracts.messages import Page
from services.identity.models import Branch, Contact, Customer, Property, StaffMember

Listed = Branch | StaffMember | Customer | Property | Contact
"""What can be listed: each has an index on (company_id, name, id)."""


class ListQuery(Protocol):
    """A query that asks for one page."""

    @property
    def cursor(self) -> str | None: ...

    @property
    def limit(self) -> int: ...


Item = TypeVar("Item")


def read(
    work: Work, query: ListQuery, listed: type[Listed], statement: Select[*tuple[Any, ...]], view: Callable[..., Item]
) -> Page[Item]:
    """One page of the statement's rows; the first column of each is the listed entity, `view` takes all."""
    key = tuple_(listed.name, listed.id)
    statement = statement.where(listed.company_id == work.company_id).order_by(listed.name, listed.id)
    if query.cursor is not None:
        name, row_id = decode(query.cursor)
        statement = statement.where(key > tuple_(literal(name), literal(row_id)))
    rows = work.session.execute(statement.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    last = shown[-1][0] if len(rows) > query.limit else None
    items = [view(*row) for row in shown]
    return Page(items=items, next_cursor=encode(last.name, last.id) if last else None)


def encode(name: str, row_id: UUID) -> str:
    """A cursor that stands after this row."""
    return base64.urlsafe_b64encode(orjson.dumps([name, row_id])).decode()


def decode(cursor: str) -> tuple[str, UUID]:
    """The row that the cursor stands after; one that this module did not make is refused."""
    try:
        name, row_id = orjson.loads(base64.urlsafe_b64decode(cursor))
        # PostgreSQL has no text with a NUL in it.
        if not isinstance(name, str) or "\0" in name:
            raise TypeError
        return name, UUID(row_id)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise invalid("This is not a cursor of this list.", field="cursor") from None
