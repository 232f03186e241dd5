"""The queue of each endpoint: one delivery for each event and endpoint, stored before it is sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.messages import Event, new_id
from services.contracts.notifications.webhook_events import EventType
from services.contracts.notifications.webhooks import DeliveredType
from services.notifications import webhook_rules as rules
from services.notifications.webhook_models import WebhookDelivery, WebhookEndpoint
from services.notifications.webhooks import payloads

# Asked of every event: made once, for making a statement takes longer than finding its rows.
_WANTING = select(WebhookEndpoint.id).where(
    WebhookEndpoint.company_id == bindparam("company_id"),
    WebhookEndpoint.deleted_at.is_(None),
    WebhookEndpoint.enabled,
    WebhookEndpoint.event_types.contains(bindparam("types", type_=WebhookEndpoint.event_types.type)),
)


def concerns(work: Work, event: Event) -> bool:
    """Whether any endpoint wants events of its type."""
    return bool(_wanting(work, payloads.type_of(event)))


def tell(work: Work, event: Event) -> None:
    """Queues an event for each endpoint that wants its type, once however often it arrives."""
    of_type, data = payloads.of(event)
    endpoint_ids = _wanting(work, of_type)
    if not endpoint_ids:
        return
    payload = payloads.written(of_type, event.made_at(), data)
    for endpoint_id in endpoint_ids:
        add(work, endpoint_id, event.id, of_type, payload)


def _wanting(work: Work, of_type: EventType) -> Sequence[UUID]:
    return work.session.scalars(_WANTING, {"company_id": work.company_id, "types": [of_type]}).all()


def add(work: Work, endpoint_id: UUID, event_id: UUID, of_type: DeliveredType, payload: str) -> None:
    """Has it sent; where too many wait already it is logged as failed, and can be sent again."""
    full = _is_full(work, endpoint_id)
    row = insert(WebhookDelivery).values(
        id=new_id(),
        company_id=work.company_id,
        endpoint_id=endpoint_id,
        event_id=event_id,
        type=of_type,
        payload=payload,
        created_at=work.now,
        status="failed" if full else "waiting",
        next_attempt_at=None if full else work.now,
        attempts=0,
    )
    work.session.execute(row.on_conflict_do_nothing())
    work.wake("deliver_webhooks")


def _is_full(work: Work, endpoint_id: UUID) -> bool:
    waiting = select(WebhookDelivery.id).where(
        WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.next_attempt_at.is_not(None)
    )
    return work.session.scalar(waiting.offset(rules.MAX_WAITING - 1).limit(1)) is not None


def give_up(work: Work, endpoint: WebhookEndpoint) -> None:
    """What waits at an endpoint that is switched off has failed."""
    work.session.execute(_waiting(endpoint.id).values(status="failed", next_attempt_at=None))


def hurry(work: Work, endpoint: WebhookEndpoint) -> None:
    """What waits at an endpoint that is back goes now, in its order, and not when its own time would come."""
    work.session.execute(_waiting(endpoint.id).values(next_attempt_at=work.now))


def _waiting(endpoint_id: UUID) -> Update:
    return update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.next_attempt_at.is_not(None)
    )
