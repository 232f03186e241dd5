"""A webhook of Evergreen's and what it was told, for tests of its pages."""

from datetime import timedelta

from services.contracts.messages import Page
from services.contracts.notifications.webhooks import (
    AttemptView,
    GetWebhook,
    GetWebhookDelivery,
    ListWebhookDeliveries,
    ListWebhooks,
    WebhookDeliveryDetail,
    WebhookDeliveryView,
    WebhookView,
)
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import NOW
from tests.gateway.world import id_of

WEBHOOK = WebhookView(
    id=id_of("webhook"),
    url="https://books.example/hooks",
    description="Accounting",
    event_types=["invoice.shared", "payment.succeeded"],
    enabled=True,
    disabled_because=None,
    created_at=NOW,
    failing_since=None,
    old_secret_until=None,
)
DELIVERY = WebhookDeliveryView(
    id=id_of("delivery"),
    webhook_id=WEBHOOK.id,
    message_id=str(id_of("event")),
    type="payment.succeeded",
    status="waiting",
    created_at=NOW,
    attempts=1,
    next_attempt_at=NOW + timedelta(seconds=5),
    delivered_at=None,
)
DETAIL = WebhookDeliveryDetail(
    **DELIVERY.model_dump(),
    payload='{"type":"payment.succeeded","data":{"payer":"<b>Priya</b>"}}',
    log=[
        AttemptView(at=NOW, duration_ms=31, response_status=500, error=None, response_excerpt="<script>oops</script>"),
        AttemptView(
            at=NOW, duration_ms=10_000, response_status=None, error="The connection broke.", response_excerpt=""
        ),
    ],
)


def know_webhooks(neighbours: Neighbours) -> None:
    """What notifications tells of them."""
    neighbours.answer(ListWebhooks, Page[WebhookView](items=[WEBHOOK]))
    neighbours.answer(GetWebhook, WEBHOOK)
    neighbours.answer(ListWebhookDeliveries, Page[WebhookDeliveryView](items=[DELIVERY], next_cursor="more"))
    neighbours.answer(GetWebhookDelivery, DETAIL)
