"""Guests: whoever holds a secret address is let in to what it stands for, without a login."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from uuid import UUID

from fastapi import Request
from pydantic import SecretStr

from gateway import context
from gateway.auth import Caller
from gateway.bus import Bus
from gateway.errors import Problem
from gateway.principals import LONGEST_TOKEN
from services.contracts.billing.pay_links import OpenPayLink
from services.contracts.billing.third_parties import OpenGuestSession
from services.contracts.errors import DomainError, not_found
from services.contracts.identity.portals import PortalView
from services.contracts.principals import Portal, Principal

BORNE = 30
"""Wrong addresses that one client may try in a while. None can be guessed; this keeps the trying cheap."""
WHILE_SECONDS = 600.0
MOST_CLIENTS = 10_000


class WrongTries:
    """Counts the wrong addresses that each client tried of late, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, list[float]] = OrderedDict()

    def check(self, client: str) -> None:
        """Refuses one that tried too many."""
        since = self._clock() - WHILE_SECONDS
        recent = [moment for moment in self._tries.get(client, []) if moment > since]
        if len(recent) >= BORNE:
            wait = str(int(recent[0] - since) + 1)
            detail = "Too many addresses that lead nowhere. Please wait."
            raise Problem(429, detail, headers={"Retry-After": wait}, code="forbidden", reason="too_many_attempts")

    def count(self, client: str) -> None:
        """One more."""
        recent = [*self._tries.pop(client, [])[-BORNE:], self._clock()]
        self._tries[client] = recent
        if len(self._tries) > MOST_CLIENTS:
            self._tries.popitem(last=False)


SESSION_SIGN = "~"
"""What a third party's secret begins with, and that of a pay link never does."""


def stranger(request: Request, portal: PortalView) -> Caller:
    """Somebody who has nothing yet and may look a program up."""
    return _caller(request, portal, secrets.token_urlsafe())


async def of_secret(request: Request, portal: PortalView, token: str) -> Caller:
    """The guest that a secret makes in this portal: a pay link's, or that of a program which was looked up.

    Raises DomainError, or Problem where too much was tried.
    """
    tries: WrongTries = request.app.state.wrong_tries
    client = context.current().client_ip
    tries.check(client)
    try:
        if len(token) > LONGEST_TOKEN:
            raise not_found("This address is not one of ours.", reason="pay_link_gone")
        if token.startswith(SESSION_SIGN):
            return await _of_session(request, portal, token)
        return await _of_link(request, portal, token)
    except DomainError as error:
        if error.code == "not_found":
            tries.count(client)
        raise


async def _of_link(request: Request, portal: PortalView, token: str) -> Caller:
    bus: Bus = request.app.state.bus
    opened = await bus.ask(OpenPayLink(token=SecretStr(token)))
    if opened.branch_id != portal.branch_id:
        raise not_found("This link is not one of this portal's.", reason="pay_link_gone")
    return _caller(request, portal, token, [opened.invoice_id])


async def _of_session(request: Request, portal: PortalView, token: str) -> Caller:
    bus: Bus = request.app.state.bus
    opened = await bus.ask(OpenGuestSession(token=SecretStr(token)))
    if opened.branch_id != portal.branch_id:
        raise not_found("This address is not one of this portal's.", reason="guest_session_gone")
    return _caller(request, portal, token, opened.invoice_ids, opened.program_id)


def _caller(
    request: Request, portal: PortalView, token: str, invoice_ids: Sequence[UUID] = (), program_id: UUID | None = None
) -> Caller:
    principal = _principal(portal, token, list(invoice_ids), program_id)
    return Caller(principal, token, request.app.state.bus, request.app.state.principals)


def _principal(portal: PortalView, token: str, invoice_ids: list[UUID], program_id: UUID | None) -> Principal:
    assert portal.branch_id and portal.company_id
    # The same for the same secret, so that what is sent twice counts once.
    digest = hashlib.sha256(token.encode()).digest()
    return Principal(
        kind="guest",
        id=UUID(int=int.from_bytes(digest[:16]) & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62),
        company_id=portal.company_id,
        portal=Portal(
            branch_id=portal.branch_id,
            slug=portal.slug,
            name=portal.brand.name,
            time_zone=portal.time_zone,
            settings=portal.settings,
        ),
        guest_invoice_ids=invoice_ids,
        guest_program_id=program_id,
    )
