"""Finds and adds rows with the refusals that a caller understands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import psycopg2
from sqlalchemy.exc import IntegrityError

from services.chassis.tables import Base
from services.chassis.work import Work
from services.contracts.errors import DomainError, not_found

Row = TypeVar("Row", bound=Base)


def found(work: Work, row_type: type[Row], row_id: UUID, *, field: str | None = None, lock: bool = False) -> Row:
    """The company's row with this id; `field` names the message's field that it came in."""
    row = work.session.get(row_type, row_id, with_for_update=lock or None)
    if row is None:
        raise not_found(**({"field": field} if field else {}))
    return row


def add(work: Work, row: Base, **taken: DomainError) -> None:
    """Inserts the row now; where a unique constraint stands against it, raises the refusal under its name."""
    with refusing(work, **taken):
        work.session.add(row)


@contextmanager
def refusing(work: Work, **taken: DomainError) -> Iterator[None]:
    """Writes what is changed inside now; raises the refusal under the name of the constraint that stands against it."""
    try:
        with work.session.begin_nested():
            yield
    except IntegrityError as error:
        assert isinstance(error.orig, psycopg2.Error)
        refusal = taken.get(error.orig.diag.constraint_name or "")
        if refusal is None:
            raise
        raise refusal from None
