"""Reads lists page by page, by name or the newest first; a cursor says after which row the next page begins.

Order and search do not mind a name's case: both go by the folded name, which each listed table has in an index.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.messages import Page
from services.identity.access_models import Role
from services.identity.models import Branch, Contact, Customer, Property, StaffMember

Listed = Branch | StaffMember | Customer | Property | Contact | Role
"""What can be listed: each has an index on (company_id, folded_name, id)."""


class ListQuery(Protocol):
    """A query that asks for one page."""

    @property
    def cursor(self) -> str | None: ...

    @property
    def limit(self) -> int: ...


Item = TypeVar("Item")


def begins(column: InstrumentedAttribute[str], search: str) -> ColumnElement[bool]:
    """Whether a text that is in lower case begins so; all do where nothing is searched for.

    Not LIKE: of that PostgreSQL does not know that it tells nothing of rows that the policy hides, so no index
    would serve it.
    """
    return column.bool_op("^@")(search.lower())


def read(
    work: Work, query: ListQuery, listed: type[Listed], statement: Select[*tuple[Any, ...]], view: Callable[..., Item]
) -> Page[Item]:
    """One page of the statement's rows; the first column of each is the listed entity, `view` takes all."""
    key = tuple_(listed.folded_name, listed.id)
    statement = statement.where(listed.company_id == work.company_id).order_by(listed.folded_name, listed.id)
    if query.cursor is not None:
        last_name, last_id = cursors.position(query.cursor, str)
        statement = statement.where(key > tuple_(literal(last_name), literal(last_id)))
    rows = work.session.execute(statement.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    items = [view(*row) for row in shown]
    last = shown[-1][0] if len(rows) > query.limit else None
    return Page(items=items, next_cursor=cursors.after(last.folded_name, last.id) if last else None)


def read_newest(
    work: Work,
    query: ListQuery,
    statement: Select[*tuple[Any, ...]],
    moment: InstrumentedAttribute[datetime],
    row_id: InstrumentedAttribute[UUID],
    view: Callable[..., Item],
) -> Page[Item]:
    """One page of the statement's rows, the latest moment first; `view` takes all columns of a row."""
    statement = statement.add_columns(moment, row_id).order_by(moment.desc(), row_id.desc())
    if query.cursor is not None:
        last_moment, last_id = cursors.position(query.cursor, datetime)
        statement = statement.where(tuple_(moment, row_id) < tuple_(literal(last_moment), literal(last_id)))
    rows = work.session.execute(statement.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    items = [view(*row[:-2]) for row in shown]
    last = shown[-1] if len(rows) > query.limit else None
    return Page(items=items, next_cursor=cursors.after(last[-2], last[-1]) if last else None)
