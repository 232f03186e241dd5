"""The payment provider: the only package that knows Stripe's SDK.

Every call names the company's connected account. What may be repeated carries an idempotency key made of
our own row's id, so that a repeat after a lost answer does nothing twice.
"""

from services.billing.processor.client import RETRIES, ProviderError, ProviderRefused, ProviderUnknown, RateLimited
from services.billing.processor.guests import (
    GuestOrder,
    OpenIntent,
    OpenPage,
    close_page,
    close_pages_since,
    open_page,
    open_payment,
    read_page,
)
from services.billing.processor.intents import (
    Intent,
    Order,
    Origin,
    Secret,
    cancel_payment,
    confirm_payment,
    create_payment,
    payment_secret,
    payments_since,
    read_payment,
)
from services.billing.processor.memos import Memo, Part
from services.billing.processor.movements import charged_between, charged_of, refunded_between
from services.billing.processor.reversals import (
    DisputeOutcome,
    RefundState,
    ToldDispute,
    ToldRefund,
    create_refund,
    find_refund,
    read_dispute,
    read_refund,
)
from services.billing.processor.setups import (
    FinishedSetup,
    KeptMethod,
    StartedSetup,
    ToldMandate,
    create_customer,
    forget_method,
    read_setup,
    read_setup_intent,
    start_setup,
)
from services.billing.processor.webhooks import BadSignature, Notice, notices_since, read_notice

__all__ = [
    "RETRIES",
    "BadSignature",
    "DisputeOutcome",
    "FinishedSetup",
    "GuestOrder",
    "Intent",
    "KeptMethod",
    "Memo",
    "Notice",
    "OpenIntent",
    "OpenPage",
    "Order",
    "Origin",
    "Part",
    "ProviderError",
    "ProviderRefused",
    "ProviderUnknown",
    "RateLimited",
    "RefundState",
    "Secret",
    "StartedSetup",
    "ToldDispute",
    "ToldMandate",
    "ToldRefund",
    "cancel_payment",
    "charged_between",
    "charged_of",
    "close_page",
    "close_pages_since",
    "confirm_payment",
    "create_customer",
    "create_payment",
    "create_refund",
    "find_refund",
    "forget_method",
    "notices_since",
    "open_page",
    "open_payment",
    "payment_secret",
    "payments_since",
    "read_dispute",
    "read_notice",
    "read_page",
    "read_payment",
    "read_refund",
    "read_setup",
    "read_setup_intent",
    "refunded_between",
    "start_setup",
]
