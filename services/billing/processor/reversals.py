"""Money that leaves a payment again, at the provider: refunds and disputes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import stripe

from services.billing.processor.client import client, given, translated, uuid_in

RefundState = Literal["pending", "succeeded", "failed"]
DisputeOutcome = Literal["won", "lost", "closed"]


@dataclass(frozen=True)
class ToldRefund:
    """A refund as the provider sees it; `refund_id` is ours, None where it was made elsewhere."""

    id: str
    intent_id: str | None
    refund_id: UUID | None
    amount: int
    state: RefundState
    failure_code: str | None = None


@dataclass(frozen=True)
class ToldDispute:
    """A dispute as the provider sees it; `amount` in minor units, `outcome` None until it is decided."""

    id: str
    intent_id: str | None
    amount: int
    reason: str
    is_withdrawn: bool
    """Whether the money was ever taken out of the account."""
    outcome: DisputeOutcome | None
    respond_by: datetime | None


def create_refund(account: str, intent_id: str, refund_id: UUID, amount: int) -> ToldRefund:
    """Pays an amount of a payment back, by the way that it came."""
    with translated():
        refund = client().v1.refunds.create(
            {"payment_intent": intent_id, "amount": amount, "metadata": {"refund_id": str(refund_id)}},
            {"stripe_account": account, "idempotency_key": f"refund-{refund_id}"},
        )
    return _refund(refund)


def read_refund(account: str, provider_id: str) -> ToldRefund:
    """The refund as it is now."""
    with translated():
        return _refund(client().v1.refunds.retrieve(provider_id, options={"stripe_account": account}))


def find_refund(account: str, intent_id: str, refund_id: UUID) -> ToldRefund | None:
    """Ours among the refunds of a payment, by the id that we left on it; None where it never got there."""
    with translated():
        listed = client().v1.refunds.list({"payment_intent": intent_id, "limit": 100}, {"stripe_account": account})
        found = (_refund(each) for each in listed.auto_paging_iter())
        return next((each for each in found if each.refund_id == refund_id), None)


def _refund(refund: stripe.Refund) -> ToldRefund:
    states: dict[str | None, RefundState] = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
    return ToldRefund(
        id=refund.id,
        intent_id=_id(refund.payment_intent),
        refund_id=uuid_in(refund.metadata, "refund_id"),
        amount=refund.amount,
        state=states.get(refund.status, "pending"),
        failure_code=given(refund, "failure_reason"),
    )


def read_dispute(account: str, provider_id: str) -> ToldDispute:
    """The dispute as it is now."""
    with translated():
        dispute = client().v1.disputes.retrieve(provider_id, options={"stripe_account": account})
    outcomes: dict[str, DisputeOutcome] = {"won": "won", "lost": "lost", "warning_closed": "closed"}
    due_by = given(dispute.evidence_details, "due_by")
    return ToldDispute(
        id=dispute.id,
        intent_id=_id(dispute.payment_intent),
        amount=dispute.amount,
        reason=dispute.reason,
        is_withdrawn=any(moved.amount < 0 for moved in dispute.balance_transactions),
        outcome="closed" if dispute.status == "prevented" else outcomes.get(dispute.status),
        respond_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )


def _id(reference: stripe.PaymentIntent | str | None) -> str | None:
    return reference if isinstance(reference, str) or reference is None else reference.id
