"""Payments as the office sees them: all of the company's, those received offline, and refunds."""

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answered, answers, answers_pdf, office, relayed, sent
from gateway.auth import ApiCaller
from gateway.errors import Problem
from gateway.issuing import billing as issuing
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.billing.payments import (
    GetPayment,
    GetReceiptPdf,
    ListPayments,
    PaymentStatus,
    PaymentView,
    QuoteRefund,
    RefundPayment,
    RefundQuoteView,
)
from services.contracts.billing.provider import (
    ListProviderEvents,
    ProviderEventState,
    ProviderEventView,
    ReplayProviderEvent,
)
from services.contracts.messages import Page
from services.contracts.money import Money


class RefundBody(Body):
    """All that is left goes back where `amount` is not given; with `reopen` the invoices are owed again."""

    amount: Money | None = None
    reopen: bool = False


class RefundQuoteBody(Body):
    """All that is left where `amount` is not given."""

    amount: Money | None = None


@office.get("/payments", **answers(Page[PaymentView]))
async def list_payments(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: PaymentStatus | None = None,
    customer_id: UUID | None = None,
    invoice_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The company's payments, newest first; of an invoice all that was tried."""
    message = ListPayments(
        status=status,
        customer_id=customer_id,
        invoice_id=invoice_id,
        property_ids=properties,
        cursor=cursor,
        limit=limit,
    )
    return await relayed(caller, message)


@office.get("/payments/{payment_id}", **answers(PaymentView))
async def get_payment(payment_id: UUID, caller: ApiCaller) -> Response:
    """One payment, with its refunds."""
    return await relayed(caller, GetPayment(payment_id=payment_id))


@office.get("/payments/{payment_id}/receipt", **answers_pdf())
async def get_receipt(payment_id: UUID, caller: ApiCaller, request: Request) -> Response:
    """The receipt as a PDF."""
    return await sent(request, await caller.ask(GetReceiptPdf(payment_id=payment_id)))


@office.post("/payments", **answers(PaymentView, 201))
async def record_payment(body: issuing.NewOfflinePayment, caller: ApiCaller, new_id: CommandId) -> Response:
    """Records what came offline; what is beyond the invoices, or all where none is named, becomes credit."""
    return await relayed(caller, await issuing.offline_payment(caller, body, new_id), 201)


@office.post("/payments/{payment_id}/refund-quote", **answers(RefundQuoteView))
async def quote_refund(payment_id: UUID, body: RefundQuoteBody, caller: ApiCaller) -> Response:
    """What a refund would pay back, and how much of that is convenience fee."""
    return await relayed(caller, QuoteRefund(payment_id=payment_id, amount=body.amount))


@office.post(
    "/payments/{payment_id}/refund",
    **answers(PaymentView, s402="The provider refused: `detail` says why. Nothing was paid back."),
)
async def refund_payment(payment_id: UUID, body: RefundBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """Pays back, by the way that the money came, and waits for the provider."""
    message = RefundPayment(id=new_id, payment_id=payment_id, amount=body.amount, reopen=body.reopen)
    payment = await caller.ask(message)
    made = next((each for each in payment.refunds if each.id == new_id), None)
    if made and made.status == "failed":
        raise Problem(402, made.failure_reason or "The refund was refused.", code="declined", refund_id=made.id)
    return answered(payment)


@office.get("/provider-events", **answers(Page[ProviderEventView]))
async def list_provider_events(
    caller: ApiCaller, state: ProviderEventState | None = None, cursor: Cursor = None, limit: Limit = 25
) -> Response:
    """What the payment provider has told, newest first."""
    return await relayed(caller, ListProviderEvents(state=state, cursor=cursor, limit=limit))


@office.post("/provider-events/{event_id}/replay", **answers(ProviderEventView))
async def replay_provider_event(event_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Has what it is about read at the provider once more."""
    return await relayed(caller, ReplayProviderEvent(id=new_id, event_id=event_id))
