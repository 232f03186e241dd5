"""How payments and methods look to those who may see them."""

from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from services.billing import method_rules
from services.billing.method_models import PaymentMethod
from services.billing.models import Allocation, Payment
from services.billing.refund_models import Dispute, Refund
from services.chassis.work import Work
from services.contracts.billing.methods import PaymentMethodView
from services.contracts.billing.payments import AllocationView, DisputeView, PaymentView, RefundView
from services.contracts.money import Money
from services.contracts.principals import Portal

Row = TypeVar("Row", Allocation, Refund, Dispute)


def payment_view(work: Work, payment: Payment) -> PaymentView:
    """A payment with what it pays, and what became of it."""
    return payment_views(work, [payment])[0]


def just_paid(payment: Payment, paid: list[Allocation]) -> PaymentView:
    """One that has just moved: nothing of it can have gone back yet."""
    return _payment_view(payment, sorted(paid, key=lambda each: each.invoice_number), [], [])


def payment_views(work: Work, payments: Sequence[Payment]) -> list[PaymentView]:
    """The same of several, in their order, in as many statements as of one."""
    ids = [payment.id for payment in payments]
    allocations = select(Allocation).where(Allocation.payment_id.in_(ids))
    refunds = select(Refund).where(Refund.payment_id.in_(ids))
    lost = select(Dispute).where(Dispute.payment_id.in_(ids), Dispute.state == "lost")
    found = (
        _by_payment(work.session.scalars(allocations.order_by(Allocation.payment_id, Allocation.invoice_number)).all()),
        _by_payment(work.session.scalars(refunds.order_by(Refund.payment_id, Refund.created_at, Refund.id)).all()),
        _by_payment(work.session.scalars(lost.order_by(Dispute.payment_id)).all()),
    )
    return [_payment_view(each, *(rows.get(each.id, []) for rows in found)) for each in payments]  # type: ignore[arg-type]


def _by_payment(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    return {payment_id: list(found) for payment_id, found in groupby(rows, lambda row: row.payment_id)}


def _payment_view(
    payment: Payment, allocations: list[Allocation], refunds: list[Refund], lost: list[Dispute]
) -> PaymentView:
    def money(amount: int) -> Money:
        return Money(amount=amount, currency=payment.currency)

    def money_if_any(amount: int) -> Money | None:
        return money(amount) if amount else None

    kept = payment.subtotal - sum(each.amount for each in allocations) if payment.has_moved else 0
    return PaymentView(
        id=payment.id,
        number=payment.number,
        status=payment.status,
        created_at=payment.created_at,
        subtotal=money(payment.subtotal),
        fee=money(payment.fee),
        total=money(payment.total),
        payer=payment.payer,
        method_type=payment.method_type,
        method_brand=payment.method_brand,
        method_last4=payment.method_last4,
        allocations=[
            AllocationView(invoice_id=each.invoice_id, invoice_number=each.invoice_number, amount=money(each.amount))
            for each in allocations
        ],
        decline_reason=payment.decline_reason,
        refunded=money_if_any(sum(each.amount for each in refunds if each.counts)),
        refunds=[refund_view(each, payment.currency) for each in refunds],
        reversed=money_if_any(sum(each.amount for each in lost)),
        credited=money_if_any(kept),
        customer_id=payment.customer_id,
        reference=payment.reference,
        received_on=payment.received_on,
        by_autopay=payment.by_autopay,
    )


def refund_view(refund: Refund, currency: str) -> RefundView:
    """Money on its way back."""
    return RefundView(
        id=refund.id,
        status=refund.status,
        amount=Money(amount=refund.amount, currency=currency),
        fee=Money(amount=refund.fee, currency=currency),
        created_at=refund.created_at,
        failure_reason=refund.failure_reason,
    )


def disputes(work: Work, payment: Payment) -> list[DisputeView]:
    """What the payer has objected to, the oldest first."""
    found = select(Dispute).where(Dispute.payment_id == payment.id).order_by(Dispute.opened_at, Dispute.id)
    return [
        DisputeView(
            state=each.state,
            amount=Money(amount=each.amount, currency=payment.currency),
            reason=each.reason,
            opened_at=each.opened_at,
            respond_by=each.respond_by,
            closed_at=each.closed_at,
        )
        for each in work.session.scalars(found)
    ]


def method_view(work: Work, portal: Portal, method: PaymentMethod) -> PaymentMethodView:
    """What a payer recognises a method by, and whether it can be used in this portal today."""
    today = work.today(portal.time_zone)
    problem = method_rules.refusal(
        method.type, method.expires_on, portal.settings, today, is_verified=method.is_verified
    )
    return PaymentMethodView(
        id=method.id,
        type=method.type,
        brand=method.brand,
        last4=method.last4,
        expires_on=method.expires_on,
        default=method.is_default,
        added_by=method.added_by,
        funding=method.funding,
        usable=problem is None,
        verification_url=method.verification_url,
        expires_soon=method_rules.expires_soon(method.expires_on, today),
    )
