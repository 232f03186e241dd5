"""A signed document on its way through the real stack: sealed, verified by anybody, and every forgery told."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, expect

from deploy.local.stack import Stack
from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, PASSWORD, WIDE, Visitor
from tests.unit.proposals.forgeries import appended, flipped, sealed_by_namesake, with_replaced_page

PRIYA = "priya@lakeside.test"
CHECKED_WITHIN = 30_000
"""Milliseconds, on a machine that has much else to do."""


@pytest.fixture(scope="module")
def unsigned(office: Office) -> dict[str, str]:
    """A proposal that is to be signed."""
    proposal: dict[str, str] = office.proposal("Signed, sealed and verified")
    return proposal


@pytest.fixture(scope="module")
def priya(stack: Stack) -> Iterator[httpx.Client]:
    """Priya, who uses the API."""
    with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", trust_env=False, timeout=30) as http:
        who = {"email": PRIYA, "password": PASSWORD}
        token = http.post("/portals/evergreen-austin/sessions", json=who).raise_for_status().json()["token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield http


@pytest.fixture(scope="module")
def signed(priya: httpx.Client, unsigned: dict[str, str]) -> bytes:
    """The final PDF, as it is answered right after the signature."""
    shown = priya.get(f"/proposals/{unsigned['id']}").raise_for_status().json()
    body = {
        "name": "Priya Shah",
        "signature": {"typed": "Priya Shah"},
        "consent_version": shown["consent"]["version"],
        "document_sha256": shown["document_sha256"],
    }
    signature = priya.post(f"/proposals/{unsigned['id']}/signature", json=body).raise_for_status().json()
    assert signature["sealed"]
    return pdf_of(priya, unsigned)


def pdf_of(priya: httpx.Client, proposal: dict[str, str]) -> bytes:
    """A proposal's document, as it is now."""
    return priya.get(f"/proposals/{proposal['id']}/pdf").raise_for_status().content


def verified(stack: Stack, pdf: bytes) -> dict[str, str]:
    """What the API tells somebody without a session."""
    files = {"file": ("signed.pdf", pdf, "application/pdf")}
    url = f"{stack.site.public_url}/api/v1/verifications"
    answer = httpx.post(url, files=files, trust_env=False, timeout=60).raise_for_status()
    told: dict[str, str] = answer.json()
    return told


def choose(visitor: Visitor, pdf: bytes) -> None:
    """Has the page verify a file."""
    visitor.open("/../verify")
    file = FilePayload(name="signed.pdf", mimeType="application/pdf", buffer=pdf)
    visitor.page.get_by_label("Signed PDF").set_input_files(file)
    visitor.press("Verify")


def test_the_log_tells_once_that_it_was_read_before_it_was_signed(office: Office, priya: httpx.Client) -> None:
    proposal = office.proposal("Read twice")
    for _ in range(2):
        pdf_of(priya, proposal)
    log = office.get(f"/office/proposals/{proposal['id']}/audit")
    assert [each["kind"] for each in log["events"]] == ["delivered", "viewed"]
    assert log["events"][1]["by"] == f"Priya Shah <{PRIYA}>"
    assert log["intact"]


@pytest.mark.parametrize("javascript", [True, False])
def test_whoever_holds_the_document_is_told_that_it_is_genuine(
    visit: Visit, signed: bytes, unsigned: dict[str, str], javascript: bool
) -> None:
    somebody = visit(javascript=javascript)
    choose(somebody, signed)
    expect(somebody.main()).to_contain_text("Genuine and unchanged", timeout=CHECKED_WITHIN)
    for each in (unsigned["title"], unsigned["number"], "Priya Shah", "Evergreen", "Portico demo seal"):
        expect(somebody.main()).to_contain_text(each)
    expect(somebody.page).to_have_title("Genuine and unchanged")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_is_accessible_and_fits_whatever_it_tells(visit: Visit, signed: bytes, width: int) -> None:
    somebody = visit(width=width)
    somebody.open("/../verify")
    assert somebody.barriers() == []
    for pdf, told in ((signed, "Genuine and unchanged"), (signed + b"\n", "Changed"), (b"no PDF", "Not readable")):
        choose(somebody, pdf)
        expect(somebody.main()).to_contain_text(told, timeout=CHECKED_WITHIN)
        assert somebody.barriers() == []
        assert somebody.overflow() == 0


def test_each_forgery_is_told_and_nothing_else(
    stack: Stack, office: Office, priya: httpx.Client, signed: bytes, unsigned: dict[str, str], tmp_path: Path
) -> None:
    other = pdf_of(priya, office.proposal("Another offer"))
    forgeries = {
        "a flipped byte": (flipped(signed, signed.index(b"stream\n") + 20), {"changed"}),
        "an appended update": (appended(signed), {"changed"}),
        "a replaced page": (with_replaced_page(signed, other), {"changed", "not_ours"}),
        "another key": (sealed_by_namesake(other, tmp_path / "forger"), {"not_ours"}),
        "only delivered": (other, {"not_ours"}),
    }
    for name, (pdf, outcomes) in forgeries.items():
        told = verified(stack, pdf)
        assert told["outcome"] in outcomes, name
        assert told["document"] is None, name
        assert unsigned["number"] not in told["message"], name
    assert verified(stack, signed)["outcome"] == "valid"


def test_a_voided_document_is_told_to_be_superseded(
    stack: Stack, office: Office, signed: bytes, unsigned: dict[str, str]
) -> None:
    office.reset(unsigned)
    assert verified(stack, signed)["outcome"] == "superseded"
