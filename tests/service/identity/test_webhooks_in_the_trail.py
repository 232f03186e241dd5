"""What is changed of an integrator's webhook, which another service keeps, is in the audit trail too."""

from uuid import UUID

from services.contracts.identity.audit import Actor, ListAuditEvents
from services.contracts.notifications.webhooks import WebhookChanged
from services.identity import audit
from tests.service.identity.conftest import Desk, Office


def test_a_webhooks_change_is_kept_once_with_who_and_from_where(desk: Desk, office: Office) -> None:
    rosa = Actor(kind="staff", id=UUID(int=7), name="Rosa Diaz")
    event = WebhookChanged(
        company_id=office.company.id,
        action="webhook.changed",
        webhook_id=UUID(int=8),
        url="https://books.example/hooks",
        actor=rosa,
        ip="203.0.113.7",
        user_agent="Firefox",
        before={"enabled": True, "url": "https://books.example/hooks"},
        after={"enabled": False, "url": "https://books.example/hooks"},
    )
    for _ in range(2):
        desk.executor.event("on_webhook_changed", audit.keep_of_webhook, event)

    found = desk.ask(ListAuditEvents(subject_id=UUID(int=8)), office.staff_principal("administrator")).items
    (kept,) = found
    assert (kept.action, kept.subject_type, kept.subject_name) == (
        "webhook.changed",
        "webhook",
        "https://books.example/hooks",
    )
    assert (kept.actor, kept.ip) == (rosa, "203.0.113.7")
    assert (kept.before, kept.after) == ({"enabled": True}, {"enabled": False})
