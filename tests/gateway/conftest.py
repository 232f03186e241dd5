"""A gateway in this process, on a real broker, among neighbours that answer by a script."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.local.stack import Stack
from gateway.app import create_app
from gateway.bus import Bus
from gateway.settings import GatewaySettings
from tests.gateway import office_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.waiting import connected, until

# Plain lines: the rich tracebacks of structlog's default take seconds to draw.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture
def anyio_backend() -> str:
    """The gateway runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def all_neighbours(backing: Stack) -> Iterator[Neighbours]:
    """The scripted services, started once."""
    found = Neighbours(backing.broker.url)
    yield found
    found.close()


@pytest.fixture
def neighbours(all_neighbours: Neighbours) -> Neighbours:
    """The scripted services: they know Priya's and Rosa's sessions, and answer nothing else yet."""
    all_neighbours.clear()
    world.know_sessions(all_neighbours)
    return all_neighbours


@pytest.fixture
async def bus(backing: Stack) -> AsyncIterator[Bus]:
    """A connected bus."""
    async with connected(Bus(backing.broker.url)) as bus:
        yield bus


@pytest.fixture
def settings(backing: Stack, tmp_path: Path) -> GatewaySettings:
    """A gateway behind a proxy in 10.0.0.0/8, seen by browsers over HTTPS."""
    return GatewaySettings(
        amqp_url=SecretStr(backing.broker.url),
        files_url=tmp_path.as_uri(),
        public_url="https://portal.example",
        stripe_js_url="https://js.provider.example/v3/",
        trusted_proxies="10.0.0.0/8",
    )


@pytest.fixture
async def app(settings: GatewaySettings) -> AsyncIterator[FastAPI]:
    """The gateway, connected."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await until(lambda: app.state.bus.connected)
        yield app


@pytest.fixture
async def client(app: FastAPI, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a session."""
    async with _client(app) as client:
        yield client


@pytest.fixture
async def priya(app: FastAPI, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """A customer's contact with a session."""
    async with _client(app, world.PRIYA_TOKEN) as client:
        yield client


@pytest.fixture
async def rosa(app: FastAPI, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """A staff member with a session."""
    async with _client(app, world.ROSA_TOKEN) as client:
        yield client


@pytest.fixture
async def ada(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator's browser, signed in to the office."""
    office_world.know_office(neighbours)
    office_world.sign_in(client, neighbours, office_world.ada())
    yield client


def _client(app: FastAPI, token: str | None = None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app, client=("10.0.0.1", 4000))
    return httpx.AsyncClient(transport=transport, base_url="https://portal.example", headers=headers)
