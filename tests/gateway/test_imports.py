"""Imports in the API and in the office: files sent, looked at, confirmed, and given back to be mended."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import obstore
import pytest
from fastapi import FastAPI

from services.contracts.billing import imports as billing
from services.contracts.errors import not_found
from services.contracts.files import FileView
from services.contracts.identity import imports as identity
from services.contracts.imports import BadRow, ImportProblem, ImportView
from services.contracts.messages import Page
from tests.gateway import office_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CHECKED = ImportView(
    id=id_of("an import"),
    kind="customers",
    state="checked",
    file_name="customers.csv",
    created_at=NOW,
    created_by="Rosa Diaz",
    rows=1200,
    checked=1200,
    bad=2,
    creates=1198,
    unknown_columns=["Colour"],
)
BAD = BadRow(
    row=7,
    values={"external_id": "C-7", "name": "=1+1", "zip": "787"},
    problems=[ImportProblem(column="zip", message="Write a ZIP code such as 78701 or 78701-1234.")],
)
ADDRESS = "/office/imports"


@pytest.fixture
async def desk(ada: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """An administrator's browser; identity has one import, billing none."""
    for service in (identity, billing):
        neighbours.answer(service.GetImport, not_found())
        neighbours.answer(service.ListImports, Page[ImportView](items=[]))
    show(neighbours, CHECKED)
    neighbours.answer(identity.ListImports, Page[ImportView](items=[CHECKED]))
    neighbours.answer(identity.ListBadRows, Page[BadRow](items=[BAD]))
    return ada


def show(neighbours: Neighbours, found: ImportView) -> None:
    """From now on the import stands so."""
    for message in (identity.GetImport, identity.StartImport, identity.ConfirmImport, identity.CancelImport):
        neighbours.answer(message, found)


async def test_a_file_goes_to_the_store_and_not_over_the_bus(
    desk: httpx.AsyncClient, neighbours: Neighbours, app: FastAPI
) -> None:
    content = b"external_id,name\n" + b"C-1,Lakeside\n" * 1000
    answer = await desk.post(ADDRESS, data=fields(kind="customers"), files={"file": ("../rows.CSV", content, "x/y")})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ADDRESS}/{CHECKED.id}?said=import-started"
    told = neighbours.last(identity.StartImport)
    file = FileView.model_validate(told["file"])
    assert (told["kind"], file.name, file.size) == ("customers", "rows.csv", len(content))
    assert file.key.startswith(f"identity/{office_world.ADA.company_id}/imports/")
    assert bytes(obstore.get(app.state.files, file.key).bytes()) == content


@pytest.mark.parametrize(
    ("typed", "files", "says"),
    [
        ({"kind": "customers"}, {}, "Choose a file."),
        ({"kind": "everything"}, {"file": ("a.csv", b"a")}, "Choose what the file holds."),
        ({"kind": "customers"}, {"file": ("a.csv", b"")}, "This file is empty."),
        ({"kind": "customers"}, {"file": ("a.csv", b"a" * 20_000_001)}, "A file has at most 20 MB."),
    ],
)
async def test_what_cannot_be_sent_is_said_beside_its_field(
    desk: httpx.AsyncClient, typed: dict[str, str], files: dict[str, Any], says: str
) -> None:
    # A browser sends an empty part where no file was chosen, and so every form of this page is multipart.
    answer = await desk.post(ADDRESS, data=fields(**typed), files=files or {"file": ("", b"")})
    assert answer.status_code in (413, 422)
    assert says in answer.text


async def test_a_form_of_another_session_sends_nothing(desk: httpx.AsyncClient, neighbours: Neighbours) -> None:
    data = {**fields(kind="customers"), "csrf_token": "another"}
    answer = await desk.post(ADDRESS, data=data, files={"file": ("a.csv", b"a")})
    assert answer.status_code == 403
    assert neighbours.calls(identity.StartImport) == []


async def test_the_page_lists_every_problem_and_what_would_be_done(desk: httpx.AsyncClient) -> None:
    text = (await desk.get(f"{ADDRESS}/{CHECKED.id}")).text
    for word in ("Row 7", "787", "Write a ZIP code", "1,200", "1,198", "Colour", "Import 1,198 rows", "2 rows have"):
        assert word in text
    assert 'name="rows" value="good"' in text


async def test_progress_is_shown_without_a_script(desk: httpx.AsyncClient, neighbours: Neighbours) -> None:
    show(neighbours, CHECKED.model_copy(update={"state": "applying", "applied": 500}))
    text = (await desk.get(f"{ADDRESS}/{CHECKED.id}")).text
    assert "500 of 1,200 rows imported" in text
    assert '<progress id="done" max="1200" value="500">' in text


async def test_the_good_rows_alone_are_a_choice(desk: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await desk.post(f"{ADDRESS}/{CHECKED.id}/confirm", data=fields(rows="good"))
    assert answer.headers["location"] == f"{ADDRESS}/{CHECKED.id}?said=import-confirmed"
    assert neighbours.last(identity.ConfirmImport)["good_only"] is True
    await desk.post(f"{ADDRESS}/{CHECKED.id}/confirm", data={**fields(rows="all"), "message_id": "another"})
    assert neighbours.last(identity.ConfirmImport)["good_only"] is False


async def test_the_bad_rows_come_back_as_a_file_without_formulas(desk: httpx.AsyncClient) -> None:
    answer = await desk.get(f"{ADDRESS}/{CHECKED.id}/problems.csv")
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("external_id,name,line1")
    assert head.endswith(",problems")
    assert row.startswith("C-7,'=1+1,")
    assert row.endswith("zip: Write a ZIP code such as 78701 or 78701-1234.")


async def test_a_template_has_every_column_and_an_example(desk: httpx.AsyncClient) -> None:
    head, row = (await desk.get(f"{ADDRESS}/template.csv?kind=invoices")).content.decode("utf-8-sig").splitlines()
    assert head.startswith("external_id,customer,property,service")
    assert len(row.split(",")) == len(head.split(","))


async def test_the_newest_of_both_services_are_listed_together(desk: httpx.AsyncClient, neighbours: Neighbours) -> None:
    def listed(service: Any, kind: str, first: int) -> None:
        def answer(message: dict[str, Any]) -> Page[ImportView]:
            before = datetime.fromisoformat(message["before"]) if message["before"] else None
            moments = [NOW - timedelta(minutes=each) for each in range(first, 10, 2)]
            items = [
                CHECKED.model_copy(update={"kind": kind, "created_at": each, "id": UUID(int=each.minute)})
                for each in moments
                if before is None or each < before
            ]
            shown = items[: message["limit"]]
            return Page(items=shown, next_cursor="more" if len(items) > len(shown) else None)

        neighbours.answer(service.ListImports, answer)

    listed(identity, "customers", 0)
    listed(billing, "invoices", 1)
    desk.headers["authorization"] = f"Bearer {office_world.TOKEN}"
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "4", **({"cursor": cursor} if cursor else {})}
        page = (await desk.get("/api/v1/office/imports", params=params)).json()
        seen += [each["created_at"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 10
    assert seen == sorted(set(seen), reverse=True)


async def test_the_api_takes_a_file_and_tells_its_problems(desk: httpx.AsyncClient, neighbours: Neighbours) -> None:
    desk.headers["authorization"] = f"Bearer {office_world.TOKEN}"
    sent = {"file": ("rows.csv", b"a,b\n1,2\n", "text/csv")}
    made = await desk.post("/api/v1/office/imports", data={"kind": "customers"}, files=sent)
    assert made.status_code == 201
    assert made.json()["state"] == "checked"
    problems = await desk.get(f"/api/v1/office/imports/{CHECKED.id}/problems")
    assert problems.json()["items"][0]["problems"][0]["column"] == "zip"
    for path in (f"/api/v1/office/imports/{CHECKED.id}/problems", f"{ADDRESS}/{CHECKED.id}"):
        assert (await desk.get(path, params={"cursor": "9" * 20})).status_code == 422
    confirmed = await desk.post(f"/api/v1/office/imports/{CHECKED.id}/confirm", json={"good_only": True})
    assert confirmed.status_code == 200
    refused = await desk.post("/api/v1/office/imports", data={"kind": "people"}, files=sent)
    assert refused.status_code == 422
    assert (await desk.get(f"/api/v1/office/imports/{id_of('none')}")).status_code == 200
    neighbours.answer(identity.GetImport, not_found())
    assert (await desk.get(f"/api/v1/office/imports/{id_of('none')}")).status_code == 404
