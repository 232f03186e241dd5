"""Paying without a login: the pages behind a pay link, which show what is owed and nothing of who owes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from gateway.auth import check_origin
from gateway.bus import DeadlinePassed, Unavailable
from gateway.errors import Problem, problem_of
from gateway.idempotency import message_id
from gateway.pages.addresses import address, see
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form, invalid, refused, texts, wrong
from gateway.portal.guest_outcomes import why_not_payable
from gateway.portal.guest_visits import GuestVisit, Visit, hosted_page, secret_page
from gateway.portal.secrets import NO_REFERRER
from gateway.requests import read_form
from gateway.settings import GatewaySettings
from services.contracts.billing.methods import GetProviderForm
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GetGuestInvoice,
    GuestInvoiceView,
    GuestPaymentView,
    QuoteGuestPayment,
)
from services.contracts.billing.payments import (
    PaymentQuoteView,
)
from services.contracts.billing.third_parties import GetGuestProgram
from services.contracts.errors import DomainError, not_found
from services.contracts.errors import invalid as refusal
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType

router = APIRouter()

OTHER = "other"
EMAIL_SENTENCE = {"email": "Enter an e-mail address such as name@example.com, for your receipt."}
NOT_HEARD = "We did not hear back in time. You can press the button again: you are charged once at most."
_FIELDS = {"amount": "amount", "email": "email"}


@dataclass(frozen=True)
class Wish:
    """What a guest has chosen so far, as it was typed."""

    typed: Mapping[str, str]
    types: list[PaymentMethodType]

    @cached_property
    def type(self) -> PaymentMethodType:
        """The way to pay; the first that the portal takes where none was chosen."""
        fallback: PaymentMethodType = self.types[0] if self.types else "card"
        return next((each for each in self.types if each == self.typed.get("type")), fallback)

    def money(self, currency: str) -> Money | None:
        """The amount, None for the whole balance; raises DomainError where it is none."""
        if self.typed.get("how_much") != OTHER:
            return None
        amount = read_amount(self.typed.get("amount", ""), currency)
        if amount is None:
            raise refusal("Enter an amount such as 125.00.", field="amount")
        return amount

    def values(self) -> dict[str, str]:
        """The choice as the form's fields show it."""
        kept = {name: self.typed.get(name, "") for name in ("email", "amount", "message_id")}
        how_much = OTHER if self.typed.get("how_much") == OTHER else "full"
        return {**kept, "type": self.type, "how_much": how_much}


@router.get("/{portal}/pay/{token}")
async def show(request: Request, visit: Visit) -> Response:
    """What a link's invoice owes, and the form that pays it; or the program that was looked up."""
    if visit.caller.principal.guest_program_id:
        program = await visit.caller.ask(GetGuestProgram())
        return secret_page(request, "guests/program.html", program=program, root=visit.root)
    return await _form(request, visit, Wish(dict(request.query_params), visit.types))


@router.get("/{portal}/pay/{token}/invoices/{invoice_id:uuid}")
async def show_invoice(request: Request, visit: Visit) -> Response:
    """One invoice of the program, and the form that pays it."""
    return await _form(request, visit, Wish(dict(request.query_params), visit.types))


@router.post("/{portal}/pay/{token}")
@router.post("/{portal}/pay/{token}/invoices/{invoice_id:uuid}")
async def pay(request: Request, visit: Visit) -> Response:
    """Begins a payment: a script is told the secret that the provider's fields need, a browser goes to its page."""
    check_origin(request, request.app.state.settings)
    wish = Wish(texts(await read_form(request)), visit.types)
    scripted = request.headers.get("accept") == "application/json"
    if wish.typed.get("step") == "review":
        return see(address(visit.here, {**wish.values(), "message_id": ""}))
    try:
        begun = await _begin(request, visit, wish)
        return await _begun(request, visit, begun, scripted=scripted)
    except (DomainError, ValidationError, Unavailable, DeadlinePassed) as error:
        return await _not_begun(request, visit, wish, error, scripted=scripted)


async def _begin(request: Request, visit: GuestVisit, wish: Wish) -> GuestPaymentView:
    """The attempt that the form asks for; one that ended meanwhile is begun anew."""
    try:
        return await visit.caller.ask(_order(request, visit, wish, None))
    except DomainError as error:
        if error.details.get("reason") != "attempt_over":
            raise
        return await visit.caller.ask(_order(request, visit, wish, new_id()))


def _order(request: Request, visit: GuestVisit, wish: Wish, order_id: UUID | None) -> BeginGuestPayment:
    settings: GatewaySettings = request.app.state.settings
    expected = _expected(wish.typed)
    email = wish.typed.get("email", "").strip()
    # Another amount or way of paying makes another attempt of the same form.
    content = "\n".join((wish.type, str(expected), email))
    return BeginGuestPayment(
        id=order_id or message_id(visit.caller, f"pay {content}", wish.typed.get("message_id")),
        invoice_ids=[_only(visit)],
        amount=wish.money(expected.currency),
        type=wish.type,
        expected_total=expected,
        email=email,
        return_url=f"{settings.public_url}{visit.root}/payments/{{payment_id}}",
    )


def _only(visit: GuestVisit) -> UUID:
    if visit.invoice_id is None:
        raise not_found()
    return visit.invoice_id


def _expected(typed: Mapping[str, str]) -> Money:
    """The total that the payer saw on the button."""
    try:
        return Money(amount=int(typed["expected_total"]), currency=typed["currency"])
    except (KeyError, ValueError):
        raise refusal("The total was not shown yet. Look at it, and confirm once more.") from None


async def _begun(request: Request, visit: GuestVisit, begun: GuestPaymentView, *, scripted: bool) -> Response:
    done = f"{visit.root}/payments/{begun.id}"
    if scripted:
        return JSONResponse({"client_secret": begun.client_secret, "done_url": done}, headers=NO_REFERRER)
    return see(await hosted_page(request, visit, begun.id))


async def _not_begun(request: Request, visit: GuestVisit, wish: Wish, error: Exception, *, scripted: bool) -> Response:
    """The form again, with what is wrong; a script is told the sentences alone."""
    form = _refused(wish, error)
    problem = problem_of(error)
    if scripted:
        says = " ".join(form.errors.values())
        return JSONResponse({"problem": says}, problem.status_code, headers={**(problem.headers or {}), **NO_REFERRER})
    return await _form(request, visit, wish, form, problem)


def _refused(wish: Wish, error: Exception) -> Form:
    match error:
        case DomainError():
            return refused(wish.values(), error, _FIELDS)
        case ValidationError():
            return invalid(wish.values(), error, EMAIL_SENTENCE)
        case _:
            return wrong(wish.values(), {"": NOT_HEARD})


async def _form(
    request: Request, visit: GuestVisit, wish: Wish, form: Form | None = None, problem: Problem | None = None
) -> Response:
    invoice = await visit.caller.ask(GetGuestInvoice(invoice_id=_only(visit)))
    wish = Wish(wish.typed, invoice.types)
    if not invoice.payable or not invoice.types:
        said = why_not_payable(invoice)
        return secret_page(request, "guests/settled.html", invoice=invoice, said=said, back=visit.back)
    form, provider = form or Form(wish.values()), await visit.caller.ask(GetProviderForm())
    return secret_page(
        request,
        "guests/pay.html",
        problem,
        invoice=invoice,
        form=form,
        quote=await _quote(visit, wish, invoice, form),
        provider=provider,
        takes=invoice.types,
        partial=visit.takes_parts and invoice.kind != "payoff",
        here_address=visit.here,
        back=visit.back,
    )


async def _quote(visit: GuestVisit, wish: Wish, invoice: GuestInvoiceView, form: Form) -> PaymentQuoteView | None:
    """What it would cost; None where the amount is missing or, as the form is told, wrong."""
    if wish.typed.get("how_much") == OTHER and not wish.typed.get("amount"):
        return None
    try:
        amount = wish.money(invoice.balance.currency)
        return await visit.caller.ask(QuoteGuestPayment(invoice_ids=[invoice.id], amount=amount, type=wish.type))
    except DomainError as error:
        form.errors.update(refused({}, error, _FIELDS).errors)
        return None
