"""Endpoints: made, changed, switched off, given another secret, deleted."""

from datetime import datetime

from sqlalchemy import func, select, text, tuple_

from services.chassis import cursors
from services.chassis.work import Steps, Work
from services.contracts.errors import conflict, invalid
from services.contracts.messages import Nothing, Page
from services.contracts.notifications.webhook_events import EventType
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    GetWebhook,
    ListWebhooks,
    NewWebhookView,
    RotateWebhookSecret,
    WebhookView,
)
from services.notifications import webhook_rules as rules
from services.notifications.webhook_models import WebhookEndpoint
from services.notifications.webhooks import connections, queue, rows, secrets, telling
from services.notifications.webhooks.settings import webhook_settings

_TOLD_ONCE = "This was done already, and its secret is told only once."


def create(work: Work, command: CreateWebhook) -> Steps[NewWebhookView]:
    """An address of the company's, which is looked up first: it must be a public one."""
    rows.allow(work, "webhooks.write")
    yield lambda: _refuse_private(command.url)
    _one_at_a_time(work)
    if work.session.get(WebhookEndpoint, command.id) is not None:
        raise conflict(_TOLD_ONCE, reason="already_made")
    if _count(work) >= rules.MAX_ENDPOINTS:
        raise conflict(f"A company has at most {rules.MAX_ENDPOINTS} webhooks.", reason="too_many")
    row = WebhookEndpoint(
        id=command.id,
        company_id=work.company_id,
        url=command.url,
        description=command.description,
        event_types=_sorted(command.event_types),
        enabled=command.enabled,
        disabled_because=None if command.enabled else "asked",
        created_at=work.now,
        failures=0,
    )
    work.session.add(row)
    work.session.flush()
    secret = secrets.add(work, command.id, row.id)
    telling.changed(work, "webhook.created", row, after=telling.state(row))
    return NewWebhookView(**rows.view(work, row).model_dump(), secret=secret)


def change(work: Work, command: ChangeWebhook) -> Steps[WebhookView]:
    """What is given. A new address, like switching it on, begins without anything held against it."""
    rows.allow(work, "webhooks.write")
    rows.endpoint(work, command.webhook_id)
    url = command.url
    if url is not None:
        yield lambda: _refuse_private(url)
    row = rows.endpoint(work, command.webhook_id, lock=True)
    before = telling.state(row)
    _apply(row, command)
    if command.enabled is False and before["enabled"]:
        row.disable("asked")
        queue.give_up(work, row)
    after = telling.state(row)
    if after != before:
        telling.changed(work, "webhook.changed", row, before, after)
    work.wake("deliver_webhooks")
    return rows.view(work, row)


def _apply(row: WebhookEndpoint, command: ChangeWebhook) -> None:
    if command.description is not None:
        row.description = command.description
    if command.event_types is not None:
        row.event_types = _sorted(command.event_types)
    if command.url is not None and command.url != row.url:
        row.url = command.url
        row.note_success()
    if command.enabled and not row.enabled:
        row.enable()


def delete(work: Work, command: DeleteWebhook) -> Nothing:
    """At once for everybody; the sweeper takes the log away. A second time changes nothing."""
    rows.allow(work, "webhooks.write")
    row = rows.endpoint(work, command.webhook_id, lock=True)
    row.deleted_at = work.now
    row.disable("asked")
    telling.changed(work, "webhook.deleted", row, before=telling.state(row))
    work.wake("sweep_webhooks")
    return Nothing()


def rotate_secret(work: Work, command: RotateWebhookSecret) -> NewWebhookView:
    """Another secret, beside which the former ones sign for a day, so that the receiver can follow in peace."""
    rows.allow(work, "webhooks.write")
    row = rows.endpoint(work, command.webhook_id, lock=True)
    if secrets.is_told(work, command.id):
        raise conflict(_TOLD_ONCE, reason="already_made")
    secret = secrets.add(work, command.id, row.id)
    work.session.flush()
    telling.changed(work, "webhook.secret_rotated", row)
    return NewWebhookView(**rows.view(work, row).model_dump(), secret=secret)


def page(work: Work, query: ListWebhooks) -> Page[WebhookView]:
    """The company's, newest first."""
    rows.allow(work, "webhooks.read")
    found = select(WebhookEndpoint).where(*rows.existing(work))
    key = tuple_(WebhookEndpoint.created_at, WebhookEndpoint.id)
    if query.cursor:
        found = found.where(key < cursors.position(query.cursor, datetime))
    newest = found.order_by(WebhookEndpoint.created_at.desc(), WebhookEndpoint.id.desc())
    listed = list(work.session.scalars(newest.limit(query.limit + 1)))
    shown = listed[: query.limit]
    more = len(listed) > query.limit
    return Page(
        items=[rows.view(work, each) for each in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def get(work: Work, query: GetWebhook) -> WebhookView:
    """Any of the company's."""
    rows.allow(work, "webhooks.read")
    return rows.view(work, rows.endpoint(work, query.webhook_id))


def _refuse_private(url: str) -> None:
    """Refuses what leads nowhere, or into a network of our own."""
    try:
        connections.checked(rules.target_of(url), webhook_settings().allowed_networks)
    except rules.NoTarget as problem:
        raise invalid(str(problem), field="url") from None


def _one_at_a_time(work: Work) -> None:
    """Two that are made at once would be counted past each other."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || :company, 0))")
    work.session.execute(lock, {"company": str(work.company_id)})


def _count(work: Work) -> int:
    counted = select(func.count()).select_from(WebhookEndpoint).where(*rows.existing(work))
    return work.session.scalar(counted) or 0


def _sorted(event_types: list[EventType]) -> list[EventType]:
    return sorted(set(event_types))
