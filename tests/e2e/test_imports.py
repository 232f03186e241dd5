"""A file of customers goes through the office: sent, looked at row by row, mended, imported, and taken out again."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.visitor import NARROW, WIDE, is_fit

ADMIN = "admin@evergreen.test"
SOON = 30_000


def file_of(prefix: str, rows: int, bad: tuple[int, ...] = ()) -> bytes:
    """Customers; in the bad rows the ZIP code is none."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["External ID", "Name", "Branch", "Line1", "City", "State", "ZIP", "Colour"])
    for number in range(2, rows + 2):
        code = "none" if number in bad else "78701"
        row = [
            f"{prefix}-{number}",
            f"={prefix} {number}",
            "evergreen-austin",
            "1 Lake Way",
            "Austin",
            "TX",
            code,
            "red",
        ]
        writer.writerow(row)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_file_is_checked_mended_and_imported(visit: Visit, width: int) -> None:
    prefix = f"Imported{width}"
    admin = visit(ADMIN, portal="office", width=width)
    admin.open("/imports")
    is_fit(admin)
    admin.page.get_by_label("What the file holds").select_option("customers")
    file = {"name": "from excel.csv", "mimeType": "text/csv", "buffer": file_of(prefix, 20, bad=(5, 9))}
    admin.page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
    admin.press("Check the file")

    # The page goes on by itself.
    expect(admin.heading()).to_have_text("from excel.csv")
    expect(admin.main()).to_contain_text("2 rows have problems", timeout=SOON)
    expect(admin.main()).to_contain_text("These columns are not known, and left out: Colour.")
    expect(admin.main().get_by_role("row")).to_have_count(3)
    expect(admin.main().get_by_role("row").nth(1)).to_contain_text(
        re.compile(r"Row 5.*zip.*none.*Write a ZIP code", re.S)
    )
    is_fit(admin)

    admin.press("Import 18 rows")
    expect(admin.main()).to_contain_text("Imported", timeout=SOON)
    expect(admin.main()).to_contain_text("18 rows, confirmed by", timeout=SOON)
    is_fit(admin)
    mend = admin.download(f"{admin.page.url.rpartition('/office')[2].partition('?')[0]}/problems.csv")
    assert [row["external_id"] for row in csv.DictReader(io.StringIO(mend.decode("utf-8-sig")))] == [
        f"{prefix}-5",
        f"{prefix}-9",
    ]

    admin.open(f"/customers?search=%3D{prefix}")
    expect(admin.main()).to_contain_text(f"={prefix} 2")
    taken = admin.download(admin.main().get_by_role("link", name="Download customers").get_attribute("href")[7:])  # type: ignore[index]
    rows = list(csv.DictReader(io.StringIO(taken.decode("utf-8-sig"))))
    assert len(rows) == 18
    assert all(row["name"].startswith(f"'={prefix}") for row in rows)


def test_an_import_goes_without_a_script(visit: Visit) -> None:
    admin = visit(ADMIN, portal="office")
    admin.page.route(re.compile(r"\.js"), lambda route: route.abort())
    admin.open("/imports")
    admin.page.get_by_label("What the file holds").select_option("customers")
    file = {"name": "plain.csv", "mimeType": "text/csv", "buffer": file_of("Plain", 2)}
    admin.page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
    admin.press("Check the file")
    for _ in range(100):
        if admin.page.get_by_role("button", name="Cancel the import").count() and "Every row is good" in (
            admin.main().inner_text()
        ):
            break
        admin.page.reload()
    admin.press("Cancel the import")
    expect(admin.main()).to_contain_text("The import is cancelled. Nothing was imported.")
