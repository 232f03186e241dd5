"""The address in an optional mail by which its recipient unsubscribes: in no portal, without signing in (RFC 8058).

Whoever only looks changes nothing, for programs that check mails look at every address. A mail program that
unsubscribes for its user posts without cookies; the token in the address is all that counts.
"""

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from gateway import mail_kinds
from gateway.bus import Bus
from gateway.portal.entry import bus_of
from gateway.portal.secrets import secret_page
from gateway.principals import LONGEST_TOKEN
from gateway.requests import read_form
from services.contracts.errors import DomainError, not_found
from services.contracts.notifications.preferences import ChangeSubscription, GetSubscription, SubscriptionView

router = APIRouter()

_PATH = "/unsubscribe/{token}"
_AGAIN = "again"
"""The field by which the button on the page subscribes again."""


@router.get(_PATH)
async def ask(request: Request, token: str) -> Response:
    """How it stands, and the button that changes it."""
    return await _page(request, token, None)


@router.post(_PATH)
async def answer(request: Request, token: str) -> Response:
    """Switches the kind off; on again where the page's own button says so."""
    form = await read_form(request, max_files=0, max_fields=10)
    return await _page(request, token, _AGAIN in form)


async def _page(request: Request, token: str, wanted: bool | None) -> Response:
    try:
        found = await _subscription(bus_of(request), token, wanted)
    except DomainError as refusal:
        if refusal.code != "not_found":
            raise
        return secret_page(request, "unsubscribe.html", 404, subscription=None)
    return secret_page(
        request,
        "unsubscribe.html",
        subscription=found,
        said=mail_kinds.WORDS[found.kind],
        done=wanted is not None,
        again=_AGAIN,
        token=token,
    )


async def _subscription(bus: Bus, token: str, wanted: bool | None) -> SubscriptionView:
    """As it is, or as it is from now on."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise not_found()
    if wanted is None:
        return await bus.ask(GetSubscription(token=SecretStr(token)))
    return await bus.ask(ChangeSubscription(token=SecretStr(token), wanted=wanted))
