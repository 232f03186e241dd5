"""Webhooks' use cases on a real database, as replicas of the service run them, and receivers to deliver to."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from sqlalchemy import text

from deploy.local.stack import Stack
from services.chassis.executor import Executor
from services.chassis.work import Work
from services.contracts.messages import Ask, Event
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    GetWebhook,
    GetWebhookDelivery,
    ListWebhookDeliveries,
    ListWebhooks,
    NewWebhookView,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    RotateWebhookSecret,
    SendTestWebhook,
    WebhookDeliveryView,
    WebhookView,
)
from services.contracts.principals import Principal
from services.notifications.webhooks import endpoints, history, queue, sending
from services.notifications.webhooks.settings import webhook_settings
from tests.service.conftest import Databases
from tests.service.notifications.receivers import Receiver, receiver
from tests.unit.notifications import samples

ADMIN = Principal(
    kind="staff",
    id=UUID(int=71),
    company_id=samples.EVERGREEN,
    name="Rosa Diaz",
    staff_roles=frozenset({"administrator"}),
)
USE_CASES: dict[type[Ask[Any]], Any] = {
    CreateWebhook: endpoints.create,
    ChangeWebhook: endpoints.change,
    DeleteWebhook: endpoints.delete,
    RotateWebhookSecret: endpoints.rotate_secret,
    ListWebhooks: endpoints.page,
    GetWebhook: endpoints.get,
    ListWebhookDeliveries: history.page,
    GetWebhookDelivery: history.get,
    SendTestWebhook: history.send_test,
    ResendWebhookDelivery: history.resend,
    ResendFailedWebhooks: history.resend_failed,
}


class Desk:
    """One replica, and what the administrator of the database sees."""

    def __init__(self, databases: Databases, admin_url: str) -> None:
        self.engine = databases.engine("notifications")
        self.woken: set[str] = set()
        self.executor = Executor(self.engine, b"k" * 32, self._committed)
        self._admin_url = admin_url.rpartition("/")[0] + "/portico_notifications"

    def _committed(self, work: Work) -> None:
        self.woken |= work.woken

    def ask(self, message: Ask[Any], principal: Principal = ADMIN) -> Any:
        """The answer to a message."""
        return self.executor.answer(USE_CASES[type(message)], message, principal)

    def open(self, at: Receiver | str, *event_types: str, **more: Any) -> NewWebhookView:
        """A webhook of Evergreen's."""
        url = at if isinstance(at, str) else at.url
        wanted = {"url": url, "event_types": list(event_types) or ["payment.succeeded"], **more}
        made: NewWebhookView = self.ask(CreateWebhook.model_validate(wanted))
        return made

    def look(self, webhook: WebhookView) -> WebhookView:
        """The webhook as it is now."""
        found: WebhookView = self.ask(GetWebhook(webhook_id=webhook.id))
        return found

    def log(self, webhook: WebhookView, **filters: Any) -> list[WebhookDeliveryView]:
        """Its deliveries, the oldest first."""
        found = self.ask(ListWebhookDeliveries(webhook_id=webhook.id, limit=100, **filters))
        return list(reversed(found.items))

    def happens(self, *events: Event) -> None:
        """Events arrive at their handler."""
        for event in events:
            self.executor.event(f"tell_{type(event).__name__}", queue.tell, event, queue.concerns)

    def pay(self, times: int = 1) -> list[str]:
        """So many payments succeed; their events' ids, in order."""
        events = [samples.paid() for _ in range(times)]
        self.happens(*events)
        return [str(each.id) for each in events]

    def due(self) -> list[tuple[UUID, UUID]]:
        """The endpoints that the two worklists find, as the service's own role."""
        with self.engine.connect() as connection:
            found = [
                connection.execute(text(f"SELECT company_id, id FROM lookups.{name}(100)")).all()
                for name in ("due_webhooks", "due_webhook_retries")
            ]
        return [(row.company_id, row.id) for rows in found for row in rows]

    def deliver(self) -> None:
        """One turn of both worklists."""
        for company_id, endpoint_id in self.due():
            self.executor.due(sending.deliver, company_id, endpoint_id)

    def sweep(self) -> None:
        """One turn of the sweeper."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT company_id, id FROM lookups.stale_webhooks(100)")).all()
        for row in rows:
            self.executor.due(history.sweep, row.company_id, row.id)

    def pass_time(self) -> None:
        """Lets every back-off, rest and lease end."""
        self.sql("UPDATE webhook_delivery SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL")
        self.sql("UPDATE webhook_endpoint SET rests_until = NULL, leased_until = NULL")

    def announced(self, kind: str) -> list[dict[str, Any]]:
        """What the other services were told, by the kind of event."""
        return [row[0] for row in self.sql(f"SELECT payload FROM outbox WHERE type = '{kind}' ORDER BY id")]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the administrator sees or does, past the tenants' policy."""
        with psycopg2.connect(self._admin_url) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def desk(databases: Databases, backing: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Webhooks with empty tables, which may lead to 127.0.0.1."""
    monkeypatch.setenv("WEBHOOK_SECRET", "w" * 32)
    monkeypatch.setenv("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8, ::1/128")
    webhook_settings.cache_clear()
    desk = Desk(databases, backing.server.admin_url)
    desk.sql("TRUNCATE webhook_endpoint, inbox, outbox CASCADE")
    yield desk
    webhook_settings.cache_clear()


@pytest.fixture
def shop() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiver() as shop:
        yield shop
