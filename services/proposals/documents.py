"""The PDFs of proposals: what they say, and where they are kept."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.chassis import files
from services.chassis.documents import render
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.principals import PortalSettings
from services.contracts.proposals.proposals import DeliverProposal, ProposalKind, ServiceLine
from services.contracts.snapshots import Address, Person
from services.proposals.models import OfferedService, Proposal, Signature

TEMPLATE = Path(__file__).parent / "documents" / "proposal.typ"

KINDS: dict[ProposalKind, str] = {
    "work_order": "Work order",
    "contract": "Contract",
    "change_order": "Change order",
}
AUTHENTICATIONS = {"password_session": "Portal account, signed in with its e-mail address and password"}

Content = dict[str, Any]
"""What a template prints: texts, ready to be set, and lists of them."""


def content(
    proposal: Proposal, services: Sequence[OfferedService], delivered_at: datetime, command: DeliverProposal
) -> Content:
    """All that the delivered PDF says; the names, the prices and the branch's settings as they are now."""
    customer, site = proposal.to_customer(), proposal.at_property()
    return {
        "company": command.company_name,
        "number": proposal.number,
        "kind": KINDS[proposal.kind],
        "title": proposal.title,
        "customer": [customer.name, *_address(customer.address)],
        "property": [site.name, *_address(site.address)],
        "delivered_on": _day(delivered_at.astimezone(ZoneInfo(proposal.time_zone)).date()),
        "expires_on": _day(proposal.expires_on) if proposal.expires_on else None,
        "revision": proposal.revision if proposal.revision > 1 else None,
        "subtotal": _money(proposal.money().with_amount(proposal.total - proposal.tax)) if proposal.tax else None,
        "tax": _money(proposal.money().with_amount(proposal.tax)) if proposal.tax else None,
        "total": _money(proposal.money()),
        "signature": None,
        **_as_set(proposal, services, command),
    }


def content_in(settings: PortalSettings, proposal: Proposal, services: Sequence[OfferedService]) -> Content:
    """All that was delivered, as a portal with these settings shows it: they may have changed since."""
    assert proposal.content is not None
    return {**proposal.content, **_as_set(proposal, services, settings)}


def _as_set(
    proposal: Proposal, services: Sequence[OfferedService], settings: PortalSettings | DeliverProposal
) -> Content:
    """What depends on the branch's settings: lines or lump sums, and the sales rep's phone."""
    itemised = settings.line_item_detail
    return {
        "prepared_by": _person(proposal.by_sales_rep(), phone=settings.show_service_contact_phone),
        "services": [_service(each, itemised) for each in services if not each.optional],
        "optional_services": [_service(each, itemised) for each in services if each.optional],
        "itemised": itemised,
    }


def keep_delivered(proposal: Proposal, said: Content, delivered_at: datetime) -> FileView:
    """Renders and stores the PDF that is delivered; the same content gives the same bytes, and so the same file."""
    name = proposal.number if proposal.revision == 1 else f"{proposal.number}-revision-{proposal.revision}"
    return _keep(proposal, f"{name}.pdf", render(TEMPLATE, said, delivered_at))


def keep_signed(proposal: Proposal, signature: Signature, drawing: bytes | None) -> FileView:
    """Renders and stores what was delivered, with a page that tells of its signature.

    `drawing` is the mark as a PNG, where it was drawn.
    """
    assert proposal.content is not None
    said = {**proposal.content, "signature": _signature_page(signature, drawing)}
    return _keep(proposal, f"{proposal.number}-signed.pdf", render(TEMPLATE, said, signature.signed_at))


def _keep(proposal: Proposal, name: str, pdf: bytes) -> FileView:
    # The key names the bytes: whatever else writes late or again, nothing is ever written over evidence.
    key = f"proposals/{proposal.company_id}/{proposal.id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    return files.put(key, name, "application/pdf", pdf)


def _service(service: OfferedService, itemised: bool) -> Content:
    return {
        "name": service.name,
        "description": service.description,
        "lines": [_line(each) for each in service.priced_lines()] if itemised else [],
        "tax": _money(service.money().with_amount(service.tax)) if service.tax else None,
        "total": _money(service.money()),
    }


def _line(line: ServiceLine) -> Content:
    return {
        "description": line.description,
        "quantity": f"{line.quantity:,}",
        "unit_price": _money(line.unit_price),
        "tax": f"{line.tax_percent.normalize():f}%" if line.tax_percent else None,
        "amount": _money(line.unit_price.with_amount(line.quantity * line.unit_price.amount)),
    }


def _signature_page(signature: Signature, drawing: bytes | None) -> Content:
    currency = signature.currency
    return {
        "typed": signature.mark if signature.mark_kind == "typed" else None,
        "drawn": list(drawing) if drawing else None,
        "signed_by": signature.signed_by,
        "signed_at": _moment(signature.signed_at, signature.time_zone),
        "chosen": [{"name": each["name"], "total": _money(Money(**each["total"]))} for each in signature.chosen],
        "total": _money(Money(amount=signature.total, currency=currency)),
        "evidence": [list(each) for each in _evidence(signature)],
        "consent_version": signature.consent_version,
        "consent_text": signature.consent_text,
        "document_sha256": signature.shown_sha256,
    }


def _evidence(signature: Signature) -> list[tuple[str, str]]:
    return [
        ("Account", f"{signature.contact_name} <{signature.contact_email}>"),
        ("Role", f"{signature.property_role.capitalize()} contact of the property"),
        ("Authentication", AUTHENTICATIONS[signature.authentication]),
        ("Session", str(signature.session_id)),
        ("Time (UTC)", signature.signed_at.astimezone(UTC).isoformat(timespec="milliseconds")),
        ("IP address", signature.ip),
        ("Browser", signature.user_agent or "not stated"),
        ("Signature no.", str(signature.id)),
    ]


def _address(address: Address) -> list[str]:
    lines = [address.line1, address.line2, f"{address.city}, {address.state} {address.zip}"]
    return [line for line in lines if line]


def _person(person: Person, *, phone: bool) -> list[str]:
    return [person.name, person.email, *([person.phone] if phone and person.phone else [])]


def _money(money: Money) -> str:
    """`$1,234.50`; another currency is named by its code."""
    sign = "-" if money.amount < 0 else ""
    whole, cents = divmod(abs(money.amount), 100)
    symbol = "$" if money.currency == "USD" else f"{money.currency} "
    return f"{sign}{symbol}{whole:,}.{cents:02}"


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _moment(moment: datetime, time_zone: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    hour = local.hour % 12 or 12
    return f"{_day(local.date())} at {hour}:{local:%M:%S %p %Z} ({time_zone})"
