"""Credits: what the customer has in hand, and which invoices it has reduced."""

import asyncio

from fastapi import APIRouter, Request, Response

from gateway.pages.addresses import address
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Payer, root
from gateway.portal.filter import chosen_by
from services.contracts.billing.credits import ListCredits
from services.contracts.billing.invoices import GetBalance

router = APIRouter()


@router.get("/{portal}/credits")
async def credits(request: Request, visitor: Payer, cursor: Cursor = None) -> Response:
    """One page of the list, newest first, beneath all that is unapplied."""
    chosen, path = chosen_by(visitor.principal), f"{root(visitor)}/credits"
    found, balance = await asyncio.gather(
        visitor.ask(ListCredits(property_ids=chosen, cursor=cursor)),
        visitor.ask(GetBalance(property_ids=chosen)),
    )
    return page(
        request,
        "invoices/credits.html",
        here="credits",
        credits=found,
        unapplied=balance.unapplied_credit,
        first=path if cursor else None,
        next=address(path, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )
