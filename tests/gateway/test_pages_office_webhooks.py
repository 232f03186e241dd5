"""The office's pages of webhooks."""

from datetime import UTC, datetime

import httpx
import pytest

from services.contracts.errors import conflict, invalid
from services.contracts.messages import Nothing, Page
from services.contracts.notifications.webhook_events import EVENT_KINDS
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    GetWebhook,
    ListWebhookDeliveries,
    ListWebhooks,
    NewWebhookView,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    ResentView,
    RotateWebhookSecret,
    SendTestWebhook,
    WebhookDeliveryView,
    WebhookView,
)
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import ada, fields, sign_in
from tests.gateway.webhooks_world import DELIVERY, WEBHOOK, know_webhooks

pytestmark = pytest.mark.anyio

PATH = f"/office/webhooks/{WEBHOOK.id}"
SECRET = NewWebhookView(**WEBHOOK.model_dump(), secret="whsec_c2VjcmV0")
WANTED = {"url": "https://books.example/hooks", "event_types": ["invoice.shared"]}


@pytest.fixture(autouse=True)
def known(neighbours: Neighbours) -> None:
    know_webhooks(neighbours)


async def test_the_secret_is_shown_once(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateWebhook, SECRET)
    made = await ada.post("/office/webhooks/new", data=fields(**WANTED, description="Accounting"))
    listed, shown = await ada.get("/office/webhooks"), await ada.get(PATH)

    assert f'value="{SECRET.secret}"' in made.text
    assert made.headers["cache-control"] == "no-store"
    assert SECRET.secret not in listed.text + shown.text
    assert neighbours.last(CreateWebhook)["event_types"] == ["invoice.shared"]


async def test_an_address_that_is_refused_is_shown_beside_its_field(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CreateWebhook, invalid("This address is not a public one.", field="url"))
    refused = await ada.post("/office/webhooks/new", data=fields(**WANTED))
    nothing_ticked = await ada.post("/office/webhooks/new", data=fields(url="https://books.example"))

    assert (refused.status_code, nothing_ticked.status_code) == (422, 422)
    assert 'id="url-problem">This address is not a public one.' in refused.text
    assert 'value="invoice.shared" checked' in refused.text
    assert 'id="event_types-problem"' in nothing_ticked.text
    assert len(neighbours.calls(CreateWebhook)) == 1


async def test_what_there_is_is_changed(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeWebhook, WEBHOOK)
    form = await ada.get(f"{PATH}/edit")
    saved = await ada.post(f"{PATH}/edit", data=fields(**WANTED))
    off = await ada.post(f"{PATH}/disable", data=fields())

    assert form.text.count(" checked") == 2
    assert saved.headers["location"] == f"{PATH}?said=saved"
    assert off.headers["location"] == f"{PATH}?said=webhook-off"
    assert [each.message["enabled"] for each in neighbours.calls(ChangeWebhook)] == [None, False]


async def test_a_new_secret_tells_how_long_the_old_one_signs(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    until = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    neighbours.answer(RotateWebhookSecret, SECRET.model_copy(update={"old_secret_until": until}))
    rotated = await ada.post(f"{PATH}/rotate", data=fields())
    assert SECRET.secret in rotated.text
    assert until.isoformat() in rotated.text

    neighbours.answer(RotateWebhookSecret, conflict("This was done already.", reason="already_made"))
    assert (await ada.post(f"{PATH}/rotate", data=fields())).status_code == 409


async def test_the_log_leads_to_each_delivery_and_escapes_what_was_answered(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    listed = await ada.get(f"{PATH}?status=waiting")
    shown = await ada.get(f"{PATH}/deliveries/{DELIVERY.id}")

    assert f'href="{PATH}/deliveries/{DELIVERY.id}"' in listed.text
    assert "status=waiting&amp;cursor=more" in listed.text
    assert neighbours.last(ListWebhookDeliveries)["status"] == "waiting"
    assert "Answered 500" in shown.text and "The connection broke." in shown.text
    assert "<script>oops" not in shown.text and "<b>Priya" not in shown.text


async def test_things_are_sent_once_more(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SendTestWebhook, DELIVERY)
    neighbours.answer(ResendWebhookDelivery, DELIVERY)
    neighbours.answer(ResendFailedWebhooks, ResentView(resent=0))
    where = f"{PATH}/deliveries/{DELIVERY.id}"

    tested = await ada.post(f"{PATH}/test", data=fields())
    resent = await ada.post(f"{where}/resend", data=fields())
    failed = await ada.post(f"{PATH}/resend-failed", data=fields(since="2026-11-20T00:00:00+00:00"))
    nothing_chosen = await ada.post(f"{PATH}/resend-failed", data=fields(since="yesterday"))

    assert [each.headers["location"] for each in (tested, resent)] == [f"{where}?said=webhook-sent"] * 2
    assert failed.headers["location"] == f"{PATH}?said=webhooks-none-failed"
    assert nothing_chosen.status_code == 422
    assert "Choose since when." in nothing_chosen.text


async def test_one_that_portico_gave_up_says_why_and_can_be_switched_on(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    for because, sentence in (("gone", "410"), ("failing", "for days")):
        neighbours.answer(GetWebhook, WEBHOOK.model_copy(update={"enabled": False, "disabled_because": because}))
        shown = await ada.get(PATH)
        assert sentence in shown.text
        assert f'action="{PATH}/enable"' in shown.text
        assert f'action="{PATH}/test"' not in shown.text


async def test_where_there_is_nothing_the_pages_say_what_to_do(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListWebhooks, Page[WebhookView](items=[]))
    neighbours.answer(ListWebhookDeliveries, Page[WebhookDeliveryView](items=[]))
    assert "No webhooks yet" in (await ada.get("/office/webhooks")).text
    assert "Send a test event" in (await ada.get(PATH)).text
    assert "No such deliveries" in (await ada.get(f"{PATH}?status=failed")).text


async def test_every_event_is_explained_with_a_sample(ada: httpx.AsyncClient) -> None:
    shown = await ada.get("/office/webhooks/events")
    for of_type in EVENT_KINDS:
        assert f'aria-label="Sample of {of_type}"' in shown.text


async def test_a_webhook_is_deleted_after_being_asked_once_more(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(DeleteWebhook, Nothing())
    assert "its log goes" in (await ada.get(PATH)).text
    gone = await ada.post(f"{PATH}/delete", data=fields())
    assert gone.headers["location"] == "/office/webhooks?said=deleted"


async def test_webhooks_are_for_administrators(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, ada("office"))
    for path in ("/office/webhooks", "/office/webhooks/new", "/office/webhooks/events", PATH):
        assert (await client.get(path)).status_code == 403
    assert 'href="/office/webhooks"' not in (await client.get("/office")).text
