"""Puts the sandbox together as one ASGI application."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from deploy.sandbox.payments import browser, controls, hosted, runner, switches
from deploy.sandbox.payments.api import Api, Endpoint
from deploy.sandbox.payments.call import Clock
from deploy.sandbox.payments.endpoints import ENDPOINTS
from deploy.sandbox.payments.settings import Settings
from deploy.sandbox.payments.store import Store

STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, clock: Clock = time.time) -> Starlette:
    """The API, the browser's part, the hosted pages and the switches."""
    store = Store(settings.state)
    api = Api(settings, store, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        deliveries = asyncio.create_task(api.deliverer.run()) if settings.webhook_url else None
        planned = asyncio.create_task(runner.run(api))
        yield
        planned.cancel()
        if deliveries:
            deliveries.cancel()
            await api.deliverer.stop()
        store.close()

    routes = [
        *(Route(endpoint.path, _bound(api, endpoint), methods=[endpoint.method]) for endpoint in ENDPOINTS),
        *switches.routes(api),
        *controls.routes(api),
        *browser.routes(),
        *hosted.routes(api),
        Mount("/static", StaticFiles(directory=STATIC)),
        Route("/{path:path}", _unknown, methods=["GET", "POST", "DELETE"]),
    ]
    cross_origin = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"], max_age=600
    )
    return Starlette(routes=routes, lifespan=lifespan, middleware=[cross_origin])


def _bound(api: Api, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await api.answer(endpoint, request)

    return answer


async def _unknown(request: Request) -> Response:
    message = f"Unrecognized request URL ({request.method}: {request.url.path})."
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, 404)
