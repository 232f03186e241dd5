"""A new program: for whom, and with which policies."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import programs as issuing
from gateway.office.choosing import Sought, choose_customer
from gateway.office.entry import ProgramsWriter
from gateway.office.sending import Typed, typed_in
from gateway.office.showing import done, show
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from services.contracts.errors import DomainError
from services.contracts.identity.customers import CustomerView, GetCustomer

router = APIRouter()

_PATH = "/office/programs/new"
MOST_POLICIES = 20
CURRENCY = "USD"
_TEXTS = ("kind", "number", "carrier", "line", "effective_on", "expires_on")
_AMOUNTS = ("premium", "taxes", "earned_fees", "unearned_fees")
SENTENCES = {
    "name": "Enter a name of at most 200 characters.",
    "kind": "Choose policy or quote.",
    "number": "Enter a number of at least 3 characters.",
    "carrier": "Name the carrier.",
    "line": "Name the line of business.",
    "premium": "Enter an amount above zero, such as 4800.00.",
    "taxes": "Enter an amount such as 240.00, or nothing.",
    "earned_fees": "Enter an amount such as 75.00, or nothing.",
    "unearned_fees": "Enter an amount such as 75.00, or nothing.",
    "effective_on": "Choose the first day.",
    "expires_on": "Choose the last day.",
}


@router.get(_PATH)
async def write(
    request: Request, member: ProgramsWriter, customer: UUID | None = None, search: Sought = "", cursor: Cursor = None
) -> Response:
    """The form, once the insured is chosen."""
    if customer is None:
        return await choose_customer(request, member, "programs", "New program", search, cursor)
    insured = await member.ask(GetCustomer(customer_id=customer))
    return _form(request, member, insured, Form(), 1)


@router.post(_PATH)
async def add(request: Request, member: ProgramsWriter, customer: UUID) -> Response:
    """Keeps the draft, or shows the form with a policy more."""
    typed = await typed_in(request)
    insured = await member.ask(GetCustomer(customer_id=customer))
    count = _count(typed)
    if typed["step"] == "more":
        return _form(request, member, insured, wrong(typed.values, {}), min(count + 1, MOST_POLICIES))
    try:
        draft = issuing.NewProgram.model_validate(
            {"customer_id": customer, "name": typed["name"], "policies": _policies(typed, count)}
        )
        new_id = command_id(member, typed.path, typed.values)
        made = await member.ask(await issuing.program(member, draft, new_id))
    except ValidationError as error:
        return _form(request, member, insured, wrong(typed.values, _problems(error)), count, 422)
    except DomainError as error:
        return _form(request, member, insured, refused(typed.values, error), count, problem_of(error).status_code)
    return done(f"/office/programs/{made.id}", "program-drafted")


def _count(typed: Typed) -> int:
    """How many policies the form has."""
    return min(int(typed["count"]), MOST_POLICIES) if typed["count"].isdecimal() else 1


def _policies(typed: Typed, count: int) -> list[dict[str, Any]]:
    """The policies as they were typed; one after the first that is all empty is left out."""
    rows = [{name: typed[f"{name}-{at}"].strip() for name in (*_TEXTS, *_AMOUNTS)} for at in range(count)]
    return [_policy(row) for at, row in enumerate(rows) if at == 0 or any(row[name] for name in row if name != "kind")]


def _policy(row: dict[str, str]) -> dict[str, Any]:
    """As the message has it: what is left empty of the amounts is none."""
    amounts = {name: _amount(row[name]) for name in _AMOUNTS if row[name] or name == "premium"}
    return {**{name: row[name] for name in _TEXTS}, **amounts}


def _amount(text: str) -> object:
    """The amount; what is none is left to be found wrong."""
    return read_amount(text, CURRENCY) or text


def _problems(error: ValidationError) -> dict[str, str]:
    """A sentence for each field at fault, by its name in the form."""
    found: dict[str, str] = {}
    for each in error.errors(include_input=False):
        place = each["loc"]
        if place[0] == "policies" and len(place) > 2:
            found[f"{place[2]}-{place[1]}"] = SENTENCES.get(str(place[2]), "This cannot be understood.")
        elif place[0] == "policies" and len(place) == 2:
            found[f"premium-{place[1]}"] = SENTENCES["premium"]
        else:
            found[str(place[0])] = SENTENCES.get(str(place[0]), "This cannot be understood.")
    return found


def _form(
    request: Request, member: Caller, insured: CustomerView, form: Form, count: int, status: int = 200
) -> Response:
    template = "office/programs/new.html"
    return show(request, member, template, status, here="programs", insured=insured, form=form, count=count)
