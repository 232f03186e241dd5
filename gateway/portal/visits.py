"""Visits: those that took place, those of the next thirty days, and one of them as a page."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.pages.addresses import address
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Expecting, root
from gateway.portal.filter import chosen_by
from services.contracts import permissions
from services.contracts.fieldwork.visits import GetVisit, ListVisits

router = APIRouter()


@router.get("/{portal}/visits")
async def visits(request: Request, visitor: Expecting, window: str = "upcoming", cursor: Cursor = None) -> Response:
    """One page of the list: the next ones first, or of those completed the last ones."""
    wanted: Literal["upcoming", "completed"] = "completed" if window == "completed" else "upcoming"
    found = await visitor.ask(ListVisits(window=wanted, property_ids=chosen_by(visitor.principal), cursor=cursor))

    def listed(shown: str, after: str | None = None) -> str:
        return address(request.url.path, {"window": shown, "cursor": after})

    return page(
        request,
        "visits/list.html",
        here="visits",
        visits=found,
        window=wanted,
        address=listed,
        may_subscribe=visitor.principal.viewer is None,
        first=listed(wanted) if cursor else None,
        next=listed(wanted, found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/visits/{visit_id:uuid}")
async def visit(request: Request, visitor: Expecting, visit_id: UUID) -> Response:
    """One visit with the notes that were published."""
    found = await visitor.ask(GetVisit(visit_id=visit_id))
    return page(
        request,
        "visits/item.html",
        here="visits",
        visit=found,
        root=root(visitor),
        sees_proposals=permissions.may(visitor.principal, "proposals.view", found.property.id),
    )
