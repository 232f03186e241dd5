"""Compares a company's books with its account at the payment provider: what was charged and what was paid back.

The provider's list is bounded by when things were made there. What of ours is not in it is asked for by its id, so
that an edge of the time asked about is never taken for a difference.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, select

from services.billing import processor
from services.billing.models import Merchant, Payment
from services.billing.processor import ProviderRefused
from services.billing.refund_models import Refund
from services.chassis.database import tenant_session

SETTLING = timedelta(minutes=15)
"""How long money may be on its way between the provider and the books without anything being wrong."""


def of_company(engine: Engine, company_id: UUID, since: datetime, until: datetime) -> Iterator[str]:
    """A sentence for each charge and refund made in this time on which the two sides do not agree."""
    with tenant_session(engine, company_id) as session:
        account = session.scalars(select(Merchant.payment_account)).one()
    yield from _charges(engine, company_id, account, since, until)
    yield from _refunds(engine, company_id, account, since, until)


def _charges(engine: Engine, company_id: UUID, account: str, since: datetime, until: datetime) -> Iterator[str]:
    charged = processor.charged_between(account, since, until)
    posted = _posted(engine, company_id, since, until, list(charged))
    for intent_id in posted.keys() - charged.keys():
        charged[intent_id] = processor.charged_of(account, intent_id)
    for intent_id in sorted(charged.keys() | posted.keys()):
        number, amount = posted.get(intent_id, ("", 0))
        if intent_id not in posted:
            yield f"charged and not posted: {intent_id}, {charged[intent_id]}"
        elif not charged[intent_id]:
            yield f"posted and not charged: {number}, {intent_id}, {amount}"
        elif charged[intent_id] != amount:
            yield f"another amount was charged than posted: {number}, {intent_id}, {charged[intent_id]}, {amount}"


def _posted(
    engine: Engine, company_id: UUID, since: datetime, until: datetime, intent_ids: list[str]
) -> dict[str, tuple[str, int]]:
    """Number and total, by intent, of the payments that have moved money: of this time, and with these intents."""
    ours = select(Payment.intent_id, Payment.number, (Payment.subtotal + Payment.fee).label("total")).where(
        Payment.succeeded_at.is_not(None),
        Payment.intent_id.is_not(None),
        Payment.intent_id.in_(intent_ids) | Payment.created_at.between(since, until),
    )
    with tenant_session(engine, company_id) as session:
        return {str(row.intent_id): (row.number, row.total) for row in session.execute(ours)}


def _refunds(engine: Engine, company_id: UUID, account: str, since: datetime, until: datetime) -> Iterator[str]:
    made = processor.refunded_between(account, since, until)
    posted = _posted_refunds(engine, company_id, since, until, list(made))
    for refund_id in posted.keys() - made.keys():
        made[refund_id] = _refunded(account, refund_id)
    for refund_id in sorted(made.keys() | posted.keys()):
        amount = posted.get(refund_id, 0)
        if made[refund_id] and not amount:
            yield f"paid back and not posted: {refund_id}, {made[refund_id]}"
        elif amount and not made[refund_id]:
            yield f"posted and not paid back: {refund_id}, {amount}"
        elif made[refund_id] != amount:
            yield f"another amount was paid back than posted: {refund_id}, {made[refund_id]}, {amount}"


def _posted_refunds(
    engine: Engine, company_id: UUID, since: datetime, until: datetime, provider_ids: list[str]
) -> dict[str, int]:
    ours = select(Refund.provider_id, Refund.amount).where(
        Refund.status.in_(("pending", "succeeded")),
        Refund.provider_id.is_not(None),
        Refund.provider_id.in_(provider_ids) | Refund.created_at.between(since, until),
    )
    with tenant_session(engine, company_id) as session:
        return {str(row.provider_id): row.amount for row in session.execute(ours)}


def _refunded(account: str, provider_id: str) -> int:
    """What of a refund of ours the provider paid back; nothing where it knows none such."""
    try:
        told = processor.read_refund(account, provider_id)
    except ProviderRefused:
        return 0
    return told.amount if told.state != "failed" else 0
