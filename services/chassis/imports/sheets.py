"""Reads a CSV file as spreadsheets write them, or says in plain words why it cannot be read; pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError

from services.contracts.imports import MOST_BYTES, MOST_ROWS, PROBLEMS_COLUMN, ImportProblem

MOST_COLUMNS = 100
LONGEST_CELL = 10_000
LONGEST_HEADER = 20_000
"""Characters of the first line that are looked at for what divides it."""
MOST_LINES = 4 * MOST_ROWS
"""Rows and blank rows: nothing else runs in the process while blank ones are read over."""
_SHOWN = 100
"""Characters of a column's name that nobody knows."""
_DELIMITERS = (",", ";", "\t")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_FORMULA = ("'=", "'+", "'-", "'@")
_SAVE_AS = "In your spreadsheet choose “Save as”, then “CSV UTF-8”."

csv.field_size_limit(LONGEST_CELL)


class Unreadable(Exception):
    """The file as a whole cannot be imported; the sentence says why."""


@dataclass(frozen=True)
class SheetRow:
    """A row under its number, where the header is row 1; empty cells are left out."""

    row: int
    values: dict[str, str]
    problems: list[ImportProblem] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What a file holds: its rows as they are read, and the columns that nobody knows."""

    unknown: list[str]
    rows: Iterator[SheetRow]


def read(content: bytes, model: type[BaseModel]) -> Sheet:
    """The sheet; raises Unreadable now, or at the row where its text breaks off."""
    text = _decoded(content)
    declared = re.match(r"sep=([,;\t])\r?\n", text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1] if declared else _delimiter(text, model.model_fields)
    records = _records(text, delimiter, first=2 if declared else 1)
    _, head = next(records, (1, []))
    if any(head[MOST_COLUMNS:]):
        raise Unreadable(f"A file has at most {MOST_COLUMNS} columns.")
    names = [_name(cell) for cell in head[:MOST_COLUMNS]]
    while names and not names[-1]:
        names.pop()
    _check_header(names, model)
    known = [name if name in model.model_fields else "" for name in names]
    unknown = [
        cell.strip()[:_SHOWN] for cell, name in zip(head, names, strict=False) if name and _is_unknown(name, model)
    ]
    return Sheet(unknown, _rows(records, known))


def cells(model: type[BaseModel], values: Mapping[str, str]) -> BaseModel | list[ImportProblem]:
    """The row, or all that is wrong with its cells: for each column what belongs there."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["type"] for each in error.errors(include_input=False, include_url=False)}
        return [ImportProblem(column=name, message=_sentence(model, name, kind)) for name, kind in wrong.items()]


def _sentence(model: type[BaseModel], name: str, kind: str) -> str:
    says = model.model_fields[name].description or "This cannot be read."
    return f"This is empty. {says}" if kind == "missing" else says


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise Unreadable("The file is empty.")
    if len(content) > MOST_BYTES:
        raise Unreadable(f"A file has at most {MOST_BYTES // 1_000_000} MB.")
    if content.startswith(b"PK"):
        raise Unreadable(f"This is a workbook or an archive, not a CSV file. {_SAVE_AS}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"This file's text is UTF-16, not UTF-8. {_SAVE_AS}")
    if _BINARY.search(content):
        raise Unreadable(f"This is not a text file. {_SAVE_AS}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"Line {line} of this file is not UTF-8; it may be Latin-1. {_SAVE_AS}") from None


def _delimiter(text: str, columns: Iterable[str]) -> str:
    """Whatever divides the first line into most of the columns."""
    line, known = text[:LONGEST_HEADER].partition("\n")[0], set(columns)
    found = {each: len(known & {_name(cell.strip('"')) for cell in line.split(each)}) for each in _DELIMITERS}
    return max(_DELIMITERS, key=lambda each: found[each])


def _name(cell: str) -> str:
    """A column's name, however its words are written."""
    return re.sub(r"[\s_-]+", "_", cell.replace("\xa0", " ").strip().casefold())


def _is_unknown(name: str, model: type[BaseModel]) -> bool:
    return name not in model.model_fields and name != PROBLEMS_COLUMN


def _check_header(names: Sequence[str], model: type[BaseModel]) -> None:
    twice = sorted({name for name in names if name in model.model_fields and names.count(name) > 1})
    if twice:
        raise Unreadable(f"These columns are there twice: {', '.join(twice)}.")
    required = [name for name, each in model.model_fields.items() if each.is_required()]
    missing = [name for name in required if name not in names]
    if missing:
        raise Unreadable(f"The first row must name the columns. These are missing: {', '.join(missing)}.")


def _records(text: str, delimiter: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers; what is quoted may go on over lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = first
    try:
        for record in reader:
            yield number, record
            number += 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise Unreadable(
                f"Row {number} has a cell of more than {LONGEST_CELL:,} characters; a quotation mark may not be closed."
            ) from None
        raise Unreadable(f"The quotation marks in row {number} do not match.") from None


def _rows(records: Iterator[tuple[int, list[str]]], known: Sequence[str]) -> Iterator[SheetRow]:
    """The rows that are not blank; `known` names the columns, with nothing for one that is read over."""
    count = 0
    for number, record in records:
        is_blank = _is_blank(record)
        count += not is_blank
        if count > MOST_ROWS or number > MOST_LINES:
            raise Unreadable(f"A file has at most {MOST_ROWS:,} rows. Divide it into several.")
        if is_blank:
            continue
        cleaned = zip(known, map(_clean, record), strict=False)
        yield SheetRow(number, {name: cell for name, cell in cleaned if name and cell}, _beyond(record[len(known) :]))
    if not count:
        raise Unreadable("There is nothing under the header.")


def _is_blank(cells: Iterable[str]) -> bool:
    return not any(map(str.strip, cells))


def _beyond(cells: Sequence[str]) -> list[ImportProblem]:
    if _is_blank(cells):
        return []
    message = "This row has more cells than there are columns; a comma in a text needs quotation marks around it."
    return [ImportProblem(column="", message=message)]


def _clean(cell: str) -> str:
    """The cell without the space around it, and without the mark that kept it from being a formula."""
    text = cell.replace("\xa0", " ").strip()
    return text[1:] if text.startswith(_FORMULA) else text
