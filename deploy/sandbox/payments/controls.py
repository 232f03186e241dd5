"""The sandbox's hand on time: what would happen after days happens now, as a test or a demo wants it."""

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.payments import disputes, later, runner, tasks
from deploy.sandbox.payments.api import Api
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import StripeError, invalid
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.returns import RETURNS, Return

Json = dict[str, Any]
Act = Callable[[Call, str, Params], Json]


def routes(api: Api) -> list[Route]:
    """`POST /sandbox/<resource>/<id>/<act>` with a JSON object; each answers with what the object has become."""
    acts: dict[str, Act] = {
        "payment_intents/{id}/settle": _settle_payment,
        "payment_intents/{id}/fail": _fail_payment,
        "payment_intents/{id}/return": _return_payment,
        "payment_intents/{id}/dispute": _dispute_payment,
        "disputes/{id}/close": _close_dispute,
        "refunds/{id}/settle": _settle_refund,
        "refunds/{id}/fail": _fail_refund,
        "events/{id}/resend": _resend,
    }

    async def planned(_: Request) -> Response:
        return JSONResponse({"items": [dict(task) for task in tasks.planned(api.store)]})

    async def run(request: Request) -> Response:
        try:
            given = _given(await request.body())
            given.allow_only({"object", "account"})
        except StripeError as error:
            return JSONResponse(error.envelope("sandbox"), error.status)
        ready = tasks.planned(api.store, given.text("object"), given.text("account"))
        for task in ready:
            runner.perform(api, task)
        return JSONResponse({"items": [dict(task) for task in ready]})

    return [
        *(Route(f"/sandbox/{path}", _bound(api, act), methods=["POST"]) for path, act in acts.items()),
        Route("/sandbox/tasks", planned),
        Route("/sandbox/tasks/run", run, methods=["POST"]),
    ]


def _bound(api: Api, act: Act) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        object_id = request.path_params["id"]
        call = api.page_call(api.store.account_of(object_id) or "", str(request.base_url).rstrip("/"))
        try:
            given = _given(await request.body())
            with api.store.transaction():
                done = act(call, object_id, given)
        except StripeError as error:
            return JSONResponse(error.envelope("sandbox"), error.status)
        api.wake()
        return JSONResponse(done)

    return answer


def _given(body: bytes) -> Params:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise invalid("The body is not JSON.") from None
    if not isinstance(values, dict):
        raise invalid("The body is not a JSON object.")
    return Params(values)


def _settle_payment(call: Call, object_id: str, given: Params) -> Json:
    given.allow_only(())
    return later.clear_debit(call, object_id)


def _fail_payment(call: Call, object_id: str, given: Params) -> Json:
    return later.fail_debit(call, object_id, _cause(given, "R01"))


def _return_payment(call: Call, object_id: str, given: Params) -> Json:
    return later.return_debit(call, object_id, _cause(given, "R10"))


def _dispute_payment(call: Call, object_id: str, given: Params) -> Json:
    given.allow_only({"reason", "inquiry"})
    reason = given.choice("reason", disputes.REASONS, "fraudulent")
    return later.open_dispute(call, object_id, str(reason), given.values.get("inquiry") is True)


def _close_dispute(call: Call, object_id: str, given: Params) -> Json:
    given.allow_only({"status"})
    given.required("status")
    outcome = given.choice("status", ("won", "lost"))
    return disputes.close(call, call.get("dispute", object_id, "dispute"), str(outcome))


def _settle_refund(call: Call, object_id: str, given: Params) -> Json:
    given.allow_only(())
    return later.settle_refund(call, object_id)


def _fail_refund(call: Call, object_id: str, given: Params) -> Json:
    given.allow_only({"reason"})
    return later.fail_refund(call, object_id, given.text("reason") or "expired_or_canceled_card")


def _resend(call: Call, object_id: str, given: Params) -> Json:
    given.allow_only(())
    event = call.get("event", object_id, "event")
    call.store.queue(event, call.clock())
    return event


def _cause(given: Params, default: str) -> Return:
    given.allow_only({"code"})
    found = RETURNS.get(given.text("code") or default)
    if found is None:
        raise invalid(f"code is one of {', '.join(str(code) for code in RETURNS)}.", "code")
    return found
