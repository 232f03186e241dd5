"""Payments: how one turned out, the history, and receipts."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.confirming import secret_of
from gateway.files import send
from gateway.pages.addresses import address, see
from gateway.pages.forms import received
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Payer, root
from gateway.portal.filter import chosen_by
from gateway.portal.frame import sections_of
from gateway.portal.outcomes import OPEN, has_receipt, outcome_of, remaining, state_of
from services.contracts.billing.payments import GetPayment, GetReceiptPdf, ListPayments, RefreshPayment

router = APIRouter()


@router.get("/{portal}/payments")
async def payments(request: Request, visitor: Payer, cursor: Cursor = None) -> Response:
    """The history, newest first."""
    found = await visitor.ask(ListPayments(property_ids=chosen_by(visitor.principal), cursor=cursor))
    path = f"{root(visitor)}/payments"
    return page(
        request,
        "payments/list.html",
        here="payments",
        payments=found,
        state_of=state_of,
        has_receipt=has_receipt,
        first=path if cursor else None,
        next=address(path, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.get("/{portal}/payments/{payment_id:uuid}")
async def payment(request: Request, visitor: Payer, payment_id: UUID) -> Response:
    """One payment, as far as it is known."""
    found = await visitor.ask(GetPayment(payment_id=payment_id))
    secret = await secret_of(visitor, found)
    return page(
        request,
        "payments/item.html",
        here="payments",
        payment=found,
        outcome=outcome_of(found, confirmable=secret is not None),
        state=state_of(found),
        receipted=has_receipt(found),
        remaining=remaining(found),
        open=found.status in OPEN,
        confirm_at=secret.action_url if secret else None,
        shown=sections_of(visitor.principal),
        again=address(f"{root(visitor)}/pay", {"invoice": [part.invoice_id for part in found.allocations]}),
    )


@router.get("/{portal}/payments/{payment_id:uuid}/return")
async def come_back(visitor: Payer, payment_id: UUID) -> Response:
    """Back from the bank: asks how it went, and leaves behind what the provider wrote into the address."""
    await visitor.ask(RefreshPayment(payment_id=payment_id))
    return see(f"{root(visitor)}/payments/{payment_id}")


@router.post("/{portal}/payments/{payment_id:uuid}/refresh")
async def refresh(request: Request, visitor: Payer, payment_id: UUID) -> Response:
    """Asks the provider once more how it went."""
    await received(request)
    await visitor.ask(RefreshPayment(payment_id=payment_id))
    return see(f"{root(visitor)}/payments/{payment_id}")


@router.get("/{portal}/payments/{payment_id:uuid}/receipt")
async def receipt(request: Request, visitor: Payer, payment_id: UUID) -> Response:
    """The receipt as a document."""
    file = await visitor.ask(GetReceiptPdf(payment_id=payment_id))
    return await send(request.app.state.files, file, inline=True)
