"""CSV files as people's spreadsheets write them: read, or refused with a word that helps."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.imports import sheets
from services.chassis.imports.sheets import Unreadable
from services.contracts.imports import MOST_BYTES, ROWS
from services.contracts.imports.rows import CustomerRow, InvoiceRow

HEAD = "external_id,name,line1,city,state,zip"
ROW = "C-1,Lakeside,1 Lake Way,Austin,TX,78701"


def read(text: str | bytes, **encoding: str) -> list[sheets.SheetRow]:
    """The rows of a file of customers."""
    content = text if isinstance(text, bytes) else text.encode(**encoding)
    return list(sheets.read(content, CustomerRow).rows)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{ROW}",
        f"{HEAD}\r\n{ROW}\r\n",
        f"\ufeff{HEAD}\n{ROW}\n",
        f"{HEAD}\n{ROW}".replace(",", ";"),
        f"sep=;\n{HEAD}\n{ROW}".replace(",", ";"),
        f"{HEAD}\n{ROW}".replace(",", "\t"),
        f"{HEAD.upper().replace('_', ' ')}\n{ROW}",
        f"{HEAD},,\n{ROW},,\n,,,,,,,\n",
        '"external_id","name","line1","city","state","zip"\n"C-1","Lakeside","1 Lake Way","Austin","TX","78701"',
    ],
)
def test_the_same_table_is_read_however_a_spreadsheet_writes_it(content: str) -> None:
    (row,) = read(content)
    assert row.values == dict(zip(HEAD.split(","), ROW.split(","), strict=True))


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    rows = read(f'{HEAD}\n{ROW}\n\n"C-2","Two\nlines",1 Way,Austin,TX,78701\n{ROW}')
    assert [row.row for row in rows] == [2, 4, 5]
    assert rows[1].values["name"] == "Two\nlines"


def test_a_row_with_more_cells_than_columns_has_a_problem() -> None:
    (row,) = read(f"{HEAD}\n{ROW},Suite 5")
    assert "more cells than there are columns" in row.problems[0].message


def test_columns_that_nobody_knows_are_named_and_read_over() -> None:
    sheet = sheets.read(f"{HEAD},Colour,problems\n{ROW},green,bad".encode(), CustomerRow)
    assert sheet.unknown == ["Colour"]
    assert sheets.read(f"{HEAD},{'x' * 9_000}\n{ROW}".encode(), CustomerRow).unknown == ["x" * 100]
    assert "colour" not in next(sheet.rows).values


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"PK\x03\x04xl/workbook.xml", "workbook"),
        (b"%PDF-1.7\x00", "not a text file"),
        (f"{HEAD}\n{ROW}".encode("utf-16"), "UTF-16"),
        (f"{HEAD}\nC-1,Caf".encode() + b"\xe9", "Line 2"),
        (f"{HEAD}\nC-1,a\x00b".encode(), "not a text file"),
        (HEAD.encode(), "nothing under the header"),
        (b"name,colour\nA,b", "missing: external_id, line1, city, state, zip"),
        (f"{HEAD},Name\n{ROW},A".encode(), "twice: name"),
        (f'{HEAD}\n"C-1,never closed'.encode(), "quotation marks in row 2"),
        (f"{HEAD}\n{'a' * 20_000}".encode(), "more than 10,000 characters"),
        (b"a" * (MOST_BYTES + 1), "at most 20 MB"),
        (f"{HEAD}\n{ROW}\n".encode() + f"{ROW}\n".encode() * 50_000, "at most 50,000 rows"),
        (",".join(f"c{n}" for n in range(200)).encode(), "at most 100 columns"),
        (f"{HEAD},{',' * 200}more\n{ROW}".encode(), "at most 100 columns"),
        (f"{HEAD}\n{ROW}".encode() + b"\n" * (sheets.MOST_LINES + 1), "at most 50,000 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(content)


def test_a_mark_that_kept_a_cell_from_being_a_formula_is_taken_off() -> None:
    (row,) = read(f"{HEAD}\nC-1,'=Lakeside,1 Lake Way,Austin,TX,78701")
    assert row.values["name"] == "=Lakeside"


cell = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


@given(st.lists(st.lists(cell, min_size=6, max_size=6), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_a_writer_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEAD.split(","), *rows])
    expected = [
        {name: cell for name, cell in zip(HEAD.split(","), map(sheets._clean, row), strict=True) if cell}
        for row in rows
    ]
    if any(expected):
        assert [row.values for row in read(out.getvalue())] == [each for each in expected if each]


@given(st.binary(max_size=500))
def test_any_bytes_are_rows_or_refused(content: bytes) -> None:
    try:
        read(content)
    except Unreadable as refusal:
        assert str(refusal).endswith((".", "”."))


def values(**cells: str) -> dict[str, str]:
    """An invoice's row."""
    return {"external_id": "I-1", "customer": "C-1", "service": "Mowing", "unit_price": "10", **cells}


@pytest.mark.parametrize(
    ("cell", "cents"), [("1234.5", 123_450), ("$1,234.50", 123_450), ("0.07", 7), ("-3", -300), ("1,000", 100_000)]
)
def test_amounts_are_read_to_the_cent(cell: str, cents: int) -> None:
    row = sheets.cells(InvoiceRow, values(unit_price=cell))
    assert isinstance(row, InvoiceRow)
    assert row.unit_price == cents


@pytest.mark.parametrize("cell", ["12,5", "1.234,50", "1e3", "ten", "1.234", "--1", "٣", "99999999999999"])
def test_what_is_no_amount_is_told_at_its_column(cell: str) -> None:
    (problem,) = problems(values(unit_price=cell))
    assert (problem.column, problem.message) == ("unit_price", "Write an amount such as 1234.50.")


@pytest.mark.parametrize("cell", ["2026-03-31", "3/31/2026", "03/31/2026"])
def test_days_are_read_as_written_or_as_an_american_spreadsheet_turns_them(cell: str) -> None:
    row = sheets.cells(InvoiceRow, values(due_on=cell))
    assert isinstance(row, InvoiceRow)
    assert row.due_on
    assert row.due_on.isoformat() == "2026-03-31"


@pytest.mark.parametrize("cell", ["31/3/2026", "2026-02-30", "soon", "45747"])
def test_what_is_no_day_is_told(cell: str) -> None:
    assert [each.column for each in problems(values(due_on=cell))] == ["due_on"]


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    found = problems({"customer": "C-1", "service": "x" * 300, "unit_price": "a", "quantity": "0"})
    assert sorted(each.column for each in found) == ["external_id", "quantity", "service", "unit_price"]
    assert next(each for each in found if each.column == "external_id").message.startswith("This is empty.")


def test_the_zeros_that_spreadsheets_take_from_a_zip_code_come_back() -> None:
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True)) | {"zip": "2138"}
    row = sheets.cells(CustomerRow, cells)
    assert isinstance(row, CustomerRow)
    assert row.zip == "02138"


def test_every_column_says_what_belongs_there_and_every_example_is_good() -> None:
    for model in ROWS.values():
        fields: dict[str, Any] = model.model_fields
        assert all(each.description.endswith(".") for each in fields.values())
        examples = {name: each.examples[0] for name, each in fields.items() if each.examples[0]}
        assert isinstance(sheets.cells(model, examples), model)


def problems(cells: dict[str, str]) -> list[Any]:
    """What is wrong with an invoice's row."""
    found = sheets.cells(InvoiceRow, cells)
    assert isinstance(found, list)
    return found
