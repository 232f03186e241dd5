"""Carries an API call from the wire to its endpoint and back: keys, faults, one transaction, the envelope."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from deploy.sandbox.payments import authentication, forms, lists
from deploy.sandbox.payments.call import Call, Clock
from deploy.sandbox.payments.errors import StripeError
from deploy.sandbox.payments.faults import Faults, Strike
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.idempotency import Answer, Keys
from deploy.sandbox.payments.ids import new_id
from deploy.sandbox.payments.settings import API_VERSION, Settings
from deploy.sandbox.payments.store import Store
from deploy.sandbox.payments.webhooks import Deliverer

log = logging.getLogger(__name__)
Json = dict[str, Any]

MOST_BODY_BYTES = 256 * 1024


@dataclass(frozen=True)
class Endpoint:
    """One route: its handler, the parameters it takes, and whether a browser may call it."""

    method: str
    path: str
    handler: Callable[[Call], Json]
    params: frozenset[str] = frozenset({"expand"})
    browser: bool = False


class Api:
    """Everything that a call needs; one for the life of the server."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings, self.store, self.clock = settings, store, clock
        self.faults = Faults(store)
        self.keys = Keys(store)
        self.deliverer = Deliverer(store, settings, self.faults, clock)
        self.planned = asyncio.Event()
        """Set where something may have been planned for later."""

    def page_call(self, account: str, base_url: str, params: Json | None = None) -> Call:
        """A call that a hosted page makes on behalf of an account."""
        return Call(
            self.store,
            self.clock,
            base_url,
            account,
            params=Params(params or {}),
            request_id=new_id("req"),
            sends=self.settings.sends,
            delay_seconds=self.settings.delay_seconds,
        )

    def wake(self) -> None:
        """Lets webhooks and planned tasks know of new work."""
        self.deliverer.wake.set()
        self.planned.set()

    async def answer(self, endpoint: Endpoint, request: Request) -> Response:
        """Answers one HTTP request."""
        request_id = new_id("req")
        try:
            answer = await self._answered(endpoint, request, request_id)
        except StripeError as error:
            answer = Answer(error.status, json.dumps(error.envelope(request_id)), request_id)
        except Exception:
            log.exception("A call failed inside the sandbox: %s %s", endpoint.method, endpoint.path)
            answer = server_error(request_id)
        return _response(answer, request)

    async def _answered(self, endpoint: Endpoint, request: Request, request_id: str) -> Answer:
        call = await self._received(endpoint, request, request_id)
        strikes = {
            strike.kind: strike for strike in self.faults.on_call(request.method, request.url.path, call.account)
        }
        if "rate_limit" in strikes:
            raise StripeError(
                429,
                "invalid_request_error",
                "Request rate limit exceeded. You can learn more about rate limits here "
                "https://stripe.com/docs/rate-limits.",
                code="rate_limit",
            )
        if "error_500_before" in strikes:
            return server_error(request_id)
        with self.keys.running(call.account, call.idempotency_key):
            if "latency" in strikes:
                await asyncio.sleep(strikes["latency"].ms / 1000)
            answer = self._performed(endpoint, request, call, "error_500_after" in strikes)
            if request.method != "GET":
                self.wake()
            if "late_answer" in strikes:
                await asyncio.sleep(strikes["late_answer"].ms / 1000)
        if "timeout_after_success" in strikes:
            await _leave_unanswered(request, strikes["timeout_after_success"])
        return answer

    async def _received(self, endpoint: Endpoint, request: Request, request_id: str) -> Call:
        encoded = request.url.query if request.method in ("GET", "DELETE") else (await _body(request)).decode()
        params = forms.parse(encoded)
        publishable = authentication.is_publishable(request, params, self.settings, endpoint.browser)
        account = authentication.account_of(request, params, self.store, publishable)
        checked = Params(params)
        checked.allow_only(endpoint.params | {"client_secret"} if publishable else endpoint.params)
        return Call(
            store=self.store,
            clock=self.clock,
            base_url=self.settings.public_url or str(request.base_url).rstrip("/"),
            account=account,
            publishable=publishable,
            path=dict(request.path_params),
            params=checked,
            request_id=request_id,
            idempotency_key=request.headers.get("idempotency-key") if request.method == "POST" else None,
            api_version=API_VERSION,
            sends=self.settings.sends,
            delay_seconds=self.settings.delay_seconds,
            ip_address=request.client.host if request.client else "",
            user_agent=request.headers.get("user-agent", ""),
        )

    def _performed(self, endpoint: Endpoint, request: Request, call: Call, fail: bool) -> Answer:
        """Runs the endpoint and stores its answer in the same transaction, so neither survives without the other."""
        if request.method == "GET":
            return self._run(endpoint, call)
        key, place = call.idempotency_key, f"{request.method} {request.url.path}"
        with self.store.transaction():
            if key:
                earlier = self.keys.recall(call.account, key, place, call.params.values, self.clock())
                if earlier:
                    return earlier
            answer = self._run(endpoint, call)
            if fail:
                answer = server_error(call.request_id)
            if key:
                self.keys.remember(call.account, key, place, call.params.values, answer, self.clock())
            return answer

    def _run(self, endpoint: Endpoint, call: Call) -> Answer:
        try:
            found = endpoint.handler(call)
        except StripeError as error:
            if not error.kept:
                raise
            return Answer(error.status, json.dumps(error.envelope(call.request_id)), call.request_id)
        shown = lists.expand(call, found, call.params.texts("expand"))
        return Answer(200, json.dumps(shown), call.request_id)


def server_error(request_id: str) -> Answer:
    """What the provider answers when something breaks on its side."""
    error = StripeError(500, "api_error", "Sorry! There was an error while talking to one of our backends.")
    return Answer(500, json.dumps(error.envelope(request_id)), request_id)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise StripeError(413, "invalid_request_error", "Request body too large.")
    return body


def _response(answer: Answer, request: Request) -> Response:
    headers = {
        "Request-Id": answer.request_id,
        "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
        "Cache-Control": "no-cache, no-store",
    }
    key = request.headers.get("idempotency-key")
    if key and request.method == "POST":
        headers["Idempotency-Key"] = key
        headers["Original-Request"] = answer.request_id
    if answer.replayed:
        answer = replace(answer, request_id=new_id("req"))
        headers.update({"Idempotent-Replayed": "true", "Request-Id": answer.request_id})
    return Response(answer.body, answer.status, headers, "application/json")


async def _leave_unanswered(request: Request, strike: Strike) -> None:
    """Waits with the work done, then drops the connection without a word."""
    await asyncio.sleep(strike.ms / 1000)
    request.scope["state"]["transport"].abort()
