"""What has come of a guest's payment, or keeps one from being made, in words that its payer understands."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.files import send
from gateway.pages.addresses import see
from gateway.portal.guest_visits import Visit, hosted_page, secret_page
from gateway.portal.outcomes import OPEN, Outcome, has_receipt, outcome_of
from services.contracts.billing.pay_links import GuestInvoiceView
from services.contracts.billing.payments import GetPayment, GetReceiptPdf, PaymentView, RefreshPayment

router = APIRouter()


def why_not_payable(invoice: GuestInvoiceView) -> Outcome:
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


@router.get("/{portal}/pay/{token}/payments/{payment_id:uuid}")
async def outcome(request: Request, visit: Visit, payment_id: UUID) -> Response:
    """What has come of a payment, after a look at the provider where that is not known yet."""
    payment = await visit.caller.ask(GetPayment(payment_id=payment_id))
    if payment.status in OPEN:
        payment = await visit.caller.ask(RefreshPayment(payment_id=payment_id))
    return secret_page(
        request,
        "guests/outcome.html",
        payment=payment,
        outcome=_came_to(payment),
        open=payment.status in OPEN,
        receipted=has_receipt(payment),
        root=visit.root,
        back=visit.back,
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
    return see(await hosted_page(request, visit, payment_id))
