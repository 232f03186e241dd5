"""Documents on their way to a browser."""

from pathlib import Path

import httpx
import obstore
import pytest
from fastapi import FastAPI
from obstore.store import LocalStore

from gateway import files
from services.contracts.billing.invoices import GetInvoicePdf
from services.contracts.errors import forbidden
from services.contracts.files import FileView
from tests.gateway import world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

PATH = f"/api/v1/invoices/{world.id_of('invoice 1')}/pdf"
CONTENT = b"%PDF-1.7 " + bytes(700_000)


def kept(store: LocalStore, name: str = "INV-2026-00001.pdf", content_type: str = "application/pdf") -> FileView:
    obstore.put(store, "company/invoice.pdf", CONTENT)
    return FileView(key="company/invoice.pdf", name=name, content_type=content_type, size=len(CONTENT), sha256="0" * 64)


async def test_a_pdf_is_shown_in_the_window(app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetInvoicePdf, kept(app.state.files))
    answer = await priya.get(PATH)
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["content-disposition"] == 'inline; filename="INV-2026-00001.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_name_cannot_break_out_of_its_header(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetInvoicePdf, kept(app.state.files, 'a"; x=\r\nSet-Cookie: b=c\u2028é.pdf'))
    disposition = (await priya.get(PATH)).headers["content-disposition"]
    own = "a-x-Set-Cookie-b-c-%C3%A9.pdf"
    assert disposition == f"""inline; filename="a-x-Set-Cookie-b-c-.pdf"; filename*=UTF-8''{own}"""


async def test_what_a_browser_might_run_is_downloaded_in_a_sandbox(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetInvoicePdf, kept(app.state.files, "page.html", "text/html"))
    answer = await priya.get(PATH)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].endswith("sandbox")


async def test_a_file_that_is_not_there_is_a_bug(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetInvoicePdf, kept(app.state.files).model_copy(update={"key": "elsewhere.pdf"}))
    assert (await priya.get(PATH)).status_code == 500


async def test_the_owner_check_of_a_document_is_its_services(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetInvoicePdf, forbidden())
    assert (await priya.get(PATH)).status_code == 403


async def test_a_key_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"secret")
    (tmp_path / "files").mkdir()
    store = files.store((tmp_path / "files").as_uri())
    view = FileView(key="../outside", name="x", content_type="text/plain", size=1, sha256="0" * 64)
    with pytest.raises(Exception, match=r"(?i)path|found"):
        await files.send(store, view, inline=True)
