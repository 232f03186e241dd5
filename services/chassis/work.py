"""What a use case works with: a session, the clock, the principal, and a way to tell and to ask."""

from collections.abc import Callable, Generator
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from services.chassis import outbox
from services.chassis.context import current
from services.chassis.database import enter_company
from services.contracts.errors import forbidden, invalid
from services.contracts.identity.people import Client
from services.contracts.messages import Ask, Event
from services.contracts.principals import Principal

Answer = TypeVar("Answer")

Outside = Callable[[], Any]
"""A call to an outside system."""

Steps = Generator[Outside, Any, Answer]
"""A use case in several transactions.

Each `yield` commits, makes the outside call it yields while no transaction is open, and hands back what
came of it: the result, or the exception, raised at the `yield`. Rows locked before it must be locked
again. A crash at a `yield` leaves what was committed; run again with the same message, the use case finds
that and goes on, and the outside system recognises the repeat by its idempotency key.
"""


class Work:
    """One unit of work; the chassis commits it, the use case never does."""

    since: float = 0.0
    """When what is worked on happened, in seconds since the epoch: no kept answer of a neighbour's may be older."""

    def __init__(self, session: Session, principal: Principal | None, ask: Callable[[Ask[Any], "Work"], Any]) -> None:
        self.session = session
        self._principal = principal
        self._ask = ask
        self.announced = False
        self.woken: set[str] = set()

    @property
    def now(self) -> datetime:
        """The only clock: aware, UTC."""
        return datetime.now(UTC)

    def today(self, time_zone: str) -> date:
        """The calendar's date there; refuses a name that is no zone's, for it may come in a message."""
        try:
            zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise invalid("There is no such time zone.", field="time_zone") from None
        return self.now.astimezone(zone).date()

    @property
    def principal(self) -> Principal:
        """Who is calling; refuses a message that came without anybody."""
        if self._principal is None:
            raise forbidden("This needs somebody who is signed in.", reason="no_principal")
        return self._principal

    @property
    def client(self) -> Client:
        """Where the call came from, as the gateway saw it; empty in an event's handler and a timer."""
        call = current()
        return Client(ip=call.client_ip, user_agent=call.user_agent)

    @property
    def company_id(self) -> UUID:
        """The tenant of this unit."""
        company_id: UUID | None = self.session.info["company_id"]
        if company_id is None:
            raise forbidden("This needs somebody of a company.", reason="no_company")
        return company_id

    def enter(self, company_id: UUID) -> None:
        """Works for this company from here on, where no principal said which: after a look-up found it.

        Refuses a caller of another company.
        """
        if self._principal and self._principal.company_id != company_id:
            raise forbidden("This is another company's.", reason="other_company")
        enter_company(self.session, company_id)

    def announce(self, event: Event) -> None:
        """Tells the other services, if and only if this transaction commits."""
        self.session.add(outbox.row(event, self.now))
        self.announced = True

    def wake(self, worklist: str) -> None:
        """Has the service's worklist of that name look for due rows as soon as this commits."""
        self.woken.add(worklist)

    def ask(self, message: Ask[Answer]) -> Answer:
        """A neighbour's answer, within the caller's deadline; one hop, and only what the service declares.

        A query, or a command that is not remembered: one that changes nothing but hands out a fresh secret.
        """
        answer: Answer = self._ask(message, self)
        return answer
