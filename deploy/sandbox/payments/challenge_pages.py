"""The bank's page of a 3D Secure challenge: in a frame over the portal, or as a page of its own."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from deploy.sandbox.payments import accounts, attempts, challenges, checkout, pages, setup_intents
from deploy.sandbox.payments.api import Api
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.forms import Json, parse


def routes(api: Api) -> list[Route]:
    """`GET` shows the question, `POST outcome=complete|fail` answers it."""

    async def show(request: Request) -> Response:
        return _shown(_call(api, request), request)

    async def decide(request: Request) -> Response:
        outcome = parse((await request.body()).decode()).get("outcome")
        call = _call(api, request)
        with api.store.transaction():
            answer = _decided(call, request, outcome == "complete")
        api.wake()
        return answer

    return [Route("/3ds/{id}", show), Route("/3ds/{id}", decide, methods=["POST"])]


def _call(api: Api, request: Request) -> Call:
    account = api.store.account_of(request.path_params["id"]) or ""
    return api.page_call(account, str(request.base_url).rstrip("/"))


def _shown(call: Call, request: Request) -> Response:
    challenge, intent, method = _found(call, request.path_params["id"])
    if challenge is None or intent is None or method is None:
        return pages.render("notice.html", 404, title="This page does not exist", text="The link is wrong.")
    if not challenges.is_current(call, challenge, intent):
        return _left(request, challenge, intent)
    return pages.render(
        "challenge.html",
        framed=_embedded(request),
        embedded=_embedded(request),
        business=accounts.display_name(call.store, call.account),
        amount=pages.money(intent["amount"], intent["currency"]) if "amount" in intent else None,
        card=method["card"],
    )


def _decided(call: Call, request: Request, completed: bool) -> Response:
    challenge, intent, method = _found(call, request.path_params["id"])
    if challenge is None or intent is None or method is None:
        return pages.render("notice.html", 404, title="This page does not exist", text="The link is wrong.")
    if challenges.is_current(call, challenge, intent):
        challenges.close(call, challenge, "completed" if completed else "failed")
        checkout.complete_with(call, answer(call, intent, method, completed))
    return _left(request, challenge, intent)


def answer(call: Call, intent: Json, method: Json, completed: bool) -> Json:
    """Carries on with the intent as its holder answered the bank."""
    if intent["object"] == "payment_intent":
        act = attempts.settle if completed else attempts.fail_authentication
    else:
        act = setup_intents.settle if completed else setup_intents.fail_authentication
    return act(call, intent, method)


def _found(call: Call, challenge_id: str) -> tuple[Json | None, Json | None, Json | None]:
    challenge = call.store.find(call.account, "challenge", challenge_id)
    if challenge is None:
        return None, None, None
    intent = call.store.find(call.account, challenge["intent_object"], challenge["intent"])
    return challenge, intent, call.store.find(call.account, "payment_method", challenge["method"])


def _left(request: Request, challenge: Json, intent: Json) -> Response:
    """Back to where the holder came from."""
    if _embedded(request):
        return pages.render("challenge_answered.html", framed=True)
    if challenge["return_url"] is None:
        return pages.render("notice.html", title="You are done here", text="You can close this page.")
    noun = str(intent["object"])
    status = "failed" if intent["status"] in ("requires_payment_method", "canceled") else intent["status"]
    values = {noun: intent["id"], f"{noun}_client_secret": intent["client_secret"], "redirect_status": status}
    return RedirectResponse(_with_query(challenge["return_url"], values), 303)


def _embedded(request: Request) -> bool:
    return request.query_params.get("embedded") == "1"


def _with_query(address: str, values: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = f"{parts.query}&{urlencode(values)}" if parts.query else urlencode(values)
    return urlunsplit(parts._replace(query=query))
