"""Whether the process is up, and whether it can do its work."""

import asyncio
import time

import orjson
from fastapi import APIRouter, Request, Response

from gateway.bus import Bus
from gateway.wire import DeadlinePassed, Unavailable

SERVICES = ("identity", "billing", "proposals", "fieldwork", "notifications")
PING_SECONDS = 1.0
REMEMBERED_SECONDS = 0.5

router = APIRouter(include_in_schema=False)


class Readiness:
    """Which services answer. However many ask at once, each service is pinged once."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._asking = asyncio.Lock()
        self._found: dict[str, bool] = {}
        self._until = 0.0

    async def check(self) -> dict[str, bool]:
        """`bus` and each service: whether it works."""
        async with self._asking:
            if time.monotonic() > self._until:
                answers = await asyncio.gather(*map(self._answers, SERVICES))
                self._found = {"bus": self._bus.connected, **dict(zip(SERVICES, answers, strict=True))}
                self._until = time.monotonic() + REMEMBERED_SECONDS
            return self._found

    async def _answers(self, service: str) -> bool:
        try:
            await self._bus.ping(service, PING_SECONDS)
        except (Unavailable, DeadlinePassed):
            return False
        return True


@router.get("/healthz")
async def healthz() -> Response:
    """The process is up."""
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """The bus and every service answer; 503 names those that do not."""
    readiness: Readiness = request.app.state.readiness
    found = await readiness.check()
    ready = all(found.values())
    body = orjson.dumps({"status": "ready" if ready else "not ready", "checks": found})
    return Response(body, 200 if ready else 503, media_type="application/json")
