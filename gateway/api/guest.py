"""Guests of the API: third parties who look a program up, and whoever holds a pay link, pay without a login."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import Field

from gateway import guests
from gateway.api.routers import (
    Door,
    Settings,
    TheBus,
    answered,
    answers,
    answers_pdf,
    public,
    relayed,
    sent,
)
from gateway.auth import Caller
from gateway.errors import unauthorized
from gateway.idempotency import message_id
from gateway.requests import Body
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GetGuestInvoice,
    GuestInvoiceView,
    InvoiceIds,
    QuoteGuestPayment,
)
from services.contracts.billing.payments import (
    AllocationView,
    GetPayment,
    GetReceiptPdf,
    PaymentQuoteView,
    PaymentStatus,
    RefreshPayment,
)
from services.contracts.billing.third_parties import (
    AnyZip,
    GetGuestProgram,
    GuestProgramView,
    LookUpProgram,
    PolicyNumber,
)
from services.contracts.errors import DomainError
from services.contracts.identity.people import Email
from services.contracts.identity.portals import GetPortal
from services.contracts.messages import View
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType

WAITING: frozenset[PaymentStatus] = frozenset({"created", "requires_action", "unknown"})


async def _guest(request: Request, bus: TheBus) -> Caller:
    """Whoever the secret in the `Authorization` header lets in: it names the portal, and then its own part."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    slug, _, token = secret.strip().partition(".")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("Look a program up first, and send the token that this answers.")
    try:
        portal = await bus.ask(GetPortal(slug=slug))
        return await guests.of_secret(request, portal, token)
    except DomainError:
        raise unauthorized("Look the program up again: this token is unknown or its time has passed.") from None


Guest = Annotated[Caller, Depends(_guest)]
guest = Door("guests", _guest, "/guest")


class LookUp(Body):
    """Any policy number of the program, or several, and the insured's ZIP.

    `amount_due`, that of any invoice that is owed, is needed where the answer is 422 `third_fact_needed`.
    """

    policy_numbers: Annotated[list[PolicyNumber], Field(min_length=1, max_length=10)]
    zip: AnyZip
    amount_due: Money | None = None


class GuestToken(View):
    """`token` opens the routes under `/guest` until `expires_at`."""

    token: str
    expires_at: datetime


class GuestQuote(Body):
    """`amount` is the whole balance where it is not given."""

    invoice_ids: InvoiceIds
    amount: Money | None = None
    type: PaymentMethodType


class GuestOrder(GuestQuote):
    """`expected_total` is the quote's total; the receipt goes to `email`."""

    expected_total: Money
    email: Email


class BegunPayment(View):
    """Finished with `client_secret` in the provider's fields, or at `hosted_url`, where the fields then end."""

    id: UUID
    client_secret: str
    publishable_key: str
    account: str
    hosted_url: str


class GuestPayment(View):
    """How a guest's payment stands."""

    id: UUID
    number: str
    status: PaymentStatus
    subtotal: Money
    fee: Money
    total: Money
    allocations: list[AllocationView]
    decline_reason: str | None


@public.post("/portals/{portal}/guest-sessions", **answers(GuestToken, 201, s429="Too many tries."))
async def look_up(portal: str, body: LookUp, bus: TheBus, request: Request) -> Response:
    """Finds a program. Whatever is wrong is answered 404 alike."""
    found = await bus.ask(GetPortal(slug=portal))
    command = LookUpProgram(policy_numbers=body.policy_numbers, zip=body.zip, amount_due=body.amount_due)
    session = await guests.stranger(request, found).ask(command)
    return answered(GuestToken(token=f"{found.slug}.{session.token}", expires_at=session.expires_at), 201)


@guest.get("/program", **answers(GuestProgramView))
async def get_program(caller: Guest) -> Response:
    """The program that was looked up: how it stands, and what is due."""
    return await relayed(caller, GetGuestProgram())


@guest.get("/invoices/{invoice_id}", **answers(GuestInvoiceView))
async def get_invoice(invoice_id: UUID, caller: Guest) -> Response:
    """One invoice that the guest may pay."""
    return await relayed(caller, GetGuestInvoice(invoice_id=invoice_id))


@guest.post("/payment-quotes", **answers(PaymentQuoteView))
async def quote(body: GuestQuote, caller: Guest) -> Response:
    """The fee and the total, before paying."""
    message = QuoteGuestPayment(invoice_ids=body.invoice_ids, amount=body.amount, type=body.type)
    return await relayed(caller, message)


@guest.post("/payments", **answers(BegunPayment, 201))
async def pay(
    body: GuestOrder,
    caller: Guest,
    settings: Settings,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> Response:
    """Begins a payment, which the payer finishes at the provider. The same key is the same payment."""
    assert caller.principal.portal
    root = f"{settings.public_url}/{caller.principal.portal.slug}/pay/{caller.token}"
    command = BeginGuestPayment(
        id=message_id(caller, "POST /guest/payments", key),
        invoice_ids=body.invoice_ids,
        amount=body.amount,
        type=body.type,
        expected_total=body.expected_total,
        email=body.email,
        return_url=f"{root}/payments/{{payment_id}}",
    )
    begun = await caller.ask(command)
    hosted_url = f"{root}/payments/{begun.id}/page"
    return answered(BegunPayment(**dict(begun), hosted_url=hosted_url), 201)


@guest.get("/payments/{payment_id}", **answers(GuestPayment))
async def get_payment(payment_id: UUID, caller: Guest) -> Response:
    """How it stands; one that waits for its payer is looked up at the provider."""
    payment = await caller.ask(GetPayment(payment_id=payment_id))
    if payment.status in WAITING:
        payment = await caller.ask(RefreshPayment(payment_id=payment_id))
    return answered(GuestPayment.model_validate(payment.model_dump()))


@guest.get("/payments/{payment_id}/receipt", **answers_pdf())
async def get_receipt(payment_id: UUID, caller: Guest, request: Request) -> Response:
    """The receipt as a PDF."""
    return await sent(request, await caller.ask(GetReceiptPdf(payment_id=payment_id)))
