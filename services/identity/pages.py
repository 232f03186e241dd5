"""Reads lists page by page, in the order of names; a cursor says after which row the next page begins."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, literal, tuple_

from services.chassis import cursors
from services.chassis.work import Work
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
        name, row_id = cursors.position(query.cursor, str)
        statement = statement.where(key > tuple_(literal(name), literal(row_id)))
    rows = work.session.execute(statement.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    last = shown[-1][0] if len(rows) > query.limit else None
    items = [view(*row) for row in shown]
    return Page(items=items, next_cursor=cursors.after(last.name, last.id) if last else None)
