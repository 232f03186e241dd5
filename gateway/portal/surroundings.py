"""What a portal's frame shows besides the principal: what the properties are called, and the contact's portals."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from gateway.auth import Caller
from gateway.bus import DeadlinePassed, Unavailable
from gateway.paging import every
from gateway.principals import MOST_SESSIONS
from services.contracts.identity.contacts import GetContactPortals, PortalLink
from services.contracts.identity.customers import ListProperties
from services.contracts.principals import Principal


@dataclass(frozen=True)
class Surroundings:
    """Names of the contact's properties in this portal by their ids, and every portal that they may enter."""

    names: Mapping[UUID, str] = field(default_factory=dict)
    portals: Sequence[PortalLink] = ()


class KnownSurroundings:
    """Surroundings, asked for once for each principal that the gateway remembers: whatever drops that, drops these."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, tuple[Principal, Surroundings]] = OrderedDict()

    async def of(self, caller: Caller) -> Surroundings:
        """Those of a contact; empty while identity is away, for a page does without them."""
        session_id = caller.principal.session_id
        assert session_id
        principal, found = self._known.get(session_id, (None, Surroundings()))
        if principal is caller.principal:
            return found
        try:
            found = await _ask(caller)
        except (Unavailable, DeadlinePassed):
            return Surroundings()
        self._keep(session_id, caller.principal, found)
        return found

    def _keep(self, session_id: UUID, principal: Principal, found: Surroundings) -> None:
        self._known[session_id] = (principal, found)
        self._known.move_to_end(session_id)
        if len(self._known) > MOST_SESSIONS:
            self._known.popitem(last=False)


async def _ask(caller: Caller) -> Surroundings:
    properties, portals = await asyncio.gather(every(caller, ListProperties()), caller.ask(GetContactPortals()))
    return Surroundings({each.id: each.name for each in properties}, portals.portals)
