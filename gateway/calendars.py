"""A contact's calendar as their program fetches it: visits and due dates, with the rights of that moment."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from pydantic import SecretStr

from gateway.auth import Caller
from gateway.bus import Bus
from gateway.icalendar import Entry, written
from gateway.paging import LARGEST_PAGE, every
from gateway.principals import LONGEST_TOKEN, Principals
from gateway.settings import GatewaySettings
from services.contracts import permissions
from services.contracts.billing.invoices import InvoiceSummary, ListInvoices
from services.contracts.errors import not_found
from services.contracts.fieldwork.visits import ListVisits, ResolveCalendar, VisitView
from services.contracts.identity.feeds import ResolveReader
from services.contracts.principals import Principal

UNTIL_GONE = timedelta(days=90)
"""How long what was completed stays in the calendar."""


def address_of(settings: GatewaySettings, principal: Principal, token: str) -> str:
    """The secret address of the calendar in the portal that the contact is in."""
    assert principal.portal
    return f"{settings.public_url}/{quote(principal.portal.slug)}/calendar/{token}.ics"


async def reader_of(bus: Bus, principals: Principals, slug: str, token: str) -> Caller:
    """Who reads the calendar at this address; not_found where the address, or their way into the portal, is gone."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise not_found()
    owner = await bus.ask(ResolveCalendar(token=SecretStr(token)))
    reader = await bus.ask(
        ResolveReader(company_id=owner.company_id, contact_id=owner.contact_id, branch_id=owner.branch_id)
    )
    if reader.portal is None or reader.portal.slug != slug:
        raise not_found()
    return Caller(reader, "", bus, principals)


async def calendar_of(reader: Caller, settings: GatewaySettings) -> str:
    """The calendar's text: what the contact may see of visits and of invoices that are due, and nothing else."""
    portal = reader.principal.portal
    assert portal
    now = datetime.now(UTC)
    visits, invoices = await asyncio.gather(_visits(reader, now), _invoices(reader))
    root = f"{settings.public_url}/{quote(portal.slug)}"
    entries = [*_of_visits(visits, root), *_of_invoices(invoices, root)]
    return written(portal.name, portal.time_zone, entries, now)


async def _visits(reader: Caller, now: datetime) -> list[VisitView]:
    if not permissions.may(reader.principal, "visits.view"):
        return []
    upcoming, completed = await asyncio.gather(
        every(reader, ListVisits(window="upcoming")),
        reader.ask(ListVisits(window="completed", limit=LARGEST_PAGE)),
    )
    oldest = (now - UNTIL_GONE).date()
    return [*upcoming, *(each for each in completed.items if each.date >= oldest)]


async def _invoices(reader: Caller) -> list[InvoiceSummary]:
    if not permissions.may(reader.principal, "invoices.view"):
        return []
    return await every(reader, ListInvoices(status="due"))


def _of_visits(visits: list[VisitView], root: str) -> Iterator[Entry]:
    for visit in visits:
        address = visit.property.address
        done = "Completed: " if visit.status == "completed" else ""
        yield Entry(
            uid=f"visit-{visit.id}@portico",
            starts=visit.starts_at or visit.date,
            ends=visit.ends_at,
            summary=f"{done}{', '.join(visit.services)} at {visit.property.name}",
            location=f"{address.line1}, {address.city}, {address.state} {address.zip}",
            description="\n".join(note.text for note in visit.notes),
            url=f"{root}/visits/{visit.id}",
        )


def _of_invoices(invoices: list[InvoiceSummary], root: str) -> Iterator[Entry]:
    for invoice in invoices:
        yield Entry(
            uid=f"invoice-{invoice.id}@portico",
            starts=invoice.due_on,
            ends=None,
            summary=f"Invoice {invoice.number} is due",
            url=f"{root}/invoices/{invoice.id}",
        )
