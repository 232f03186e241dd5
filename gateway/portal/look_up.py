"""Where third parties begin: a policy number and a ZIP code find what they can pay."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway import guests
from gateway.auth import check_origin
from gateway.errors import Problem, problem_of
from gateway.pages.addresses import see
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form, invalid, refused, texts
from gateway.pages.render import page
from gateway.portal.entry import OpenPortal
from gateway.requests import read_form
from services.contracts.billing.third_parties import LookUpProgram
from services.contracts.errors import DomainError
from services.contracts.errors import invalid as refusal
from services.contracts.identity.portals import PortalView

router = APIRouter()

_SENTENCES = {
    "policy_numbers": "Enter one policy number, or up to ten of one program.",
    "zip": "Enter a ZIP code such as 70112.",
}
_FIELDS = {"policy_numbers": "policy_numbers", "zip": "zip", "amount_due": "amount"}
CURRENCY = "USD"


@router.get("/{portal}/pay/look-up")
async def ask(request: Request, portal: OpenPortal) -> Response:
    """The form; where third parties are not let in, the way to sign in."""
    if not portal.settings.guest_payments:
        return see(f"/{portal.slug}/invoices?status=due")
    return _form(request, portal, Form())


@router.post("/{portal}/pay/look-up")
async def look_up(request: Request, portal: OpenPortal) -> Response:
    """On to what was found; or the form again, which does not say what of it was wrong."""
    check_origin(request, request.app.state.settings)
    typed = texts(await read_form(request))
    stranger = guests.stranger(request, portal)
    try:
        found = await stranger.ask(_command(typed))
    except ValidationError as error:
        return _form(request, portal, invalid(typed, error, _SENTENCES), Problem(422, ""))
    except DomainError as error:
        return _form(request, portal, refused(typed, error, _FIELDS), problem_of(error))
    return see(f"/{portal.slug}/pay/{found.token}")


def _command(typed: Mapping[str, str]) -> LookUpProgram:
    numbers = [each.strip() for each in typed.get("policy_numbers", "").split(",") if each.strip()]
    amount = typed.get("amount", "").strip()
    money = read_amount(amount, CURRENCY) if amount else None
    if amount and money is None:
        raise refusal("Enter an amount such as 1,250.40.", field="amount_due")
    return LookUpProgram(policy_numbers=numbers, zip=typed.get("zip", ""), amount_due=money)


def _form(request: Request, portal: PortalView, form: Form, problem: Problem | None = None) -> Response:
    """The amount is asked for where the branch always wants it, or was just told to."""
    asks = portal.settings.guest_third_fact or "amount" in form.errors or "amount" in form.values
    status, headers = (problem.status_code, problem.headers) if problem else (200, None)
    return page(request, "guests/look_up.html", status, headers=headers, form=form, asks_amount=asks)
