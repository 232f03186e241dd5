"""Whoever holds a PDF is told whether it is the document that was signed; every kind of forgery is told too."""

import hashlib
from io import BytesIO
from pathlib import Path
from threading import Semaphore
from uuid import uuid4

import pytest
from pypdf import PdfWriter

from services.chassis import files
from services.chassis.wire import Unavailable
from services.contracts.files import FileView
from services.contracts.messages import new_id
from services.contracts.proposals.proposals import GetProposalPdf, ProposalView, ResetProposal
from services.contracts.proposals.signing import VerificationView, VerifyDocument
from services.proposals import verifications
from services.proposals.sealing import inspection
from tests.service.proposals.conftest import Office
from tests.unit.proposals.forgeries import appended, flipped, sealed_by_namesake, with_replaced_page
from tests.unit.proposals.people import World, signing


def verified(office: Office, pdf: bytes) -> VerificationView:
    """What somebody without a session is told of this file."""
    upload = files.put(f"verifications/{uuid4()}.pdf", "upload.pdf", "application/pdf", pdf)
    return office.ask(VerifyDocument(upload=upload), None)


def bytes_of(office: Office, shown: ProposalView) -> bytes:
    return files.get(office.ask(GetProposalPdf(proposal_id=shown.id), office.staff).key)


@pytest.fixture
def shown(office: Office) -> ProposalView:
    return office.delivered()


@pytest.fixture
def original(office: Office, world: World, shown: ProposalView) -> bytes:
    """A signed document, as its holder has it."""
    office.ask(signing(shown), world.contact())
    return bytes_of(office, shown)


def test_the_original_is_told_with_who_signed_and_who_sealed(
    office: Office, shown: ProposalView, original: bytes
) -> None:
    told = verified(office, original)
    assert told.outcome == "valid"
    document = told.document
    assert document is not None
    assert (document.number, document.title, document.signed_by) == (shown.number, shown.title, "Priya Shah")
    assert (document.portal_name, document.sealed_by) == ("Evergreen Austin", "Portico demo seal")
    assert (document.seal_level, document.timestamped_by, document.voided_at) == ("B-B", None, None)
    assert document.sha256 == hashlib.sha256(original).hexdigest()


def test_a_voided_one_is_superseded(office: Office, shown: ProposalView, original: bytes) -> None:
    office.ask(ResetProposal(proposal_id=shown.id), office.staff)
    told = verified(office, original)
    assert told.outcome == "superseded"
    assert told.document and told.document.voided_at


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.97])
def test_a_single_bit_is_missed_nowhere(office: Office, original: bytes, part: float) -> None:
    told = verified(office, flipped(original, int(len(original) * part)))
    assert told.outcome in ("changed", "unreadable", "not_ours")
    assert told.document is None


def test_a_bit_of_what_was_signed_is_a_change(office: Office, original: bytes) -> None:
    at = original.index(b"stream\n") + 20
    assert verified(office, flipped(original, at)).outcome == "changed"


def test_an_appended_update_is_a_change(office: Office, original: bytes) -> None:
    told = verified(office, appended(original))
    assert (told.outcome, told.document) == ("changed", None)
    assert "something was added to it afterwards" in told.message


def test_bytes_after_the_end_are_a_change(office: Office, original: bytes) -> None:
    assert verified(office, original + b"\n% and more\n").outcome == "changed"


def test_a_replaced_page_is_noticed(office: Office, world: World, original: bytes) -> None:
    other = bytes_of(office, office.delivered(title="Cheaper"))
    told = verified(office, with_replaced_page(original, other))
    assert told.outcome in ("changed", "not_ours")
    assert told.document is None


def test_another_key_under_the_same_names_is_not_ours(office: Office, shown: ProposalView, tmp_path: Path) -> None:
    told = verified(office, sealed_by_namesake(bytes_of(office, shown), tmp_path / "forger"))
    assert (told.outcome, told.document) == ("not_ours", None)
    assert "another key" in told.message


def test_what_was_only_delivered_is_no_signed_document(office: Office, shown: ProposalView) -> None:
    told = verified(office, bytes_of(office, shown))
    assert (told.outcome, told.document) == ("not_ours", None)


def test_a_pdf_from_elsewhere_is_not_ours(office: Office) -> None:
    writer, written = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(written)
    assert verified(office, written.getvalue()).outcome == "not_ours"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7\n" + b"[" * 200_000,
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\ntrailer<</Root 1 0 R/Prev 0>>\nstartxref\n0\n%%EOF",
    ],
)
def test_what_is_no_pdf_is_unreadable(office: Office, content: bytes) -> None:
    told = verified(office, content)
    assert told.outcome in ("unreadable", "not_ours")
    assert told.document is None


def test_a_file_that_takes_too_long_is_given_up(
    office: Office, original: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "SECONDS", 0.01)
    assert verified(office, original).outcome == "unreadable"


def test_where_too_many_are_looked_at_one_is_asked_to_come_again(
    office: Office, original: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifications, "_room", Semaphore(0))
    monkeypatch.setattr(verifications, "PATIENCE", 0.01)
    with pytest.raises(Unavailable):
        verified(office, original)


def test_one_that_is_encrypted_is_told_apart(office: Office, original: bytes) -> None:
    writer, written = PdfWriter(clone_from=BytesIO(original)), BytesIO()
    writer.encrypt("secret")
    writer.write(written)
    told = verified(office, written.getvalue())
    assert told.outcome in ("unreadable", "not_ours", "changed")
    assert told.document is None


def test_nothing_but_an_upload_is_looked_at(office: Office, shown: ProposalView) -> None:
    kept = office.ask(GetProposalPdf(proposal_id=shown.id), office.staff)
    refusal = office.refusal(VerifyDocument(id=new_id(), upload=FileView(**kept.model_dump())), None)
    assert refusal.code == "invalid"
