"""The log of each endpoint: read, sent again, and swept after thirty days."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, tuple_, update

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.errors import conflict
from services.contracts.messages import Page
from services.contracts.notifications.webhook_events import TrialData
from services.contracts.notifications.webhooks import (
    AttemptView,
    GetWebhookDelivery,
    ListWebhookDeliveries,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    ResentView,
    SendTestWebhook,
    WebhookDeliveryDetail,
    WebhookDeliveryView,
)
from services.notifications import webhook_rules as rules
from services.notifications.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from services.notifications.webhooks import payloads, queue, rows

SWEPT_AT_ONCE = 5_000
SHOWN_ATTEMPTS = 50


def page(work: Work, query: ListWebhookDeliveries) -> Page[WebhookDeliveryView]:
    """An endpoint's, newest first."""
    rows.allow(work, "webhooks.read")
    owner = rows.endpoint(work, query.webhook_id)
    found = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == owner.id)
    if query.status is not None:
        found = found.where(WebhookDelivery.status == query.status)
    if query.cursor:
        key = tuple_(WebhookDelivery.created_at, WebhookDelivery.id)
        found = found.where(key < cursors.position(query.cursor, datetime))
    newest = found.order_by(WebhookDelivery.created_at.desc(), WebhookDelivery.id.desc())
    listed = list(work.session.scalars(newest.limit(query.limit + 1)))
    shown = listed[: query.limit]
    more = len(listed) > query.limit
    return Page(
        items=[rows.delivery_view(each) for each in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def get(work: Work, query: GetWebhookDelivery) -> WebhookDeliveryDetail:
    """What was sent, and each attempt."""
    rows.allow(work, "webhooks.read")
    row = rows.delivery(work, query.webhook_id, query.delivery_id)
    made = select(WebhookAttempt).where(WebhookAttempt.delivery_id == row.id).order_by(WebhookAttempt.at.desc())
    return WebhookDeliveryDetail(
        **rows.delivery_view(row).model_dump(),
        payload=row.payload,
        log=[_attempt(each) for each in work.session.scalars(made.limit(SHOWN_ATTEMPTS))],
    )


def _attempt(row: WebhookAttempt) -> AttemptView:
    return AttemptView.model_validate({name: getattr(row, name) for name in AttemptView.model_fields})


def send_test(work: Work, command: SendTestWebhook) -> WebhookDeliveryView:
    """An event that means nothing, on its way like any other."""
    rows.allow(work, "webhooks.write")
    owner = _enabled(work, command.webhook_id)
    data = TrialData(message="Portico reaches you.")
    payload = payloads.written("webhook.test", work.now.timestamp(), data)
    queue.add(work, owner.id, command.id, "webhook.test", payload)
    sent = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == owner.id, WebhookDelivery.event_id == command.id
    )
    return rows.delivery_view(work.session.scalars(sent).one())


def resend(work: Work, command: ResendWebhookDelivery) -> WebhookDeliveryView:
    """Whatever came of it before."""
    rows.allow(work, "webhooks.write")
    _enabled(work, command.webhook_id)
    row = rows.delivery(work, command.webhook_id, command.delivery_id, lock=True)
    row.send_again(work.now)
    work.wake("deliver_webhooks")
    return rows.delivery_view(row)


def resend_failed(work: Work, command: ResendFailedWebhooks) -> ResentView:
    """The oldest first, and no more than may wait."""
    rows.allow(work, "webhooks.write")
    owner = _enabled(work, command.webhook_id)
    failed = (
        select(WebhookDelivery.id)
        .where(
            WebhookDelivery.endpoint_id == owner.id,
            WebhookDelivery.status == "failed",
            WebhookDelivery.created_at >= command.since,
        )
        .order_by(WebhookDelivery.created_at, WebhookDelivery.id)
        .limit(rules.MAX_WAITING)
    )
    again = update(WebhookDelivery).where(WebhookDelivery.id.in_(failed))
    resent = work.session.execute(again.values(status="waiting", next_attempt_at=work.now, attempts=0))
    work.wake("deliver_webhooks")
    return ResentView(resent=_count(resent))


def _enabled(work: Work, webhook_id: UUID) -> WebhookEndpoint:
    """One that is told anything, with nothing held against it any more: somebody looks after it."""
    owner = rows.endpoint(work, webhook_id, lock=True)
    if not owner.enabled:
        raise conflict("This webhook is switched off. Switch it on first.", reason="disabled")
    owner.rests_until = None
    return owner


def sweep(work: Work, endpoint_id: UUID) -> None:
    """Removes what is older than thirty days, and an endpoint that was deleted with its log; some at a time."""
    endpoint = work.session.get(WebhookEndpoint, endpoint_id, with_for_update={"skip_locked": True})
    if endpoint is None:
        return
    old = select(WebhookDelivery.id).where(WebhookDelivery.endpoint_id == endpoint.id)
    if endpoint.deleted_at is None:
        old = old.where(WebhookDelivery.created_at < work.now - timedelta(days=rules.KEPT_DAYS))
    some = old.order_by(WebhookDelivery.created_at).limit(SWEPT_AT_ONCE)
    removed = work.session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(some)))
    if _count(removed) == SWEPT_AT_ONCE:
        work.wake("sweep_webhooks")
    elif endpoint.deleted_at is not None and endpoint.is_free(work.now):
        work.session.delete(endpoint)


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
