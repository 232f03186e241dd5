"""The PDFs of proposals: what they say, and where they are kept."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.chassis import files
from services.chassis.documents import render
from services.contracts.files import FileView
from services.contracts.principals import PortalSettings
from services.contracts.proposals.proposals import DeliverProposal, ProposalKind, ServiceLine
from services.contracts.snapshots import Address, Person
from services.proposals import formats
from services.proposals.models import OfferedService, Proposal

TEMPLATE = Path(__file__).parent / "documents" / "proposal.typ"

KINDS: dict[ProposalKind, str] = {
    "work_order": "Work order",
    "contract": "Contract",
    "change_order": "Change order",
}

Content = dict[str, Any]
"""What a template prints: texts, ready to be set, and lists of them."""


def content(
    proposal: Proposal, services: Sequence[OfferedService], delivered_at: datetime, command: DeliverProposal
) -> Content:
    """All that the delivered PDF says; the names, the prices and the branch's settings as they are now."""
    customer, site, total = proposal.to_customer(), proposal.at_property(), proposal.money()
    return {
        "company": command.company_name,
        "number": proposal.number,
        "kind": KINDS[proposal.kind],
        "title": proposal.title,
        "customer": [customer.name, *_address(customer.address)],
        "property": [site.name, *_address(site.address)],
        "delivered_on": formats.day(delivered_at.astimezone(ZoneInfo(proposal.time_zone)).date()),
        "expires_on": formats.day(proposal.expires_on) if proposal.expires_on else None,
        "revision": proposal.revision if proposal.revision > 1 else None,
        "subtotal": formats.money(total.with_amount(proposal.total - proposal.tax)) if proposal.tax else None,
        "tax": formats.money(total.with_amount(proposal.tax)) if proposal.tax else None,
        "total": formats.money(total),
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


def _keep(proposal: Proposal, name: str, pdf: bytes) -> FileView:
    # The key names the bytes: whatever else writes late or again, nothing is ever written over evidence.
    key = f"proposals/{proposal.company_id}/{proposal.id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    return files.put(key, name, "application/pdf", pdf)


def _service(service: OfferedService, itemised: bool) -> Content:
    return {
        "name": service.name,
        "description": service.description,
        "lines": [_line(each) for each in service.priced_lines()] if itemised else [],
        "tax": formats.money(service.money().with_amount(service.tax)) if service.tax else None,
        "total": formats.money(service.money()),
    }


def _line(line: ServiceLine) -> Content:
    return {
        "description": line.description,
        "quantity": f"{line.quantity:,}",
        "unit_price": formats.money(line.unit_price),
        "tax": f"{line.tax_percent.normalize():f}%" if line.tax_percent else None,
        "amount": formats.money(line.unit_price.with_amount(line.quantity * line.unit_price.amount)),
    }


def _address(address: Address) -> list[str]:
    lines = [address.line1, address.line2, f"{address.city}, {address.state} {address.zip}"]
    return [line for line in lines if line]


def _person(person: Person, *, phone: bool) -> list[str]:
    return [person.name, person.email, *([person.phone] if phone and person.phone else [])]
