"""What a payer needs to confirm a payment at the bank: asked for each time, kept nowhere."""

import structlog

from gateway.auth import Caller
from gateway.bus import DeadlinePassed, Unavailable
from services.contracts.billing.payments import ClientSecretView, GetPaymentSecret, PaymentView
from services.contracts.errors import DomainError

log = structlog.get_logger()


async def secret_of(caller: Caller, payment: PaymentView) -> ClientSecretView | None:
    """The payment's secret, where it waits for this caller; None for anybody else.

    None as well while the provider is silent: how the payment stands is worth telling without it.
    """
    if payment.status != "requires_action":
        return None
    try:
        return await caller.ask(GetPaymentSecret(payment_id=payment.id))
    except DomainError:
        return None
    except (Unavailable, DeadlinePassed) as problem:
        log.warning("a payment's secret could not be had", payment_id=str(payment.id), problem=repr(problem))
        return None
