"""Imports of CSV files, whichever service keeps the rows: what there is to import, and how an import stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.contracts.imports.rows import ContactRow, CustomerRow, InvoiceRow, PolicyRow, PropertyRow
from services.contracts.messages import View
from services.contracts.principals import Scope

ImportKind = Literal["customers", "properties", "contacts", "invoices", "policies"]
ImportState = Literal["reading", "checking", "checked", "applying", "done", "refused", "cancelled"]
"""`checked` waits for somebody to confirm it; `refused` is a file that cannot be imported at all."""

ROWS: Mapping[ImportKind, type[BaseModel]] = {
    "customers": CustomerRow,
    "properties": PropertyRow,
    "contacts": ContactRow,
    "invoices": InvoiceRow,
    "policies": PolicyRow,
}
"""A row of each kind's file: its columns are the fields, and what a field must be is its description."""

SCOPES: Mapping[ImportKind, Scope] = {
    "customers": "customers.write",
    "properties": "customers.write",
    "contacts": "customers.write",
    "invoices": "invoices.write",
    "policies": "programs.write",
}
"""What whoever imports may do in the office."""

MOST_BYTES = 20_000_000
MOST_ROWS = 50_000
PROBLEMS_COLUMN = "problems"
"""Of the file of bad rows that is given back; it is read over when the file comes again."""


class ImportView(View):
    """`checked` of the `rows` are looked at, `applied` are written; the rest counts what was found."""

    id: UUID
    kind: ImportKind
    state: ImportState
    file_name: str
    created_at: datetime
    created_by: str
    rows: int = 0
    checked: int = 0
    applied: int = 0
    bad: int = 0
    """Rows with a problem."""
    creates: int = 0
    """Rows that make something new."""
    changes: int = 0
    same: int = 0
    """Rows that leave things as they are."""
    unknown_columns: list[str] = []
    good_only: bool = False
    """Whether the bad rows were left out, by somebody's choice."""
    stopped_because: str | None = None
    """A sentence, where the file was refused or an import was stopped; nothing of it was imported then."""
    confirmed_by: str | None = None
    finished_at: datetime | None = None
    version: int = 1


class ImportProblem(View):
    """What is wrong in one cell; without a column it concerns the row."""

    column: str
    message: str


class BadRow(View):
    """A row that cannot be imported, as it stands in the file; the header is row 1."""

    row: int
    values: dict[str, str]
    problems: list[ImportProblem]
