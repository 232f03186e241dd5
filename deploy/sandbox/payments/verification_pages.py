"""The provider's hosted page where a holder enters what arrived at their bank account; works without JavaScript."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.sandbox.payments import accounts, microdeposits, pages, verification
from deploy.sandbox.payments.api import Api
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import StripeError
from deploy.sandbox.payments.forms import parse

Json = dict[str, Any]

_PATH = "/verify/{id}/{secret}"


def routes(api: Api) -> list[Route]:
    """`GET` shows the form, `POST` takes the code or the two amounts."""

    async def show(request: Request) -> Response:
        call = _call(api, request)
        intent = _waiting(call, request)
        return _form(call, intent, {}, None) if intent else _over(call, request)

    async def enter(request: Request) -> Response:
        call = _call(api, request)
        form = parse((await request.body()).decode())
        with api.store.transaction():
            intent = _waiting(call, request)
            answer = _entered(call, intent, form) if intent else _over(call, request)
        api.wake()
        return answer

    return [Route(_PATH, show), Route(_PATH, enter, methods=["POST"])]


def _call(api: Api, request: Request) -> Call:
    account = api.store.account_of(request.path_params["id"]) or ""
    return api.page_call(account, str(request.base_url).rstrip("/"))


def _intent(call: Call, request: Request) -> Json | None:
    """The intent of the address; its secret must be in it too."""
    intent_id, secret = request.path_params["id"], request.path_params["secret"]
    if call.store.hidden(intent_id).get("microdeposits", {}).get("secret") != secret:
        return None
    return call.store.find_any(call.account, intent_id)


def _waiting(call: Call, request: Request) -> Json | None:
    intent = _intent(call, request)
    return intent if intent and microdeposits.waits(intent) else None


def _entered(call: Call, intent: Json, form: Json) -> Response:
    amounts = [_cents(form.get(name)) for name in ("first", "second")]
    code = None if all(amounts) else str(form.get("code", ""))
    try:
        verdict = verification.enter(call, intent, amounts, code)
    except StripeError as error:
        return _form(call, intent, form, error.fields["message"])
    if verdict.code is None:
        return _notice("Your bank account is verified", "You can close this page.")
    if verdict.final:
        return _notice("Your bank account could not be verified", verdict.message)
    return _form(call, intent, form, verdict.message)


def _cents(text: Any) -> str:
    """`0.32`, `.32` and `32` are all 32 cents."""
    return str(text or "").strip().lstrip("$").removeprefix("0").removeprefix(".")


def _over(call: Call, request: Request) -> Response:
    if _intent(call, request) is None:
        return _notice("This page does not exist", "The link is wrong or incomplete.", 404)
    return _notice("Nothing is left to do here", "You can close this page.")


def _notice(title: str, text: str, status: int = 200) -> Response:
    return pages.render("notice.html", status, title=title, text=text)


def _form(call: Call, intent: Json, form: Json, problem: str | None) -> Response:
    method = call.get("payment_method", intent["payment_method"], "PaymentMethod")
    return pages.render(
        "verification.html",
        422 if problem else 200,
        business=accounts.display_name(call.store, call.account),
        bank=method["us_bank_account"],
        entered={name: str(form.get(name, "")) for name in ("code", "first", "second")},
        message=problem,
    )
