"""The sandbox's own switches: faults, the ledger for audits, reset."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.payments.api import Api
from deploy.sandbox.payments.errors import StripeError, invalid

Json = dict[str, Any]


def routes(api: Api) -> list[Route]:
    """Everything under `/sandbox`; it never answers to the faults it sets."""

    async def add_fault(request: Request) -> Response:
        try:
            return JSONResponse(api.faults.add(_parsed(await request.body())), 201)
        except StripeError as error:
            return JSONResponse(error.envelope("sandbox"), error.status)

    async def faults(_: Request) -> Response:
        return JSONResponse({"items": api.faults.listed()})

    async def remove_faults(request: Request) -> Response:
        number = request.path_params.get("id")
        api.faults.remove(int(number) if number is not None else None)
        return Response(status_code=204)

    async def show_ledger(_: Request) -> Response:
        return JSONResponse({"items": ledger(api)})

    async def deliveries(_: Request) -> Response:
        return JSONResponse({"items": api.deliverer.pending()})

    async def reset(_: Request) -> Response:
        api.store.clear()
        api.faults.reload()
        return Response(status_code=204)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [
        Route("/sandbox/faults", add_fault, methods=["POST"]),
        Route("/sandbox/faults", faults),
        Route("/sandbox/faults", remove_faults, methods=["DELETE"]),
        Route("/sandbox/faults/{id:int}", remove_faults, methods=["DELETE"]),
        Route("/sandbox/ledger", show_ledger),
        Route("/sandbox/deliveries", deliveries),
        Route("/sandbox/reset", reset, methods=["POST"]),
        Route("/sandbox/health", health),
    ]


def ledger(api: Api) -> list[Json]:
    """Every charge that really moved money, oldest first, with what was refunded and disputed of it."""
    rows = api.store.connection.execute(
        "SELECT account, body FROM objects WHERE kind = 'charge' AND json_extract(body, '$.paid') ORDER BY seq"
    )
    return [_entry(api, row["account"], json.loads(row["body"])) for row in rows]


def _entry(api: Api, account: str, charge: Json) -> Json:
    kept = {
        name: charge[name]
        for name in (
            "amount",
            "amount_refunded",
            "currency",
            "customer",
            "created",
            "metadata",
            "payment_intent",
            "payment_method",
        )
    }
    return {"account": account, "charge": charge["id"], **kept, "amount_disputed": _taken(api, account, charge)}


def _taken(api: Api, account: str, charge: Json) -> int:
    """What banks hold or have taken back of a charge by disputes, fees aside."""
    found = api.store.newest(account, "dispute", "AND parent = ?", (charge["payment_intent"],), 100)
    return -sum(int(moved["amount"]) for dispute in found for moved in dispute["balance_transactions"])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise invalid("The body is not JSON.") from None
