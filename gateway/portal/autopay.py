"""Managing autopay: of the customer's invoices in this portal, or of one program; turned on by reading what it says."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.pages.addresses import address, see
from gateway.pages.formats import plain_amount, read_amount
from gateway.pages.forms import Form, command_id, received, refused, texts, wrong
from gateway.pages.render import page
from gateway.paging import every
from gateway.portal.entry import Visitor, root
from services.contracts import permissions
from services.contracts.billing.autopay import AutopayView, ChangeAutopay, GetAutopay, GetAutopayTerms, SkipDebit
from services.contracts.billing.methods import ListPaymentMethods, PaymentMethodView
from services.contracts.billing.programs import GetProgram
from services.contracts.errors import DomainError
from services.contracts.messages import Command
from services.contracts.money import Money

router = APIRouter()

_SAID = {
    "on": "Autopay is on. A copy of your authorization is on its way by e-mail.",
    "off": "Autopay is off. Nothing is charged automatically any more.",
    "skipped": "The next charge is skipped. The invoice is yours to pay.",
    "taken-up": "The charge is not skipped any more.",
}
CURRENCY = "USD"
NO_AMOUNT = "Enter an amount such as 500.00, or leave it empty."
NOT_READ = "Tick the box to agree to the authorization."


@dataclass(frozen=True)
class Place:
    """Whose autopay a page is about, and where the page is."""

    visitor: Caller
    program_id: UUID | None

    @property
    def path(self) -> str:
        of_program = f"/programs/{self.program_id}" if self.program_id else ""
        return f"{root(self.visitor)}{of_program}/autopay"


@router.get("/{portal}/autopay")
@router.get("/{portal}/programs/{program_id:uuid}/autopay")
async def manage(request: Request, visitor: Visitor, program_id: UUID | None = None, saved: str = "") -> Response:
    """How it stands, what it will charge, and the ways to change it; the address may say what was chosen before."""
    typed = {name: request.query_params[name] for name in ("method", "cap") if name in request.query_params}
    return await _shown(request, Place(visitor, program_id), Form(typed), said=_SAID.get(saved))


@router.get("/{portal}/autopay/terms")
@router.get("/{portal}/programs/{program_id:uuid}/autopay/terms")
async def read_terms(
    request: Request, visitor: Visitor, program_id: UUID | None = None, method: UUID | None = None, cap: str = ""
) -> Response:
    """The exact words, before anybody agrees to them."""
    place, typed = Place(visitor, program_id), {"method": str(method or ""), "cap": cap}
    if method is None:
        return await _shown(request, place, wrong(typed, {"method": "Choose a payment method."}), 422)
    limit = read_amount(cap, CURRENCY) if cap.strip() else None
    if cap.strip() and (limit is None or limit.amount == 0):
        return await _shown(request, place, wrong(typed, {"cap": NO_AMOUNT}), 422)
    return await _terms(request, place, Form(typed), method, limit)


@router.post("/{portal}/autopay")
@router.post("/{portal}/programs/{program_id:uuid}/autopay")
async def turn_on(request: Request, visitor: Visitor, program_id: UUID | None = None) -> Response:
    """By the words that were shown, with the method and the limit that they name."""
    place, typed = Place(visitor, program_id), texts(await received(request))
    method, cap = _id(typed.get("method", "")), read_amount(typed.get("cap", ""), CURRENCY)
    if method is None:
        return see(place.path)
    if not typed.get("agreed"):
        return await _terms(request, place, wrong(typed, {"agreed": NOT_READ}), method, cap, 422)
    command = ChangeAutopay(
        id=command_id(visitor, f"turn on {place.path}", typed),
        program_id=program_id,
        enabled=True,
        payment_method_id=method,
        cap=cap,
        uncapped=cap is None,
        terms_sha256=typed.get("terms_sha256"),
    )
    return await _done(request, place, command, typed, "on")


@router.post("/{portal}/autopay/end")
@router.post("/{portal}/programs/{program_id:uuid}/autopay/end")
async def turn_off(request: Request, visitor: Visitor, program_id: UUID | None = None) -> Response:
    """Withdraws the authorization."""
    place, typed = Place(visitor, program_id), texts(await received(request))
    new_id = command_id(visitor, f"turn off {place.path}", typed)
    return await _done(request, place, ChangeAutopay(id=new_id, program_id=program_id, enabled=False), typed, "off")


@router.post("/{portal}/autopay/skip")
@router.post("/{portal}/programs/{program_id:uuid}/autopay/skip")
async def skip(request: Request, visitor: Visitor, program_id: UUID | None = None) -> Response:
    """Leaves the next charge out, or takes it up again."""
    place, typed = Place(visitor, program_id), texts(await received(request))
    skips = typed.get("skip") != "no"
    command = SkipDebit(
        id=command_id(visitor, f"skip {place.path}", typed),
        program_id=program_id,
        skip=skips,
        invoice_id=_id(typed.get("invoice_id", "")),
    )
    return await _done(request, place, command, typed, "skipped" if skips else "taken-up")


async def _done(
    request: Request, place: Place, command: Command[AutopayView], typed: Mapping[str, str], said: str
) -> Response:
    """Back to how it stands; where it was refused, the page says why."""
    try:
        await place.visitor.ask(command)
    except DomainError as error:
        return await _shown(request, place, refused(typed, error), problem_of(error).status_code)
    return see(address(place.path, {"saved": said}))


async def _shown(
    request: Request, place: Place, form: Form, http_status: int = 200, *, said: str | None = None
) -> Response:
    autopay, methods, program = await asyncio.gather(
        place.visitor.ask(GetAutopay(program_id=place.program_id)), _methods(place.visitor), _program(place)
    )
    if autopay.cap and "cap" not in form.values:
        form.values = {**form.values, "cap": plain_amount(autopay.cap)}
    return page(
        request,
        "autopay/manage.html",
        http_status,
        here="programs" if place.program_id else "autopay",
        autopay=autopay,
        methods=[each for each in methods if each.usable and each.type in autopay.allowed_payment_methods],
        chosen=form.values.get("method") or str(autopay.payment_method_id or ""),
        program=program,
        path=place.path,
        adding=address(f"{root(place.visitor)}/payment-methods", {"next": place.path}),
        form=form,
        said=said,
    )


async def _terms(
    request: Request, place: Place, form: Form, method: UUID, cap: Money | None, http_status: int = 200
) -> Response:
    query = GetAutopayTerms(program_id=place.program_id, payment_method_id=method, cap=cap)
    try:
        terms, autopay, program = await asyncio.gather(
            place.visitor.ask(query), place.visitor.ask(GetAutopay(program_id=place.program_id)), _program(place)
        )
    except DomainError as error:
        return await _shown(request, place, refused(form.values, error), problem_of(error).status_code)
    return page(
        request,
        "autopay/terms.html",
        http_status,
        here="programs" if place.program_id else "autopay",
        terms=terms,
        autopay=autopay,
        program=program,
        method=method,
        cap=cap,
        typed_cap=plain_amount(cap) if cap else "",
        path=place.path,
        form=form,
    )


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


async def _methods(visitor: Caller) -> list[PaymentMethodView]:
    if not permissions.may_keep_methods(visitor.principal):
        return []
    return await every(visitor, ListPaymentMethods())


async def _program(place: Place) -> str | None:
    """What the program is called."""
    if place.program_id is None:
        return None
    return (await place.visitor.ask(GetProgram(program_id=place.program_id))).name
