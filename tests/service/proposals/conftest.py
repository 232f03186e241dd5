"""The proposals service's use cases on a real database, run as a service process runs them."""

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg2
import pytest
from psycopg2.extensions import cursor

from deploy.local import seals
from services.chassis.executor import Executor
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, Event
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import DeliverProposal, GetProposal, ProposalView
from services.proposals.service import Proposals
from tests.service.conftest import Databases
from tests.unit.proposals.people import World

Answer = TypeVar("Answer")
Told = TypeVar("Told", bound=Event)


class Office:
    """Asks the service, as any principal, through its table of contents."""

    def __init__(self, databases: Databases, world: World) -> None:
        self.databases = databases
        self.world = world
        self.engine = databases.engine("proposals")
        self._executor = Executor(self.engine, b"k" * 32)
        self.staff = world.staff("office")

    def ask(self, message: Ask[Answer], principal: Principal | None) -> Answer:
        """The answer, or the refusal raised."""
        use_case: Any = inspect.unwrap(getattr(Proposals, message.method()))
        return cast(Answer, self._executor.answer(use_case, message, principal))

    def hear(self, handler: Any, event: Event) -> None:
        """Tells the service of an event of another one."""
        self._executor.event(handler.__name__, inspect.unwrap(handler), event)

    def work_on(self, worklist: Any, row_id: UUID) -> None:
        """Has a worklist of the service work on a row of the company's, as if it were due."""
        self._executor.due(inspect.unwrap(worklist), self.world.company, row_id)

    def refusal(self, message: Ask[Any], principal: Principal | None) -> DomainError:
        """The refusal that the message meets."""
        with pytest.raises(DomainError) as refused:
            self.ask(message, principal)
        return refused.value

    def draft(self, **said: Any) -> ProposalView:
        """A new draft."""
        return self.ask(self.world.create(**said), self.staff)

    def deliver(self, proposal_id: UUID, **said: Any) -> ProposalView:
        """Delivers a draft, as the office sees it then."""
        return self.ask(DeliverProposal(proposal_id=proposal_id, company_name="Evergreen Grounds", **said), self.staff)

    def delivered(self, **said: Any) -> ProposalView:
        """A new proposal, delivered."""
        return self.deliver(self.draft(**said).id)

    def seen_by(self, principal: Principal, proposal_id: UUID) -> ProposalView:
        """The proposal as this principal sees it."""
        return self.ask(GetProposal(proposal_id=proposal_id), principal)

    def events(self, event: type[Told]) -> list[Told]:
        """What was announced of a kind, in order."""
        found = "SELECT payload FROM outbox WHERE type = %s AND payload ->> 'company_id' = %s ORDER BY id"
        rows = self.rows(found, event.method(), self.world.company)
        return [event.model_validate(payload) for (payload,) in rows]

    def passed(self, proposal_id: UUID, last_day: date) -> None:
        """Lets time pass: this was the proposal's last day."""
        self.change("UPDATE proposal SET expires_on = %s WHERE id = %s", last_day, proposal_id)

    def change(self, sql: str, *parameters: Any) -> None:
        """What nobody does but time, or a fault: changes the company's rows as the tables' owner."""
        with self._cursor() as cursor:
            cursor.execute(sql, tuple(str(each) if isinstance(each, UUID) else each for each in parameters))

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What the database holds of this world's company, read by the tables' owner."""
        with self._cursor() as cursor:
            cursor.execute(sql, tuple(str(each) if isinstance(each, UUID) else each for each in parameters))
            return cursor.fetchall()

    @contextmanager
    def _cursor(self) -> Iterator[cursor]:
        with psycopg2.connect(self.databases.owner_url("proposals")) as connection, connection.cursor() as found:
            found.execute("SELECT set_config('portico.company_id', %s, true)", (str(self.world.company),))
            yield found


@pytest.fixture(scope="session", autouse=True)
def seal_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the key that documents are sealed with, and its chain."""
    folder = tmp_path_factory.mktemp("seal")
    os.environ.update(seals.variables(folder))
    return folder


@pytest.fixture
def world() -> World:
    """A company of this test's own."""
    return World()


@pytest.fixture
def office(databases: Databases, world: World) -> Office:
    """The service, and the company's office."""
    return Office(databases, world)
