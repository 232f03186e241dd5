"""Hostile files and bodies are refused clearly, or made harmless, and leave nothing behind."""

import re
import tempfile
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.contracts.fieldwork.attachments import ReserveAttachment
from tests.gateway import hostile
from tests.gateway.hostile import CROOKED, HARMLESS, NAMES, REFUSED
from tests.gateway.neighbours import Neighbours
from tests.gateway.test_uploads import ADDRESS, photo
from tests.gateway.uploads import Attaching, content, kept
from tests.gateway.world import PRIYA_TOKEN

pytestmark = pytest.mark.anyio


@pytest.fixture
def attaching(neighbours: Neighbours) -> Attaching:
    return Attaching(neighbours)


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, which is empty at first."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def nothing_is_left(app: FastAPI, neighbours: Neighbours, spool: Path) -> bool:
    return not kept(app) and not neighbours.calls(ReserveAttachment) and not list(spool.iterdir())


@pytest.mark.parametrize("case", REFUSED)
async def test_it_is_refused_and_leaves_nothing(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours, attaching: Attaching, spool: Path, case: str
) -> None:
    sent = REFUSED[case]
    answer = await priya.post(ADDRESS, files={"file": (sent.name, sent.content, sent.declared)})
    assert answer.status_code == sent.status
    problem = answer.json()
    assert problem.get("reason") == sent.reason
    assert problem["detail"].endswith(".")
    assert nothing_is_left(app, neighbours, spool)


# The framework leaves an unfinished part's nameless file to be collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("case", CROOKED)
async def test_a_body_that_is_no_form_with_one_file_is_refused(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours, attaching: Attaching, spool: Path, case: str
) -> None:
    sent = CROOKED[case]
    answer = await priya.post(ADDRESS, content=sent.body, headers=dict(sent.headers))
    assert answer.status_code == sent.status, answer.text
    assert nothing_is_left(app, neighbours, spool)


async def test_a_body_that_does_not_say_its_length_is_bounded_all_the_same(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours, attaching: Attaching, spool: Path
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n\xff\xd8\xff'
        while True:
            yield bytes(1_000_000)

    answer = await priya.post(ADDRESS, content=endless(), headers={"content-type": hostile.FORM})
    assert answer.status_code == 413
    assert nothing_is_left(app, neighbours, spool)


async def test_a_connection_that_breaks_midway_leaves_nothing(
    app: FastAPI, neighbours: Neighbours, attaching: Attaching, spool: Path
) -> None:
    arriving: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": hostile.part(bytes(3_000_000)), "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return arriving.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = {"content-type": hostile.FORM, "authorization": f"Bearer {PRIYA_TOKEN}", "content-length": "20000000"}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": ADDRESS,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("10.0.0.1", 4000),
        "server": ("portal.example", 443),
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert nothing_is_left(app, neighbours, spool)


async def test_a_whole_form_without_its_length_is_taken(priya: httpx.AsyncClient, attaching: Attaching) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield hostile.part(photo())
        yield b"--b--\r\n"

    answer = await priya.post(ADDRESS, content=pieces(), headers={"content-type": hostile.FORM})
    assert answer.status_code == 201


@pytest.mark.parametrize("case", HARMLESS)
async def test_what_a_picture_brought_along_is_gone(
    app: FastAPI, priya: httpx.AsyncClient, attaching: Attaching, spool: Path, case: str
) -> None:
    sent = HARMLESS[case]
    answer = await priya.post(ADDRESS, files={"file": (sent.name, sent.content, sent.declared)})
    assert answer.status_code == 201
    for key in kept(app):
        assert hostile.SCRIPT not in content(app, key)
        assert b"PK\x03\x04" not in content(app, key)
    download = await priya.get(f"{ADDRESS}/{answer.json()['id']}")
    assert download.headers["content-type"] in ("image/jpeg", "image/png")
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9.-]+\.(jpg|png)"', download.headers["content-disposition"])
    assert download.headers["x-content-type-options"] == "nosniff"
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("case", NAMES)
async def test_a_name_is_data(priya: httpx.AsyncClient, attaching: Attaching, case: str) -> None:
    sent, called, plain = NAMES[case]
    made = (await priya.post(ADDRESS, files={"file": (sent, photo((40, 30)), "image/jpeg")})).json()
    assert made["name"] == called
    assert "/" not in attaching.file().key.rpartition("/")[2]
    header = (await priya.get(f"{ADDRESS}/{made['id']}")).headers["content-disposition"]
    assert f'filename="{plain}"' in header


@pytest.mark.parametrize(("name", "kept_as"), [("letter.txt", "text/plain"), ("list.csv", "text/csv")])
async def test_a_text_is_sent_out_as_nothing_that_a_browser_runs(
    priya: httpx.AsyncClient, attaching: Attaching, name: str, kept_as: str
) -> None:
    made = (await priya.post(ADDRESS, files={"file": (name, "Grüße, 5 < 7".encode(), "text/html")})).json()
    assert made["content_type"] == kept_as
    download = await priya.get(f"{ADDRESS}/{made['id']}")
    assert download.headers["content-type"] == "application/octet-stream"
    assert download.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(("name", "data"), [("plan.docx", hostile.document()), ("plan.pdf", hostile.PDF)])
async def test_documents_are_taken(priya: httpx.AsyncClient, attaching: Attaching, name: str, data: bytes) -> None:
    answer = await priya.post(ADDRESS, files={"file": (name, data, "application/octet-stream")})
    assert (answer.status_code, answer.json()["name"]) == (201, name)
    assert (await priya.get(f"{ADDRESS}/{answer.json()['id']}/thumbnail")).status_code == 404
