"""What is remembered of sessions, so that identity is not asked at each request."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from pydantic import SecretStr

from gateway.bus import Bus
from services.contracts.errors import not_found
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.sessions import ResolveSession
from services.contracts.principals import Principal

LONGEST_SECONDS = 30.0
MOST_SESSIONS = 10_000
LONGEST_TOKEN = 200


class Principals:
    """Principals by the hash of their session's token: never the token itself, never longer than 30 seconds.

    What changes access is broadcast and dropped at once. A look-up that was under way meanwhile answers its
    own request, but is not kept: it may be older than the change.
    """

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.time) -> None:
        self._bus = bus
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        self._generation = 0
        self._on_forget: list[Callable[[], None]] = []
        bus.listen(AccessChanged, self._access_changed)
        bus.on_connect(self.forget_all)

    def on_forget(self, callback: Callable[[], None]) -> None:
        """Has `callback` called whenever somebody was dropped: whoever goes on with a session looks at it again."""
        self._on_forget.append(callback)

    async def of(self, token: str) -> Principal:
        """The principal of a session; raises `not_found` where there is no such session."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise not_found()
        key = _key(token)
        until, principal = self._known.get(key, (0.0, None))
        if principal and until > self._clock():
            return principal
        return await self._look_up(key, token)

    async def _look_up(self, key: bytes, token: str) -> Principal:
        generation = self._generation
        session = await self._bus.ask(ResolveSession(token=SecretStr(token)))
        if generation == self._generation:
            until = min(self._clock() + LONGEST_SECONDS, session.expires_at.timestamp())
            self._known[key] = (until, session.principal)
            self._known.move_to_end(key)
            if len(self._known) > MOST_SESSIONS:
                self._known.popitem(last=False)
        return session.principal

    def forget(self, token: str) -> None:
        """Drops one session, which has ended."""
        self._known.pop(_key(token), None)
        self._forgot()

    def forget_all(self) -> None:
        """Drops everything: changes may have been missed."""
        self._known.clear()
        self._forgot()

    def forget_company(self, company_id: UUID) -> None:
        """Drops everybody of a company."""
        self._forget_those(lambda principal: principal.company_id == company_id)

    def _access_changed(self, event: AccessChanged) -> None:
        if event.whole_company:
            self.forget_company(event.company_id)
        changed = set(event.principal_ids)
        self._forget_those(lambda each: each.id in changed or (each.viewer is not None and each.viewer.id in changed))

    def _forget_those(self, concerned: Callable[[Principal], bool]) -> None:
        for key in [key for key, (_, principal) in self._known.items() if concerned(principal)]:
            del self._known[key]
        self._forgot()

    def _forgot(self) -> None:
        self._generation += 1
        for callback in self._on_forget:
            callback()


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
