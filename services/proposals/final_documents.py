"""The final PDF of a signature: the very bytes that were shown, what was signed and how, and the seal over it all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.chassis import files
from services.chassis.documents import render
from services.chassis.offload import aside
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.proposals.signing import SealLevel
from services.proposals import formats, marks
from services.proposals.sealing import stamping
from services.proposals.sealing.settings import identity, seal_settings
from services.proposals.signing_models import Signature, SigningEvent

TEMPLATE = Path(__file__).parent / "documents" / "signature.typ"

AUTHENTICATIONS = {
    "password": "Portal account, signed in with its e-mail address and password",
    "code": "Portal account, signed in with a one-time code sent to its e-mail address",
    "link": "Portal account, signed in with a one-time link sent to its e-mail address",
    "invitation": "Portal account, opened from the invitation sent to its e-mail address",
    "session": "Portal account, signed in",
    "password_session": "Portal account, signed in with its e-mail address and password",
}
EVENTS = {
    "delivered": "Delivered",
    "viewed": "Document opened",
    "consented": "Consent given",
    "signed": "Signed",
    "declined": "Declined",
    "sealed": "Sealed",
    "voided": "Signature voided",
    "expired": "Expired",
    "withdrawn": "Withdrawn",
    "reminded": "Reminder sent",
}


@dataclass(frozen=True)
class Final:
    """A final PDF where it is kept, and what its seal says."""

    document: FileView
    level: SealLevel
    sealed_by: str
    certificate_sha256: str
    timestamped_by: str | None


@dataclass(frozen=True)
class Order:
    """All that a final PDF is made of, so that no transaction is open while it is made."""

    folder: str
    name: str
    shown: FileView
    pages: dict[str, Any]
    drawing: str | None
    signed_at: datetime

    def carry_out(self) -> Final:
        """Makes it, seals it and keeps it. Raises where any of that does not work."""
        shown = files.get(self.shown.key)
        if hashlib.sha256(shown).hexdigest() != self.shown.sha256:
            raise ValueError(f"the file {self.shown.key} is not what was shown")
        drawn = {"drawn": list(marks.drawing(self.drawing)) if self.drawing else None}
        pages = render(TEMPLATE, {**self.pages, **drawn, **_seal_facts()}, self.signed_at)
        # A timestamp authority may keep it waiting: drawings and documents are not to wait with it.
        sealed = aside(stamping.seal, shown, pages, f"Signed by {self.pages['signed_by']}")
        # The key names the bytes: whatever else writes late or again, nothing is ever written over evidence.
        key = f"{self.folder}/{hashlib.sha256(sealed.pdf).hexdigest()}.pdf"
        document = files.put(key, self.name, "application/pdf", sealed.pdf)
        return Final(document, sealed.level, sealed.sealed_by, sealed.certificate_sha256, sealed.timestamped_by)


def order(signature: Signature, events: Sequence[SigningEvent]) -> Order:
    """What a signature's final PDF is made of, with the document's log as it is now."""
    return Order(
        folder=f"proposals/{signature.company_id}/{signature.document_id}",
        name=f"{signature.number}-signed.pdf",
        shown=FileView.model_validate(signature.shown_document),
        pages=_pages(signature, _until(signature.id, events)),
        drawing=signature.mark if signature.mark_kind == "drawn" else None,
        signed_at=signature.signed_at,
    )


def _until(signature_id: UUID, events: Sequence[SigningEvent]) -> Sequence[SigningEvent]:
    """What had happened when it was signed: nothing that came later is this signature's."""
    positions = [each.position for each in events if each.details.get("signature") == str(signature_id)]
    return [each for each in events if positions and each.position <= positions[0]]


def _pages(signature: Signature, events: Sequence[SigningEvent]) -> dict[str, Any]:
    total = Money(amount=signature.total, currency=signature.currency)
    chosen = [(each["name"], Money(**each["total"])) for each in signature.chosen]
    required = total.with_amount(total.amount - sum(each.amount for _, each in chosen))
    return {
        "company": signature.portal_name,
        "number": signature.number,
        "title": signature.title,
        "kind": signature.kind,
        "typed": signature.mark if signature.mark_kind == "typed" else None,
        "signed_by": signature.signed_by,
        "signed_at": formats.moment(signature.signed_at, signature.time_zone),
        "required": formats.money(required),
        "chosen": [{"name": name, "total": formats.money(each)} for name, each in chosen],
        "total": formats.money(total),
        "evidence": [list(each) for each in _evidence(signature)],
        "consent_version": signature.consent_version,
        "consent_text": signature.consent_text,
        "document_sha256": signature.shown_sha256,
        "events": [_event(each) for each in events],
        "log_sha256": events[-1].sha256 if events else "",
    }


def _evidence(signature: Signature) -> list[tuple[str, str]]:
    role = signature.property_role
    return [
        ("Account", f"{signature.contact_name} <{signature.contact_email}>"),
        ("Role", f"{role.capitalize()} contact of the property" if role else "Primary contact of the customer"),
        ("Authentication", AUTHENTICATIONS[signature.authentication]),
        ("Session", str(signature.session_id)),
        ("Portal", signature.portal_name),
        ("Time (UTC)", _utc(signature.signed_at)),
        ("IP address", signature.ip),
        ("Browser", signature.user_agent or "not stated"),
        ("Signature no.", str(signature.id)),
    ]


def _event(event: SigningEvent) -> dict[str, str]:
    return {"at": _utc(event.at), "what": EVENTS[event.kind], "by": event.actor, "sha256": event.sha256}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _seal_facts() -> dict[str, str | None]:
    """By whom the pages say that they are sealed, and whether somebody else says when."""
    return {
        "seal_level": stamping.level(),
        "sealed_by": identity().name,
        "certificate_sha256": identity().fingerprint,
        "timestamp_authority": seal_settings().timestamp_url or None,
        "verified_at": f"{seal_settings().public_url.rstrip('/')}/verify" if seal_settings().public_url else None,
    }
