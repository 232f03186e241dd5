"""Sends what is due: to each endpoint one at a time, in order, over all replicas."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import select

from services.chassis.work import Steps, Work
from services.contracts.messages import new_id
from services.contracts.notifications.webhooks import DisabledBecause
from services.notifications import webhook_rules as rules
from services.notifications.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from services.notifications.webhooks import queue, secrets, sender, telling
from services.notifications.webhooks.sender import Outcome
from services.notifications.webhooks.settings import webhook_settings

log = structlog.get_logger()

ATTEMPTS = Counter("portico_webhook_attempts_total", "Attempts to deliver a webhook", ["outcome"])


@dataclass(frozen=True)
class Parcel:
    """What one attempt needs to know while no transaction is open."""

    lease: UUID
    endpoint_id: UUID
    delivery_id: UUID
    message_id: str
    url: str
    payload: str
    keys: tuple[bytes, ...]


def deliver(work: Work, endpoint_id: UUID) -> Steps[None]:
    """Sends an endpoint's due deliveries one after the other, for its turn; then the others are served.

    A process that dies meanwhile is replaced when its lease ends, and what it was sending is sent again under the
    same id.
    """
    until = work.now + rules.TURN
    while parcel := _begun(work, endpoint_id):
        outcome = yield partial(_send, work, parcel)
        _record(work, parcel, outcome)
        if work.now >= until:
            work.wake("deliver_webhooks")
            return


def _begun(work: Work, endpoint_id: UUID) -> Parcel | None:
    """Leases the endpoint for its oldest due delivery; None where another has it, it rests, or nothing is due."""
    found = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.enabled)
    locked = found.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    endpoint = work.session.scalar(locked)
    if endpoint is None or endpoint.deleted_at is not None or not endpoint.is_free(work.now):
        return None
    delivery = _next(work, endpoint)
    if delivery is None:
        return None
    return Parcel(
        lease=endpoint.begin_attempt(work.now),
        endpoint_id=endpoint.id,
        delivery_id=delivery.id,
        message_id=str(delivery.event_id),
        url=endpoint.url,
        payload=delivery.payload,
        keys=secrets.opened(work, endpoint.id),
    )


def _next(work: Work, endpoint: WebhookEndpoint) -> WebhookDelivery | None:
    due = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.next_attempt_at <= work.now
    )
    oldest = due.order_by(WebhookDelivery.id).limit(1).execution_options(populate_existing=True)
    while delivery := work.session.scalar(oldest):
        if delivery.begin_attempt():
            return delivery
        work.session.flush()
    return None


def _send(work: Work, parcel: Parcel) -> Outcome:
    if not parcel.keys:
        return Outcome(None, "Its secret cannot be read any more, so nothing can be signed. Make a new one.", "", 0)
    headers = secrets.headers(parcel.keys, parcel.message_id, work.now, parcel.payload)
    return sender.post(parcel.url, parcel.payload, headers, webhook_settings().allowed_networks)


def _record(work: Work, parcel: Parcel, outcome: Outcome) -> None:
    """Keeps what came of it. An answer that came after the lease was lost counts only where it is a good one."""
    ATTEMPTS.labels("delivered" if outcome.is_success else "failed").inc()
    endpoint = work.session.get(WebhookEndpoint, parcel.endpoint_id, with_for_update=True, populate_existing=True)
    delivery = work.session.get(WebhookDelivery, parcel.delivery_id, with_for_update=True, populate_existing=True)
    if endpoint is None or delivery is None:
        return
    _log(work, delivery, outcome)
    is_mine = endpoint.lease == parcel.lease
    if is_mine:
        endpoint.end_attempt()
    if outcome.is_success:
        delivery.mark_delivered(work.now)
        if endpoint.note_success():
            queue.hurry(work, endpoint)
    elif is_mine:
        _note_failure(work, endpoint, delivery, outcome)
    work.session.flush()


def _note_failure(work: Work, endpoint: WebhookEndpoint, delivery: WebhookDelivery, outcome: Outcome) -> None:
    log.info("a webhook was not taken", webhook_id=str(endpoint.id), status=outcome.status, error=outcome.error)
    if delivery.next_attempt_at is not None:
        delivery.postpone(work.now)
    is_given_up = endpoint.note_failure(work.now)
    if endpoint.enabled and (outcome.is_gone or is_given_up):
        because: DisabledBecause = "gone" if outcome.is_gone else "failing"
        before = telling.state(endpoint)
        endpoint.disable(because)
        telling.given_up(work, endpoint, because, before)
        work.session.flush()
        queue.give_up(work, endpoint)


def _log(work: Work, delivery: WebhookDelivery, outcome: Outcome) -> None:
    work.session.add(
        WebhookAttempt(
            id=new_id(),
            company_id=delivery.company_id,
            delivery_id=delivery.id,
            at=work.now,
            duration_ms=outcome.duration_ms,
            response_status=outcome.status,
            error=outcome.error,
            response_excerpt=outcome.excerpt,
        )
    )
