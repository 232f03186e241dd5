"""The gateway as an ASGI application: routes, middleware, and what lives as long as the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from gateway import api, errors, files, health, office, portal, verifications
from gateway.api.document import describe
from gateway.bus import Bus
from gateway.guests import WrongTries
from gateway.limits import Limits
from gateway.live import Live
from gateway.observe import Observe
from gateway.pages import render
from gateway.portal.surroundings import KnownSurroundings
from gateway.principals import Principals
from gateway.security import SecurityHeaders
from gateway.settings import GatewaySettings, gateway_settings

STATIC = Path(__file__).parent / "static"


class Section(BaseRoute):
    """All that lies under a prefix: searched only for such paths, and what is not found there is no page either."""

    def __init__(self, prefix: str, router: Router) -> None:
        self._prefix = prefix
        self._router = router

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is one of these."""
        is_under = scope["type"] == "http" and scope["path"].startswith(self._prefix)
        return (Match.FULL if is_under else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router.app(scope, receive, send)


def create_app(settings: GatewaySettings | None = None) -> FastAPI:
    """The application; what lives as long as the process is in `app.state`. Its lifespan opens the bus."""
    settings = settings or gateway_settings()
    app = FastAPI(
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        # Its own spans and logs hold addresses and what was typed, secrets with them; `observe.py` has ours.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=[
            Middleware(SecurityHeaders, settings=settings),
            Middleware(Observe, settings=settings),
            Middleware(Limits),
        ],
    )
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    app.state.settings = settings
    app.state.bus = Bus(settings.amqp_url.get_secret_value(), settings.calls_in_flight, settings.amqp_ca_file)
    app.state.principals = Principals(app.state.bus)
    app.state.live = Live(app.state.bus, app.state.principals)
    app.state.surroundings = KnownSurroundings()
    app.state.wrong_tries = WrongTries()
    app.state.readiness = health.Readiness(app.state.bus)
    app.state.desk = verifications.Desk()
    app.state.files = files.store(settings.files_url)
    errors.register(app, render.error_page)
    app.include_router(health.router)
    app.router.routes.append(Section("/api/", Router(api.routes.routes, redirect_slashes=False)))
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False))
    app.router.routes.extend([*office.router.routes, *portal.router.routes])
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    bus: Bus = app.state.bus
    bus.start()
    yield
    await bus.close()
