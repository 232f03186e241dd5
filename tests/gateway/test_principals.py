"""What the gateway remembers of sessions, and how fast it forgets."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local.stack import Stack
from gateway.bus import Bus
from gateway.principals import LONGEST_SECONDS, MOST_SESSIONS, Principals
from services.contracts.errors import DomainError, not_found
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.principals import Viewer
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.waiting import connected, until

pytestmark = pytest.mark.anyio


class Clock:
    """The wall clock, turned by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return datetime.now(UTC).timestamp() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def principals(backing: Stack, neighbours: Neighbours, clock: Clock) -> AsyncIterator[Principals]:
    bus = Bus(backing.broker.url)
    principals = Principals(bus, clock)
    async with connected(bus):
        yield principals


def asked(neighbours: Neighbours) -> int:
    return len(neighbours.calls(ResolveSession))


async def test_a_session_is_looked_up_once_in_thirty_seconds(
    principals: Principals, neighbours: Neighbours, clock: Clock
) -> None:
    for _ in range(3):
        assert await principals.of(world.PRIYA_TOKEN) == world.PRIYA
    assert asked(neighbours) == 1
    clock.ahead = LONGEST_SECONDS + 1
    await principals.of(world.PRIYA_TOKEN)
    assert asked(neighbours) == 2


async def test_a_session_is_never_remembered_past_its_end(
    principals: Principals, neighbours: Neighbours, clock: Clock
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=5)
    neighbours.answer(ResolveSession, SessionPrincipal(principal=world.PRIYA, expires_at=soon))
    await principals.of(world.PRIYA_TOKEN)
    clock.ahead = 6
    await principals.of(world.PRIYA_TOKEN)
    assert asked(neighbours) == 2


async def test_changed_access_is_forgotten_at_once_and_nobody_elses(
    principals: Principals, neighbours: Neighbours
) -> None:
    await principals.of(world.PRIYA_TOKEN)
    await principals.of(world.ROSA_TOKEN)
    neighbours.announce(AccessChanged(company_id=world.COMPANY, principal_ids=[world.PRIYA.id]))
    await until(lambda: len(principals._known) == 1)
    await principals.of(world.ROSA_TOKEN)
    assert asked(neighbours) == 2
    await principals.of(world.PRIYA_TOKEN)
    assert asked(neighbours) == 3


async def test_a_change_for_the_whole_company_is_forgotten_of_all_its_people_and_nobody_elses(
    principals: Principals, neighbours: Neighbours
) -> None:
    await principals.of(world.PRIYA_TOKEN)
    await principals.of(world.ROSA_TOKEN)
    neighbours.announce(AccessChanged(company_id=world.id_of("another company"), whole_company=True))
    neighbours.announce(AccessChanged(company_id=world.COMPANY, principal_ids=[world.PRIYA.id]))
    await until(lambda: len(principals._known) == 1)
    neighbours.announce(AccessChanged(company_id=world.COMPANY, whole_company=True))
    await until(lambda: not principals._known)


async def test_a_look_up_under_way_brings_no_older_access_back(principals: Principals, neighbours: Neighbours) -> None:
    answer = threading.Event()
    expires_at = datetime.now(UTC) + timedelta(hours=1)

    def slow(_: dict[str, Any]) -> SessionPrincipal:
        answer.wait(10)
        return SessionPrincipal(principal=world.PRIYA, expires_at=expires_at)

    neighbours.answer(ResolveSession, slow)
    under_way = asyncio.ensure_future(principals.of(world.PRIYA_TOKEN))
    await until(lambda: asked(neighbours) == 1)
    generation = principals._generation
    principals._access_changed(AccessChanged(company_id=world.COMPANY, principal_ids=[world.PRIYA.id]))
    assert principals._generation > generation
    answer.set()
    assert await under_way == world.PRIYA
    assert not principals._known


async def test_a_new_connection_starts_with_nothing_remembered(principals: Principals) -> None:
    await principals.of(world.PRIYA_TOKEN)
    principals.forget_all()
    assert not principals._known


async def test_only_so_many_sessions_are_remembered(principals: Principals, neighbours: Neighbours) -> None:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    neighbours.answer(ResolveSession, SessionPrincipal(principal=world.PRIYA, expires_at=expires_at))
    await principals.of("the first")
    key = next(iter(principals._known))
    entry = principals._known[key]
    principals._known |= {number.to_bytes(4, "big"): entry for number in range(MOST_SESSIONS - 1)}
    await principals.of("one too many")
    assert len(principals._known) == MOST_SESSIONS
    assert key not in principals._known


async def test_a_token_itself_is_not_kept(principals: Principals) -> None:
    await principals.of(world.PRIYA_TOKEN)
    assert world.PRIYA_TOKEN.encode() not in next(iter(principals._known))


async def test_nonsense_is_refused_without_asking(principals: Principals, neighbours: Neighbours) -> None:
    for token in ("x" * 201, "tökén"):
        with pytest.raises(DomainError):
            await principals.of(token)
    assert asked(neighbours) == 0


async def test_who_looks_as_a_contact_is_forgotten_when_the_staff_members_access_changes(
    principals: Principals, neighbours: Neighbours
) -> None:
    looking = world.PRIYA.model_copy(update={"viewer": Viewer(id=world.ROSA.id, name="Rosa Diaz")})
    neighbours.answer(
        ResolveSession, SessionPrincipal(principal=looking, expires_at=datetime.now(UTC) + timedelta(hours=1))
    )
    await principals.of("a viewing session")
    neighbours.announce(AccessChanged(company_id=world.COMPANY, principal_ids=[world.ROSA.id]))
    neighbours.answer(ResolveSession, not_found())
    await until(lambda: not principals._known)
    with pytest.raises(DomainError):
        await principals.of("a viewing session")
