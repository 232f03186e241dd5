"""A finance agreement that billing draws is signed as a proposal is: the same rules of time, evidence, seal and log."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader, PdfWriter

from services.chassis import files
from services.contracts.billing.finance import AgreementReadyToSign, AgreementWithdrawn
from services.contracts.identity.people import Client
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import Permission, Principal, Viewer
from services.contracts.proposals.signing import (
    DocumentSigned,
    GetSignableDocument,
    GetSigningEvents,
    Mark,
    SignableDocumentView,
    SignDocument,
    VerifyDocument,
)
from services.contracts.snapshots import CustomerSnapshot
from services.proposals.service import Proposals
from tests.service.proposals.conftest import Office
from tests.service.proposals.test_race import contend
from tests.unit.proposals.people import ADDRESS, World

SIGNS: frozenset[Permission] = frozenset({"programs.view", "programs.sign"})
Draw = Callable[..., UUID]


def disclosure() -> bytes:
    """A PDF that another service drew; it has no tags, and two pages."""
    writer, written = PdfWriter(), BytesIO()
    for _ in range(2):
        writer.add_blank_page(612, 792)
    writer.write(written)
    return written.getvalue()


@pytest.fixture
def draw(office: Office, world: World) -> Draw:
    """Billing draws an agreement and announces it; answers its id."""

    def draw(agreement_id: UUID | None = None, expires_on: date | None = None, version: int = 1) -> UUID:
        agreement_id = agreement_id or new_id()
        document = files.put(f"billing/{agreement_id}.pdf", "agreement.pdf", "application/pdf", disclosure())
        event = AgreementReadyToSign(
            company_id=world.company,
            version=version,
            agreement_id=agreement_id,
            program_id=uuid4(),
            branch_id=world.branch,
            time_zone=world.time_zone,
            customer=CustomerSnapshot(id=world.customer, name="Bayside Marina", address=ADDRESS),
            number="FA-2026-00001",
            title="Premium finance agreement",
            document=document,
            total=Money(amount=842_100),
            expires_on=expires_on,
        )
        office.hear(Proposals.register_agreement, event)
        return agreement_id

    return draw


def marta(world: World, **changes: Any) -> Principal:
    """The customer's primary contact, in a portal that has programs."""
    contact = world.contact(at=[], permissions=SIGNS, sections=["programs"])
    return contact.model_copy(update={"is_customer_primary": True, **changes})


def asked(office: Office, agreement_id: UUID, reader: Principal) -> SignableDocumentView:
    return office.ask(GetSignableDocument(document_id=agreement_id), reader)


def sign_document(shown: SignableDocumentView, **changes: Any) -> SignDocument:
    said: dict[str, Any] = {
        "document_id": shown.id,
        "name": "Marta Ruiz",
        "signature": Mark(typed="Marta Ruiz"),
        "consent_version": shown.consent.version,
        "document_sha256": shown.document_sha256,
        "client": Client(ip="203.0.113.9", user_agent="Mozilla/5.0"),
    }
    return SignDocument(**{**said, **changes})


def withdraw(office: Office, agreement_id: UUID, version: int = 2) -> None:
    event = AgreementWithdrawn(company_id=office.world.company, version=version, agreement_id=agreement_id)
    office.hear(Proposals.withdraw_agreement, event)


def test_the_primary_contact_signs_what_billing_drew(office: Office, world: World, draw: Draw) -> None:
    signer = marta(world)
    shown = asked(office, draw(), signer)
    assert (shown.number, shown.signable, shown.total.amount) == ("FA-2026-00001", True, 842_100)
    signature = office.ask(sign_document(shown), signer)
    assert signature.sealed
    assert (signature.kind, signature.document_id, signature.proposal_id) == ("finance_agreement", shown.id, None)
    (event,) = office.events(DocumentSigned)
    assert (event.kind, event.document_id, event.version) == ("finance_agreement", shown.id, 1)
    assert (event.customer_id, event.branch_id, event.contact_id) == (world.customer, world.branch, signer.id)
    final = files.get(event.document.key)
    assert final.startswith(disclosure())
    assert len(PdfReader(BytesIO(final)).pages) == 4
    seen = asked(office, shown.id, signer)
    assert seen.electronic_signature and seen.electronic_signature.signed_by == "Marta Ruiz"
    assert not seen.signable


def test_it_is_verified_and_logged_as_a_proposal_is(office: Office, world: World, draw: Draw) -> None:
    signer = marta(world)
    shown = asked(office, draw(), signer)
    office.ask(sign_document(shown), signer)
    (event,) = office.events(DocumentSigned)
    upload = files.put(f"verifications/{uuid4()}.pdf", "a.pdf", "application/pdf", files.get(event.document.key))
    told = office.ask(VerifyDocument(upload=upload), None)
    assert told.outcome == "valid" and told.document and told.document.number == "FA-2026-00001"
    history = office.ask(GetSigningEvents(document_id=shown.id), office.staff)
    assert [each.kind for each in history.events] == ["delivered", "consented", "signed", "sealed"]
    assert history.intact
    withdraw(office, shown.id)
    assert office.ask(VerifyDocument(upload=upload), None).outcome == "superseded"


def test_news_that_comes_twice_or_late_changes_nothing(office: Office, world: World, draw: Draw) -> None:
    agreement_id, signer = draw(), marta(world)
    draw(agreement_id)
    withdraw(office, agreement_id)
    draw(agreement_id)
    assert asked(office, agreement_id, signer).not_signable_because == "This agreement was replaced or withdrawn."
    assert office.rows("SELECT count(*) FROM foreign_document") == [(1,)]


def test_what_was_withdrawn_or_has_expired_is_not_signed(office: Office, world: World, draw: Draw) -> None:
    signer = marta(world)
    withdrawn, late = asked(office, draw(), signer), draw(expires_on=datetime.now(UTC).date() - timedelta(days=2))
    withdraw(office, withdrawn.id)
    for shown, reason in ((withdrawn, "withdrawn"), (asked(office, late, signer), "expired")):
        refusal = office.refusal(sign_document(shown), signer)
        assert (refusal.code, refusal.details["reason"]) == ("conflict", reason)


def test_another_document_or_consent_than_was_shown_is_refused(office: Office, world: World, draw: Draw) -> None:
    signer = marta(world)
    shown = asked(office, draw(), signer)
    changed = office.refusal(sign_document(shown, document_sha256="0" * 64), signer)
    assert (changed.code, changed.details["reason"]) == ("conflict", "document_changed")
    assert office.refusal(sign_document(shown, consent_version="old"), signer).code == "invalid"


def test_only_the_customers_primary_contact_with_the_permission_signs(office: Office, world: World, draw: Draw) -> None:
    shown = asked(office, draw(), marta(world))
    for signer in (
        marta(world, is_customer_primary=False),
        marta(world, permissions=frozenset({"programs.view"})),
        marta(world, session_id=None),
        marta(world, viewer=Viewer(id=uuid4(), name="Ada")),
        office.staff,
        marta(world, kind="integration", scopes=frozenset({"programs.write"})),
    ):
        assert office.refusal(sign_document(shown), signer).code == "forbidden"
    stranger = marta(world, customer_id=uuid4())
    assert office.refusal(sign_document(shown), stranger).code == "not_found"
    assert office.refusal(GetSignableDocument(document_id=shown.id), stranger).code == "not_found"


def test_of_two_who_sign_an_agreement_at_the_same_moment_one_signs(office: Office, world: World, draw: Draw) -> None:
    shown = asked(office, draw(), marta(world))
    contenders = [(sign_document(shown), marta(world)) for _ in range(2)]
    assert contend(office, "foreign_document", shown.id, contenders) == ["already_signed", "sign_document"]
    assert office.rows("SELECT count(*) FROM signature") == [(1,)]
