"""Finds endpoints and deliveries of the caller's company, and shows them."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.notifications.webhooks import WebhookDeliveryView, WebhookView
from services.contracts.principals import Scope
from services.notifications.webhook_models import WebhookDelivery, WebhookEndpoint
from services.notifications.webhooks import secrets


def allow(work: Work, scope: Scope) -> None:
    """Refuses whoever may not do this in the office."""
    if not permissions.may_in_office(work.principal, scope):
        raise forbidden()


def existing(work: Work) -> tuple[ColumnElement[bool], ...]:
    """The company's endpoints that were not deleted."""
    return WebhookEndpoint.company_id == work.company_id, WebhookEndpoint.deleted_at.is_(None)


def endpoint(work: Work, webhook_id: UUID, *, lock: bool = False) -> WebhookEndpoint:
    """One of the company's; raises not_found."""
    found = select(WebhookEndpoint).where(WebhookEndpoint.id == webhook_id, *existing(work))
    row = work.session.scalar(found.with_for_update().execution_options(populate_existing=True) if lock else found)
    if row is None:
        raise not_found(field="webhook_id")
    return row


def delivery(work: Work, webhook_id: UUID, delivery_id: UUID, *, lock: bool = False) -> WebhookDelivery:
    """One of the endpoint's; raises not_found. Locking it locks the endpoint first, as whoever delivers does."""
    owner = endpoint(work, webhook_id, lock=lock)
    row = work.session.get(WebhookDelivery, delivery_id, with_for_update=lock or None)
    if row is None or row.endpoint_id != owner.id:
        raise not_found(field="delivery_id")
    return row


def view(work: Work, row: WebhookEndpoint) -> WebhookView:
    """As staff and integrations see it."""
    return WebhookView(
        id=row.id,
        url=row.url,
        description=row.description,
        event_types=row.event_types,
        enabled=row.enabled,
        disabled_because=row.disabled_because,
        created_at=row.created_at,
        failing_since=row.failing_since,
        old_secret_until=secrets.old_until(work, row.id),
    )


def delivery_view(row: WebhookDelivery) -> WebhookDeliveryView:
    """A line of the log."""
    return WebhookDeliveryView.model_validate(
        {
            "id": row.id,
            "webhook_id": row.endpoint_id,
            "message_id": str(row.event_id),
            "type": row.type,
            "status": row.status,
            "created_at": row.created_at,
            "attempts": row.attempts,
            "next_attempt_at": row.next_attempt_at,
            "delivered_at": row.delivered_at,
        }
    )
