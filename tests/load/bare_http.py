"""Server process: a bare FastAPI endpoint that answers a fixed page, with the gateway's server settings."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI

PAGE: dict[str, Any] = orjson.loads(Path(os.environ["PAGE"]).read_bytes())


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Says that it is about to listen."""
    print("ready", flush=True)
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/api/v1/invoices")
async def list_invoices() -> dict[str, Any]:
    """Always the same page."""
    return PAGE


uvicorn.run(
    app,
    host="127.0.0.1",
    port=int(os.environ["PORT"]),
    loop="uvloop",
    http="httptools",
    ws="none",
    access_log=False,
    log_config=None,
    server_header=False,
    proxy_headers=False,
)
