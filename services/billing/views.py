"""How a payment and a method look to those who may see them."""

from collections.abc import Iterable

from services.billing.models import Allocation, Payment, PaymentMethod
from services.contracts.billing.methods import PaymentMethodView
from services.contracts.billing.payments import AllocationView, PaymentView
from services.contracts.money import Money


def payment_view(payment: Payment, allocations: Iterable[Allocation]) -> PaymentView:
    """A payment with what it pays."""

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=payment.currency)

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
    )


def method_view(method: PaymentMethod) -> PaymentMethodView:
    """What a payer recognises a method by."""
    return PaymentMethodView(
        id=method.id,
        type=method.type,
        brand=method.brand,
        last4=method.last4,
        expires_on=method.expires_on,
        default=method.is_default,
        added_by=method.added_by,
    )
