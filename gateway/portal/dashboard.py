"""The home page: what is due, what waits for a signature, what is open."""

import asyncio
from collections.abc import Coroutine, Set
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.bus import DeadlinePassed, Unavailable
from gateway.compose import under_way
from gateway.pages.addresses import address
from gateway.pages.render import page
from gateway.paging import LARGEST_PAGE
from gateway.portal.entry import Visitor, root
from gateway.portal.filter import chosen_by
from gateway.portal.frame import sections_of
from services.contracts import permissions
from services.contracts.billing.invoices import GetBalance, InvoiceSummary, ListInvoices
from services.contracts.billing.programs import ListPrograms
from services.contracts.fieldwork.jobs import JobSummary, ListJobs
from services.contracts.fieldwork.requests import ListRequests
from services.contracts.fieldwork.visits import ListVisits
from services.contracts.messages import Ask, Page
from services.contracts.principals import Section
from services.contracts.proposals.proposals import ListProposals

router = APIRouter()

SHOWN = 5

Part = TypeVar("Part")


@router.get("/{portal}/dashboard")
async def dashboard(request: Request, visitor: Visitor) -> Response:
    """Every section that the visitor may see; one whose service is away says so and spares the others."""
    shown = sections_of(visitor.principal)
    asks = _asks(shown, chosen_by(visitor.principal))
    answers = await asyncio.gather(*(_unless_away(visitor.ask(ask)) for ask in asks.values()))
    parts = dict(zip(asks, answers, strict=True))
    payable = _payable(parts.get("invoices"))
    return page(
        request,
        "dashboard.html",
        here="dashboard",
        shown=shown,
        balance=parts.get("balance"),
        invoices=_earliest(parts.get("invoices")),
        programs=parts.get("programs"),
        proposals=parts.get("proposals"),
        requests=_items(parts.get("requests")),
        visits=_items(parts.get("visits")),
        jobs=_under_way(parts.get("jobs")),
        payable=payable,
        pay_address=address(f"{root(visitor)}/pay", {"invoice": [invoice.id for invoice in payable]}),
        may_ask=permissions.may(visitor.principal, "requests.create"),
        several_properties=len(visitor.principal.properties) > 1,
    )


def _asks(shown: Set[Section], chosen: list[UUID]) -> dict[str, Ask[Any]]:
    asks: dict[str, Ask[Any]] = {}
    if "invoices" in shown:
        asks["balance"] = GetBalance(property_ids=chosen)
        asks["invoices"] = ListInvoices(status="due", property_ids=chosen, limit=LARGEST_PAGE)
    if "programs" in shown:
        asks["programs"] = ListPrograms(limit=LARGEST_PAGE)
    if "proposals" in shown:
        asks["proposals"] = ListProposals(status="pending", property_ids=chosen, limit=SHOWN)
    if "jobs" in shown:
        asks["jobs"] = ListJobs(property_ids=chosen, limit=LARGEST_PAGE)
    if "requests" in shown:
        asks["requests"] = ListRequests(status="open", property_ids=chosen, limit=SHOWN)
    if "visits" in shown:
        asks["visits"] = ListVisits(window="upcoming", property_ids=chosen, limit=SHOWN)
    return asks


async def _unless_away(answer: Coroutine[Any, Any, Part]) -> Part | None:
    try:
        return await answer
    except (Unavailable, DeadlinePassed):
        return None


def _earliest(invoices: Page[InvoiceSummary] | None) -> list[InvoiceSummary] | None:
    """The first to fall due; the list itself begins with the last. Distant installments are their program's matter."""
    billed = [each for each in invoices.items if each.billed] if invoices else []
    return sorted(billed, key=lambda each: (each.due_on, each.number))[:SHOWN] if invoices else None


def _payable(invoices: Page[InvoiceSummary] | None) -> list[InvoiceSummary]:
    return [each for each in invoices.items if each.payable and each.billed] if invoices else []


def _under_way(jobs: Page[JobSummary] | None) -> list[JobSummary] | None:
    return under_way(jobs).items[:SHOWN] if jobs else None


def _items(part: Page[Any] | None) -> list[Any] | None:
    return part.items if part else None
