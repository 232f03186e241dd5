"""A signed document begins with the bytes that were shown and is sealed: two programs that know PDFs call it valid."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from deploy.local import seals as demo_seals
from deploy.sandbox.timestamps.authority import Authority
from deploy.sandbox.timestamps.server import serving
from services.chassis import files, offload
from services.contracts.proposals.proposals import GetProposalPdf, ProposalView
from services.contracts.proposals.signing import DocumentSigned
from services.proposals import seals
from services.proposals.sealing import settings, stamping
from services.proposals.service import Proposals
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


def pdf_of(office: Office, shown: ProposalView) -> bytes:
    return files.get(office.ask(GetProposalPdf(proposal_id=shown.id), office.staff).key)


def status_of(pdf: bytes, *roots: Certificate) -> PdfSignatureStatus:
    (embedded,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    return validate_pdf_signature(embedded, context, ts_validation_context=context)


def root_in(folder: Path) -> Certificate:
    *_, root = load_certs_from_pemder([str(folder / demo_seals.CHAIN)])
    return root


@pytest.fixture
def fresh_settings() -> Iterator[pytest.MonkeyPatch]:
    """Settings of this test's own, read anew by what seals, and forgotten at its end."""
    remembered = (settings.seal_settings, settings.identity, stamping._signer)
    with pytest.MonkeyPatch.context() as patch:
        for each in remembered:
            each.cache_clear()
        yield patch
    for each in remembered:
        each.cache_clear()


def test_pyhanko_calls_the_signed_document_valid(office: Office, world: World, seal_key: Path) -> None:
    shown = office.delivered()
    assert office.ask(signing(shown), world.contact()).sealed
    status = status_of(pdf_of(office, shown), root_in(seal_key))
    assert status.bottom_line
    assert status.signing_cert.subject.native["common_name"] == demo_seals.NAME
    assert status.timestamp_validity is None


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig of poppler-utils is not on this machine")
def test_pdfsig_calls_the_signed_document_valid(office: Office, world: World, tmp_path: Path) -> None:
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    path = tmp_path / "signed.pdf"
    path.write_bytes(pdf_of(office, shown))
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_it_begins_with_the_very_bytes_that_were_shown(office: Office, world: World) -> None:
    shown = office.delivered()
    before = pdf_of(office, shown)
    office.ask(signing(shown), world.contact())
    after = pdf_of(office, shown)
    assert hashlib.sha256(before).hexdigest() == shown.document_sha256
    assert after.startswith(before)
    assert len(PdfReader(BytesIO(after)).pages) == len(PdfReader(BytesIO(before)).pages) + 2


def test_the_pages_that_were_added_are_tagged_as_the_others_are(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    reader = PdfReader(BytesIO(pdf_of(office, shown)))
    tree: Any = reader.root_object["/StructTreeRoot"]
    keys = [page["/StructParents"] for page in reader.pages]
    numbers = tree["/ParentTree"]["/Nums"]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(numbers[0::2])
    (document,) = tree["/K"]
    assert document.get_object()["/K"][-1].get_object()["/S"] == "/Part"


def test_without_an_authority_the_certificate_says_that_nobody_attests_the_time(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf_of(office, shown))).pages)
    assert "No timestamp authority attests the time" in " ".join(said.split())
    assert office.rows("SELECT level, timestamped_by FROM seal") == [("B-B", None)]


def test_with_an_authority_the_seal_says_when(
    office: Office, world: World, tmp_path: Path, fresh_settings: pytest.MonkeyPatch
) -> None:
    root = demo_seals.certified("Clock root")
    demo_seals.write_pair(tmp_path / "seal", demo_seals.certified("Sealer", root, authority=False), root)
    for name, value in demo_seals.variables(tmp_path / "seal").items():
        fresh_settings.setenv(name, value)
    with serving(Authority(*demo_seals.certified("The clock", root, authority=False, timestamps=True))) as url:
        fresh_settings.setenv("TIMESTAMP_URL", url)
        shown = office.delivered()
        assert office.ask(signing(shown), world.contact()).sealed
    assert office.rows("SELECT level, timestamped_by FROM seal") == [("B-T", "The clock")]
    status = status_of(pdf_of(office, shown), root_in(tmp_path / "seal"))
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.valid and status.timestamp_validity.trusted


def test_an_authority_that_does_not_answer_costs_no_signature(
    office: Office, world: World, fresh_settings: pytest.MonkeyPatch
) -> None:
    fresh_settings.setenv("TIMESTAMP_URL", "http://127.0.0.1:9/")
    shown, signer = office.delivered(), world.contact()
    command = signing(shown)
    signature = office.ask(command, signer)
    assert not signature.sealed
    seen = office.seen_by(signer, shown.id)
    assert seen.status == "accepted"
    assert seen.electronic_signature and seen.electronic_signature.sealed_at is None
    assert seen.document_sha256 == shown.document_sha256, "until it is sealed the document is the one that was signed"
    assert office.events(DocumentSigned) == []

    fresh_settings.delenv("TIMESTAMP_URL")
    settings.seal_settings.cache_clear()
    assert office.rows("SELECT attempts FROM pending_seal WHERE due_at > now()") == [(1,)]
    office.work_on(Proposals.seal, signature.id)
    assert office.rows("SELECT count(*) FROM pending_seal") == [(0,)]
    (event,) = office.events(DocumentSigned)
    assert event.document.sha256 == office.seen_by(signer, shown.id).document_sha256 != shown.document_sha256
    assert event.proposal is not None
    assert (event.proposal.number, event.proposal.title) == (shown.number, shown.title)


def test_whose_turn_does_not_come_in_time_is_answered_and_sealed_later(
    office: Office, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, signer = office.delivered(), world.contact()
    with monkeypatch.context() as busy:
        busy.setattr(seals, "_places", Semaphore(0))
        busy.setattr(seals, "PATIENCE", 0.01)
        signature = office.ask(signing(shown), signer)
    assert not signature.sealed
    assert office.seen_by(signer, shown.id).status == "accepted"
    assert office.events(DocumentSigned) == []
    assert office.rows("SELECT count(*) FROM pending_seal WHERE due_at <= now()") == [(1,)]

    office.work_on(Proposals.seal, signature.id)
    assert office.rows("SELECT count(*) FROM seal") == [(1,)]
    assert len(office.events(DocumentSigned)) == 1


def test_a_seal_that_waits_for_its_authority_holds_up_nothing_that_computes() -> None:
    with offload._room, offload._room:
        assert offload.aside(lambda: "sealed") == "sealed"


def test_a_seal_is_made_once_however_often_it_is_worked_on(office: Office, world: World) -> None:
    shown = office.delivered()
    signature = office.ask(signing(shown), world.contact())
    for _ in range(2):
        office.work_on(Proposals.seal, signature.id)
    assert office.rows("SELECT count(*) FROM seal") == [(1,)]
    assert len(office.events(DocumentSigned)) == 1


def test_a_document_whose_file_was_exchanged_is_not_sealed(
    office: Office, world: World, fresh_settings: pytest.MonkeyPatch
) -> None:
    shown, signer = office.delivered(), world.contact()
    key = office.ask(GetProposalPdf(proposal_id=shown.id), signer).key
    files.put(key, "other.pdf", "application/pdf", b"%PDF-1.7 something else")
    assert not office.ask(signing(shown), signer).sealed
    assert office.rows("SELECT count(*) FROM seal") == [(0,)]
