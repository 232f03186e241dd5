"""Webhooks: the list, a new one whose secret is shown once, changes, and what can be told."""

import json
from collections.abc import Iterable
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.entry import WebhooksReader, WebhooksWriter
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form, command_id
from gateway.paging import Cursor
from gateway.webhook_samples import payload_of
from services.contracts.notifications.webhook_events import EVENT_KINDS
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    GetWebhook,
    ListWebhooks,
    RotateWebhookSecret,
)

router = APIRouter()

PATH = "/office/webhooks"
ONE = PATH + "/{webhook_id:uuid}"
_SENTENCES = {
    "url": "Enter an address that begins with https://.",
    "description": "Enter at most 200 characters, on one line.",
    "event_types": "Tick at least one event.",
}


@router.get(PATH)
async def webhooks(request: Request, member: WebhooksReader, cursor: Cursor = None) -> Response:
    """One page of the list."""
    found = await member.ask(ListWebhooks(cursor=cursor))
    return show_list(request, member, "office/webhooks/list.html", found, cursor, here="webhooks")


@router.get(f"{PATH}/events")
async def events(request: Request, member: WebhooksReader) -> Response:
    """What can be told, when, and how it looks; and how a receiver knows that it is us."""
    kinds = [(of_type, kind.says, json.dumps(payload_of(of_type), indent=2)) for of_type, kind in EVENT_KINDS.items()]
    return show(request, member, "office/webhooks/events.html", here="webhooks", kinds=kinds)


@router.get(f"{PATH}/new")
async def write(request: Request, member: WebhooksWriter) -> Response:
    """The form of a new webhook."""
    return _new(request, member, Form(), [])


@router.post(f"{PATH}/new")
async def add(request: Request, member: WebhooksWriter) -> Response:
    """Makes it; the page that answers is the only one that ever shows the secret, so it leads nowhere."""
    typed = await typed_in(request)
    outcome = await send(
        member, typed, lambda new_id: CreateWebhook.model_validate({"id": new_id, **_fields(typed)}), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        return _new(request, member, outcome.form, typed.ticked("event_types"), outcome.status)
    return show(request, member, "office/webhooks/made.html", here="webhooks", made=outcome, rotated=False)


@router.get(f"{ONE}/edit")
async def edit(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """The form of one that there is."""
    found = await member.ask(GetWebhook(webhook_id=webhook_id))
    form = Form({"url": found.url, "description": found.description})
    return _edit(request, member, webhook_id, form, found.event_types)


@router.post(f"{ONE}/edit")
async def save(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Changes where it leads and what it is told."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeWebhook.model_validate({"id": new_id, "webhook_id": webhook_id, **_fields(typed)}),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return _edit(request, member, webhook_id, outcome.form, typed.ticked("event_types"), outcome.status)
    return done(f"{PATH}/{webhook_id}", "saved")


@router.post(f"{ONE}/rotate")
async def rotate(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Another secret, shown only on the page that answers."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    made = await member.ask(RotateWebhookSecret(id=new_id, webhook_id=webhook_id))
    return show(request, member, "office/webhooks/made.html", here="webhooks", made=made, rotated=True)


@router.post(f"{ONE}/enable")
async def enable(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Has it told of what happens from now on."""
    return await _switch(request, member, webhook_id, on=True)


@router.post(f"{ONE}/disable")
async def disable(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Has it told nothing more."""
    return await _switch(request, member, webhook_id, on=False)


@router.post(f"{ONE}/delete")
async def delete(request: Request, member: WebhooksWriter, webhook_id: UUID) -> Response:
    """Takes it away with its log."""
    typed = await typed_in(request)
    await member.ask(DeleteWebhook(id=command_id(member, typed.path, typed.values), webhook_id=webhook_id))
    return done(PATH, "deleted")


async def _switch(request: Request, member: Caller, webhook_id: UUID, *, on: bool) -> Response:
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(ChangeWebhook(id=new_id, webhook_id=webhook_id, enabled=on))
    return done(f"{PATH}/{webhook_id}", "webhook-on" if on else "webhook-off")


def _fields(typed: Typed) -> dict[str, object]:
    return {"url": typed["url"], "description": typed["description"], "event_types": typed.ticked("event_types")}


def _new(request: Request, member: Caller, form: Form, ticked: Iterable[str], status: int = 200) -> Response:
    values = {"action": f"{PATH}/new", "title": "New webhook", "button": "Make the webhook", "back": PATH}
    return _form(request, member, form, ticked, status, **values)


def _edit(
    request: Request, member: Caller, webhook_id: UUID, form: Form, ticked: Iterable[str], status: int = 200
) -> Response:
    path = f"{PATH}/{webhook_id}"
    values = {"action": f"{path}/edit", "title": "Change the webhook", "button": "Save", "back": path}
    return _form(request, member, form, ticked, status, **values)


def _form(request: Request, member: Caller, form: Form, ticked: Iterable[str], status: int, **values: str) -> Response:
    options = [(of_type, of_type, kind.says) for of_type, kind in EVENT_KINDS.items()]
    return show(
        request,
        member,
        "office/webhooks/form.html",
        status,
        here="webhooks",
        form=form,
        ticked=list(ticked),
        options=options,
        **values,
    )
