"""Paying without a login: the pages behind a pay link, which show what is owed and nothing of who owes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from gateway import guests
from gateway.auth import Caller, check_origin
from gateway.bus import DeadlinePassed, Unavailable
from gateway.errors import Problem, problem_of
from gateway.files import send
from gateway.idempotency import message_id
from gateway.pages.addresses import address, see
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form, invalid, refused, texts, wrong
from gateway.pages.render import page
from gateway.portal.entry import OpenPortal
from gateway.portal.outcomes import OPEN, Outcome, has_receipt, outcome_of
from gateway.portal.secrets import NO_REFERRER
from gateway.requests import read_form
from gateway.security import content_policy
from gateway.settings import GatewaySettings
from services.contracts.billing.methods import GetProviderForm
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GetGuestInvoice,
    GuestInvoiceView,
    GuestPaymentView,
    OpenHostedPage,
    QuoteGuestPayment,
)
from services.contracts.billing.payments import (
    GetPayment,
    GetReceiptPdf,
    PaymentQuoteView,
    PaymentView,
    RefreshPayment,
)
from services.contracts.errors import DomainError
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
class GuestVisit:
    """A guest at a secret address; `root` is that address within the portal."""

    caller: Caller
    root: str

    @property
    def types(self) -> list[PaymentMethodType]:
        """What the portal takes."""
        assert self.caller.principal.portal
        return self.caller.principal.portal.settings.payment_method_types

    @property
    def takes_parts(self) -> bool:
        """Whether less than the balance may be paid."""
        assert self.caller.principal.portal
        return self.caller.principal.portal.settings.partial_payments


async def _visit(request: Request, portal: OpenPortal, token: str) -> GuestVisit:
    return GuestVisit(await guests.of_link(request, portal, token), f"/{portal.slug}/pay/{token}")


Visit = Annotated[GuestVisit, Depends(_visit)]


@dataclass(frozen=True)
class Wish:
    """What a guest has chosen so far, as it was typed."""

    typed: Mapping[str, str]
    types: list[PaymentMethodType]

    @cached_property
    def type(self) -> PaymentMethodType:
        """The way to pay; the first that the portal takes where none was chosen."""
        return next((each for each in self.types if each == self.typed.get("type")), self.types[0])

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
    """What is owed, and the form that pays it."""
    return await _form(request, visit, Wish(dict(request.query_params), visit.types))


@router.post("/{portal}/pay/{token}")
async def pay(request: Request, visit: Visit) -> Response:
    """Begins a payment: a script is told the secret that the provider's fields need, a browser goes to its page."""
    check_origin(request, request.app.state.settings)
    wish = Wish(texts(await read_form(request)), visit.types)
    scripted = request.headers.get("accept") == "application/json"
    if wish.typed.get("step") == "review":
        return see(address(visit.root, {**wish.values(), "message_id": ""}))
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
    return visit.caller.principal.guest_invoice_ids[0]


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
    return see(await _hosted(request, visit, begun.id))


async def _hosted(request: Request, visit: GuestVisit, payment_id: UUID) -> str:
    settings: GatewaySettings = request.app.state.settings
    command = OpenHostedPage(payment_id=payment_id, cancel_url=f"{settings.public_url}{visit.root}")
    return (await visit.caller.ask(command)).url


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
    if not invoice.payable:
        return _secret_page(request, "guests/settled.html", invoice=invoice, said=_said(invoice))
    form, provider = form or Form(wish.values()), await visit.caller.ask(GetProviderForm())
    return _secret_page(
        request,
        "guests/pay.html",
        problem,
        invoice=invoice,
        form=form,
        quote=await _quote(visit, wish, invoice, form),
        provider=provider,
        takes=visit.types,
        partial=visit.takes_parts,
        root=visit.root,
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


def _said(invoice: GuestInvoiceView) -> Outcome:
    """Why there is nothing to pay now."""
    match invoice.status:
        case "paid":
            return Outcome("This invoice is paid", "good", "check", "Nothing is left to pay. Thank you.")
        case "void":
            lead = "It was taken back, and nothing is owed."
            return Outcome("This invoice is not valid any more", "notice", "info", lead)
        case "processing":
            lead = "A bank is working on a payment of this invoice, which can take several business days."
            return Outcome("A payment is under way", "notice", "clock", lead, "Please do not pay it a second time.")
        case _:
            lead = invoice.not_payable_because or "It cannot be paid now."
            return Outcome("This invoice cannot be paid here now", "notice", "info", lead)


# Afterwards


@router.get("/{portal}/pay/{token}/payments/{payment_id:uuid}")
async def outcome(request: Request, visit: Visit, payment_id: UUID) -> Response:
    """What has come of a payment, after a look at the provider where that is not known yet."""
    payment = await visit.caller.ask(GetPayment(payment_id=payment_id))
    if payment.status in OPEN:
        payment = await visit.caller.ask(RefreshPayment(payment_id=payment_id))
    return _secret_page(
        request,
        "guests/outcome.html",
        payment=payment,
        outcome=_came_to(payment),
        open=payment.status in OPEN,
        receipted=has_receipt(payment),
        root=visit.root,
    )


def _came_to(payment: PaymentView) -> Outcome:
    if payment.status in ("created", "requires_action"):
        lead = "Nothing was charged. You can go back and pay."
        return Outcome("Your payment is not complete", "notice", "clock", lead)
    return outcome_of(payment, confirmable=False)


@router.get("/{portal}/pay/{token}/payments/{payment_id:uuid}/receipt")
async def receipt(request: Request, visit: Visit, payment_id: UUID) -> Response:
    """The receipt as a document."""
    file = await visit.caller.ask(GetReceiptPdf(payment_id=payment_id))
    return await send(request.app.state.files, file, inline=True)


@router.get("/{portal}/pay/{token}/payments/{payment_id:uuid}/page")
async def hosted(request: Request, visit: Visit, payment_id: UUID) -> Response:
    """On to the provider's own page, for what was begun otherwise."""
    return see(await _hosted(request, visit, payment_id))


def _secret_page(request: Request, template: str, problem: Problem | None = None, **values: object) -> Response:
    """A page that may show the provider's fields and tells nobody its address."""
    settings: GatewaySettings = request.app.state.settings
    headers = {
        **((problem.headers or {}) if problem else {}),
        **NO_REFERRER,
        "Content-Security-Policy": content_policy(settings.provider_origins),
    }
    status = problem.status_code if problem else 200
    return page(request, template, status, headers=headers, provider_script=settings.stripe_js_url, **values)
