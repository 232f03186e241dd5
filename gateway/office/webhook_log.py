"""One webhook with its log, one delivery with its attempts, and sending once more."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.auth import Caller
from gateway.office.entry import WebhooksReader, WebhooksWriter
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.office.webhooks import ONE, PATH
from gateway.pages.forms import Form, command_id
from gateway.paging import Cursor
from services.contracts.notifications.webhooks import (
    GetWebhook,
    GetWebhookDelivery,
    ListWebhookDeliveries,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    SendTestWebhook,
)

router = APIRouter()

Shown = Annotated[Literal["all", "waiting", "delivered", "failed"], Query()]
_DELIVERY = ONE + "/deliveries/{delivery_id:uuid}"


@router.get(ONE)
async def webhook(
    request: Request, member: WebhooksReader, webhook_id: UUID, status: Shown = "all", cursor: Cursor = None
) -> Response:
    """One webhook, and a page of what it was told."""
    return await _page(request, member, webhook_id, Form(), status, cursor)


@router.post(f"{ONE}/test")
async def test(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Sends an event that means nothing; the page that follows shows how it went."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    sent = await member.ask(SendTestWebhook(id=new_id, webhook_id=webhook_id))
    return done(f"{PATH}/{webhook_id}/deliveries/{sent.id}", "webhook-sent")


@router.post(f"{ONE}/resend-failed")
async def resend_failed(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Sends all once more that failed since a moment that was chosen."""
    typed = await typed_in(request)
    fields = {"webhook_id": webhook_id, "since": typed["since"]}
    outcome = await send(
        member,
        typed,
        lambda new_id: ResendFailedWebhooks.model_validate({"id": new_id, **fields}),
        {"since": "Choose since when."},
    )
    if isinstance(outcome, Rejected):
        return await _page(request, member, webhook_id, outcome.form, "all", None, outcome.status)
    return done(f"{PATH}/{webhook_id}", "webhooks-resent" if outcome.resent else "webhooks-none-failed")


@router.get(_DELIVERY)
async def delivery(request: Request, member: WebhooksReader, webhook_id: UUID, delivery_id: UUID) -> Response:
    """What was sent, and every attempt."""
    webhook = await member.ask(GetWebhook(webhook_id=webhook_id))
    found = await member.ask(GetWebhookDelivery(webhook_id=webhook_id, delivery_id=delivery_id))
    return show(
        request,
        member,
        "office/webhooks/delivery.html",
        here="webhooks",
        webhook=webhook,
        delivery=found,
        form=Form(),
    )


@router.post(f"{_DELIVERY}/resend")
async def resend(request: Request, member: WebhooksWriter, webhook_id: UUID, delivery_id: UUID) -> Response:
    """Sends it once more."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(ResendWebhookDelivery(id=new_id, webhook_id=webhook_id, delivery_id=delivery_id))
    return done(f"{PATH}/{webhook_id}/deliveries/{delivery_id}", "webhook-sent")


async def _page(
    request: Request,
    member: Caller,
    webhook_id: UUID,
    form: Form,
    status: Literal["all", "waiting", "delivered", "failed"],
    cursor: str | None,
    http_status: int = 200,
) -> Response:
    webhook = await member.ask(GetWebhook(webhook_id=webhook_id))
    asked = None if status == "all" else status
    found = await member.ask(ListWebhookDeliveries(webhook_id=webhook_id, status=asked, cursor=cursor, limit=25))
    return show_list(
        request,
        member,
        "office/webhooks/item.html",
        found,
        cursor,
        http_status=http_status,
        here="webhooks",
        webhook=webhook,
        form=form,
        status=status,
        sinces=_sinces(),
    )


def _sinces() -> list[tuple[str, str]]:
    """From when on what failed can be sent again, as moments with their words."""
    now = datetime.now(UTC)
    hours = ((1, "the last hour"), (24, "the last day"), (24 * 7, "the last week"), (24 * 30, "the last 30 days"))
    return [((now - timedelta(hours=each)).isoformat(), words) for each, words in hours]
