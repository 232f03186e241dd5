"""What the payment provider has told: each event with what became of it, and having one looked at again."""

from typing import cast, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.office.entry import PaymentsReader, PaymentsWriter
from gateway.office.sending import typed_in
from gateway.office.showing import done, show_list
from gateway.pages.addresses import address
from gateway.pages.forms import Form, command_id
from gateway.paging import Cursor
from services.contracts.billing.provider import ListProviderEvents, ProviderEventState, ReplayProviderEvent

router = APIRouter()

_PATH = "/office/provider-events"


@router.get(_PATH)
async def provider_events(request: Request, member: PaymentsReader, state: str = "", cursor: Cursor = None) -> Response:
    """One page of the list, newest first."""
    wanted = cast(ProviderEventState, state) if state in get_args(ProviderEventState) else None
    return show_list(
        request,
        member,
        "office/provider_events.html",
        await member.ask(ListProviderEvents(state=wanted, cursor=cursor)),
        cursor,
        here="payments",
        state=wanted or "",
        address=lambda shown: address(_PATH, {"state": shown}),
        form=Form(),
    )


@router.post(_PATH + "/{event_id:uuid}/replay")
async def replay(request: Request, member: PaymentsWriter, event_id: UUID) -> Response:
    """Has what it is about read at the provider once more."""
    typed = await typed_in(request)
    await member.ask(ReplayProviderEvent(id=command_id(member, typed.path, typed.values), event_id=event_id))
    return done(_PATH, "replayed")
