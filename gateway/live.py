"""Pages that update themselves: each open page of a job, request or import is told when it should look again.

A stream says only that something changed; what, the page asks for itself, as at any other time. Before each
word the gateway looks whether the session lives and still sees the subject.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.auth import Caller
from gateway.bus import Bus, DeadlinePassed, Unavailable
from gateway.errors import Problem
from gateway.principals import Principals
from services.contracts import permissions
from services.contracts.billing import imports as billing
from services.contracts.errors import DomainError
from services.contracts.fieldwork.jobs import GetJob, JobChanged
from services.contracts.fieldwork.requests import GetRequest, RequestChanged, RequestClosed, RequestCommented
from services.contracts.identity import imports as identity
from services.contracts.messages import Ask
from services.contracts.notifications.activities import FeedChanged, ListActivities

SubjectKind = Literal["job", "request", "feed", "identity's import", "billing's import"]
"""A feed is a staff member's own, and its subject themselves."""

HEARTBEAT_SECONDS = 15.0
MOST_OF_ONE = 6
"""Streams of one person at one gateway: a browser opens no more connections of HTTP/1.1 than that."""
MOST = 1000
"""Streams of one gateway."""
RETRY_SECONDS = 5

_HELLO = f"retry: {RETRY_SECONDS * 1000}\n: welcome\n\n"
_CHANGED = "event: changed\ndata:\n\n"
_ENDED = "event: ended\ndata:\n\n"
_HEARTBEAT = ": still here\n\n"
_HEADERS = {"X-Accel-Buffering": "no"}
"""A proxy that gathers an answer before it hands it on would keep the page waiting for ever."""

_ASKS: dict[SubjectKind, Callable[[UUID], Ask[Any]]] = {
    "job": lambda subject_id: GetJob(job_id=subject_id),
    "request": lambda subject_id: GetRequest(request_id=subject_id),
    "feed": lambda _: ListActivities(limit=1),
    "identity's import": lambda subject_id: identity.GetImport(import_id=subject_id),
    "billing's import": lambda subject_id: billing.GetImport(import_id=subject_id),
}


@dataclass(eq=False)
class Watch:
    """One open page; `stirred` is set when there is something to look at."""

    kind: SubjectKind
    subject_id: UUID
    caller: Caller
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    changed: bool = False

    def stir(self, *, changed: bool = False) -> None:
        """Wakes the stream; several changes before it looks are one."""
        self.changed = self.changed or changed
        self.stirred.set()


class Stream(StreamingResponse):
    """What is sent to one open page; `ended` is called whatever becomes of it.

    Where a browser goes before it has taken a word, the generator of words was never begun, and would end nothing.
    """

    def __init__(self, words: AsyncIterator[str], ended: Callable[[], None]) -> None:
        super().__init__(words, media_type="text/event-stream", headers=_HEADERS)
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it, as ASGI has it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()


class Live:
    """The open pages of this gateway, woken by the events that every gateway hears."""

    def __init__(self, bus: Bus, principals: Principals) -> None:
        self._principals = principals
        self._watches: dict[tuple[SubjectKind, UUID], set[Watch]] = {}
        self._of_one: Counter[UUID] = Counter()
        self._ending = False
        bus.listen(JobChanged, lambda event: self._tell("job", event.job.id, internal=event.internal))
        bus.listen(RequestChanged, lambda event: self._tell("request", event.request.id, internal=event.internal))
        bus.listen(RequestClosed, lambda event: self._tell("request", event.request.id))
        bus.listen(RequestCommented, self._commented)
        bus.listen(FeedChanged, lambda event: self._tell("feed", event.staff_id))
        bus.listen(identity.ImportChanged, lambda event: self._tell("identity's import", event.changed.id))
        bus.listen(billing.ImportChanged, lambda event: self._tell("billing's import", event.changed.id))
        bus.on_connect(lambda: self._stir_all(changed=True))
        principals.on_forget(self._stir_all)

    @property
    def count(self) -> int:
        """How many pages are open."""
        return self._of_one.total()

    def end(self) -> None:
        """Ends every stream, for the gateway is going; browsers come back by themselves."""
        self._ending = True
        self._stir_all()

    async def follow(self, caller: Caller, kind: SubjectKind, subject_id: UUID) -> Stream:
        """The stream of a page; raises what the page itself would, and a Problem where there are too many."""
        await caller.ask(_ASKS[kind](subject_id))
        if self._ending or self.count >= MOST:
            headers = {"Retry-After": str(RETRY_SECONDS)}
            raise Problem(503, "Too many pages are open just now.", headers=headers, code="unavailable")
        if self._of_one[caller.principal.id] >= MOST_OF_ONE:
            raise Problem(429, "Too many of your pages are open.", code="too_many")
        watch = Watch(kind, subject_id, caller)
        # From here on, so that nothing is missed between the page and the first word.
        self._add(watch)
        return Stream(self._stream(watch), lambda: self._remove(watch))

    async def _stream(self, watch: Watch) -> AsyncIterator[str]:
        try:
            yield _HELLO
            while not self._ending:
                yield await self._next(watch)
        except DomainError:
            yield _ENDED

    async def _next(self, watch: Watch) -> str:
        """The next word; raises DomainError where the session has ended or sees the subject no longer."""
        try:
            await asyncio.wait_for(watch.stirred.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await self._check(watch)
            return _HEARTBEAT
        watch.stirred.clear()
        changed, watch.changed = watch.changed, False
        await self._check(watch, anew=changed)
        return _CHANGED if changed else _HEARTBEAT

    async def _check(self, watch: Watch, *, anew: bool = False) -> None:
        """Looks whether the session lives and, `anew` or where its rights may be others, sees the subject."""
        try:
            principal = await self._principals.of(watch.caller.token)
            if anew or principal is not watch.caller.principal:
                caller = Caller(principal, watch.caller.token, watch.caller.bus, self._principals)
                await caller.ask(_ASKS[watch.kind](watch.subject_id))
                watch.caller = caller
        except (Unavailable, DeadlinePassed):
            # Nobody knows, so nothing is told: the browser comes back, and is looked at then.
            raise DomainError("not_found", "It cannot be looked at now.") from None

    def _commented(self, event: RequestCommented) -> None:
        hidden = not (event.comment.public and event.request.include_client)
        self._tell("request", event.request.id, internal=hidden)

    def _tell(self, kind: SubjectKind, subject_id: UUID, *, internal: bool = False) -> None:
        for watch in self._watches.get((kind, subject_id), ()):
            if not internal or permissions.in_office(watch.caller.principal):
                watch.stir(changed=True)

    def _stir_all(self, *, changed: bool = False) -> None:
        for watches in self._watches.values():
            for watch in watches:
                watch.stir(changed=changed)

    def _add(self, watch: Watch) -> None:
        self._watches.setdefault((watch.kind, watch.subject_id), set()).add(watch)
        self._of_one[watch.caller.principal.id] += 1

    def _remove(self, watch: Watch) -> None:
        place = (watch.kind, watch.subject_id)
        self._watches[place].discard(watch)
        if not self._watches[place]:
            del self._watches[place]
        person = watch.caller.principal.id
        self._of_one[person] -= 1
        if not self._of_one[person]:
            del self._of_one[person]
