"""The provider's hosted page of a Checkout Session: cards, bank accounts, 3DS, redirect back; without JavaScript."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from deploy.sandbox.payments import (
    accounts,
    attempts,
    challenge_pages,
    checkout,
    entries,
    mandates,
    methods,
    microdeposits,
    pages,
    setup_intents,
    verification_pages,
)
from deploy.sandbox.payments.api import Api
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import StripeError
from deploy.sandbox.payments.forms import Json, Params, parse


class Closed(Exception):
    """A session that takes nothing any more; `answer` is what its page says."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


def routes(api: Api) -> list[Route]:
    """The page, the way back from the bank's challenge, and the challenge itself."""

    async def show(request: Request) -> Response:
        wanted = request.query_params.get("type", "")
        return _answered(_shown, _call(api, request), request.path_params["id"], wanted)

    async def pay(request: Request) -> Response:
        call = _call(api, request)
        form = parse((await request.body()).decode())
        with api.store.transaction():
            answer = _answered(_paid, call, request.path_params["id"], form)
        api.wake()
        return answer

    async def come_back(request: Request) -> Response:
        call = _call(api, request)
        with api.store.transaction():
            answer = _answered(_returned, call, request.path_params["id"])
        api.wake()
        return answer

    return [
        Route("/c/pay/{id}", show),
        Route("/c/pay/{id}", pay, methods=["POST"]),
        Route("/c/pay/{id}/return", come_back),
        *challenge_pages.routes(api),
        *verification_pages.routes(api),
    ]


def _call(api: Api, request: Request) -> Call:
    account = api.store.account_of(request.path_params["id"]) or ""
    base_url = str(request.base_url).rstrip("/")
    payer = request.client.host if request.client else ""
    params = {
        "return_url": f"{base_url}/c/pay/{request.path_params['id']}/return",
        "mandate_data": mandates.params_of_page(payer, request.headers.get("user-agent", "")),
    }
    return api.page_call(account, base_url, params)


def _answered(act: Callable[..., Response], call: Call, *more: Any) -> Response:
    try:
        return act(call, *more)
    except Closed as closed:
        return closed.answer


def _open_session(call: Call, session_id: str) -> Json:
    try:
        session = checkout.find(call, session_id)
    except StripeError:
        raise Closed(_notice("This page does not exist", "The link is wrong or incomplete.", 404)) from None
    if session["status"] == "complete":
        raise Closed(_to(session["success_url"], session))
    if session["status"] == "expired":
        raise Closed(_notice("This page has expired", "Go back to where you came from and start again.", 410))
    return session


def _shown(call: Call, session_id: str, kind: str) -> Response:
    return _form(call, _open_session(call, session_id), {"type": kind}, None)


def _paid(call: Call, session_id: str, form: Json) -> Response:
    session = _open_session(call, session_id)
    kind, email = _kind(session, form), form.get("email") or session["customer_email"]
    if _asks_email(session) and "@" not in str(email or ""):
        return _form(call, session, form, ("email", "Enter the e-mail address for your receipt."))
    try:
        method = methods.from_details(call, Params(entries.details(kind, form, email)))
    except StripeError as error:
        return _form(call, session, form, (entries.field_of(error, kind), error.fields["message"]))
    if email:
        checkout.keep_email(call, session, str(email))
    intent = checkout.intent_for_attempt(call, session)
    if session["mode"] == "payment":
        attempts.attempt(call, intent, method, off_session=False)
    else:
        setup_intents.attempt(call, intent, method)
    checkout.complete_with(call, intent)
    return _outcome(call, session, intent, form)


def _returned(call: Call, session_id: str) -> Response:
    session = _open_session(call, session_id)
    intent = checkout.intent_of(call, session)
    return _outcome(call, session, intent, {}) if intent else _form(call, session, {}, None)


def _outcome(call: Call, session: Json, intent: Json, form: Json) -> Response:
    if intent["status"] in ("succeeded", "processing") or microdeposits.waits(intent):
        return _to(session["success_url"], session)
    if intent["status"] == "requires_action":
        return RedirectResponse(intent["next_action"]["redirect_to_url"]["url"], 303)
    error = intent["last_payment_error" if session["mode"] == "payment" else "last_setup_error"]
    problem = (entries.field_of_code(error["code"]), error["message"]) if error else None
    return _form(call, session, form, problem)


def _form(call: Call, session: Json, form: Json, problem: tuple[str, str] | None) -> Response:
    return pages.render(
        "checkout.html",
        422 if problem else 200,
        session=session,
        kind=_kind(session, form),
        lines=call.store.hidden(session["id"]).get("lines", []),
        business=accounts.display_name(call.store, call.account),
        asks_email=_asks_email(session),
        cancel_url=_address(session["cancel_url"], session) if session["cancel_url"] else None,
        entered={name: str(form.get(name, "")) for name in ("email", "name", "postal", "holder")},
        error_field=problem[0] if problem else None,
        message=problem[1] if problem else None,
    )


def _kind(session: Json, form: Json) -> str:
    """What the payer chose to pay with or to save, of what the session takes."""
    kinds: list[str] = session["payment_method_types"]
    return form["type"] if form.get("type") in kinds else kinds[0]


def _asks_email(session: Json) -> bool:
    return session["mode"] == "payment" and not session["customer"] and not session["customer_email"]


def _notice(title: str, text: str, status: int) -> Response:
    return pages.render("notice.html", status, title=title, text=text)


def _to(address: str, session: Json) -> Response:
    return RedirectResponse(_address(address, session), 303)


def _address(address: str, session: Json) -> str:
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])
