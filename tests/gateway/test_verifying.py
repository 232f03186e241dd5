"""Anybody may have a document verified, by the page and by the API: bounded, told plainly, and kept nowhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.settings import GatewaySettings
from services.contracts.proposals.signing import VerificationView, VerifiedDocumentView, VerifyDocument
from tests.gateway.neighbours import Neighbours, Silence

pytestmark = pytest.mark.anyio

MOMENT = datetime(2026, 11, 22, 15, 4, tzinfo=UTC)
DOCUMENT = VerifiedDocumentView(
    kind="proposal",
    number="PRO-2026-00007",
    title="Grounds maintenance",
    portal_name="Evergreen Austin",
    signed_by="Priya Shah",
    signed_at=MOMENT,
    time_zone="America/Chicago",
    sha256="ab" * 32,
    sealed_by="Portico demo seal",
    sealed_at=MOMENT,
    seal_level="B-B",
    timestamped_by=None,
    voided_at=None,
)
VALID = VerificationView(outcome="valid", message="It is the original.", document=DOCUMENT)
CHANGED = VerificationView(outcome="changed", message="Something was added to it.")
PDF: dict[str, Any] = {"file": ("signed.pdf", b"%PDF-1.7 and so on", "application/pdf")}
FROM_US = {"origin": "https://portal.example"}


def kept(settings: GatewaySettings) -> list[Path]:
    """What is left of the uploads in the store."""
    folder = Path(settings.files_url.removeprefix("file://")) / "verifications"
    return list(folder.iterdir()) if folder.exists() else []


async def test_the_api_tells_what_holds_of_a_pdf_without_a_session(
    client: httpx.AsyncClient, neighbours: Neighbours, settings: GatewaySettings
) -> None:
    seen: list[bytes] = []

    def verify(message: dict[str, Any]) -> VerificationView:
        folder = Path(settings.files_url.removeprefix("file://"))
        seen.append((folder / message["upload"]["key"]).read_bytes())
        return VALID

    neighbours.answer(VerifyDocument, verify)
    answer = await client.post("/api/v1/verifications", files=PDF)
    assert answer.status_code == 200
    assert answer.json()["document"]["number"] == "PRO-2026-00007"
    assert seen == [b"%PDF-1.7 and so on"]
    assert neighbours.heard[-1].principal is None
    assert kept(settings) == []


async def test_the_page_tells_it_too(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    assert "Verify a document" in (await client.get("/verify")).text
    neighbours.answer(VerifyDocument, VALID)
    told = (await client.post("/verify", files=PDF, headers=FROM_US)).text
    for each in ("Genuine and unchanged", "Grounds maintenance", "Priya Shah", "Portico demo seal", "PAdES B-B"):
        assert each in told
    assert "no timestamp authority attests it" in told
    neighbours.answer(VerifyDocument, CHANGED)
    told = (await client.post("/verify", files=PDF, headers=FROM_US)).text
    assert "Something was added to it." in told
    assert "Priya" not in told


async def test_a_file_is_needed_and_is_bounded(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(VerifyDocument, VALID)
    empty = {"file": ("signed.pdf", b"", "application/pdf")}
    large = {"file": ("signed.pdf", bytes(25_000_001), "application/pdf")}
    assert (await client.post("/api/v1/verifications", files=empty)).status_code == 422
    assert (await client.post("/api/v1/verifications", files=large)).status_code == 413
    assert (await client.post("/api/v1/verifications", json={})).status_code == 415
    page = await client.post("/verify", files=empty, headers=FROM_US)
    assert page.status_code == 422
    assert "Choose a PDF file to check." in page.text
    assert neighbours.heard == []


async def test_another_sites_form_is_refused(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(VerifyDocument, VALID)
    answer = await client.post("/verify", files=PDF, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert neighbours.heard == []


async def test_an_address_has_one_document_checked_at_a_time(
    app: FastAPI, client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(VerifyDocument, VALID)
    with app.state.desk.place("10.0.0.1"):
        answer = await client.post("/api/v1/verifications", files=PDF)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "5"
    assert (await client.post("/api/v1/verifications", files=PDF)).status_code == 200


async def test_an_upload_is_taken_away_also_where_nobody_answers(
    client: httpx.AsyncClient, neighbours: Neighbours, settings: GatewaySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VerifyDocument, "deadline_seconds", 0.3)
    neighbours.answer(VerifyDocument, Silence)
    answer = await client.post("/api/v1/verifications", files=PDF)
    assert answer.status_code == 504
    assert kept(settings) == []
