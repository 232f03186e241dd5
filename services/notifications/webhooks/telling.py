"""What is told of changes of webhooks: to the audit trail, and where Portico gives one up to the administrators."""

from typing import Literal

from services.chassis.work import Work
from services.contracts.identity.audit import Actor
from services.contracts.identity.people import Json
from services.contracts.notifications.webhooks import DisabledBecause, WebhookChanged, WebhookDisabled
from services.notifications.webhook_models import WebhookEndpoint

Action = Literal["webhook.created", "webhook.changed", "webhook.deleted", "webhook.secret_rotated"]


def state(row: WebhookEndpoint) -> Json:
    """What of an endpoint the audit trail compares; nothing secret."""
    return {
        "url": row.url,
        "description": row.description,
        "event_types": list(row.event_types),
        "enabled": row.enabled,
        "disabled_because": row.disabled_because,
    }


def changed(
    work: Work, action: Action, row: WebhookEndpoint, before: Json | None = None, after: Json | None = None
) -> None:
    """Whoever calls did this."""
    who, origin = work.principal, work.client
    work.announce(
        WebhookChanged(
            company_id=work.company_id,
            action=action,
            webhook_id=row.id,
            url=row.url,
            actor=Actor(kind="system" if who.kind == "guest" else who.kind, id=who.id, name=who.name),
            ip=origin.ip,
            user_agent=origin.user_agent,
            before=before,
            after=after,
        )
    )


def given_up(work: Work, row: WebhookEndpoint, because: DisabledBecause, before: Json) -> None:
    """Portico disabled it."""
    changed(work, "webhook.changed", row, before, state(row))
    work.announce(
        WebhookDisabled(
            company_id=work.company_id,
            webhook_id=row.id,
            url=row.url,
            description=row.description,
            because=because,
            failing_since=row.failing_since,
            disabled_at=work.now,
        )
    )
