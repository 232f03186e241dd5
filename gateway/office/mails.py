"""Mails: what was sent to whom, each in full in a frame of its own, once more on request; and suppressed addresses."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.office import framed
from gateway.office.entry import MailsReader, MailsWriter
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form, command_id
from gateway.paging import Cursor
from services.contracts.errors import invalid
from services.contracts.notifications.mails import (
    GetMail,
    LiftSuppression,
    ListMails,
    ListSuppressions,
    MailStatus,
    ResendMail,
    SuppressAddress,
)

router = APIRouter()

_PATH = "/office/mails"
_SUPPRESSIONS = "/office/suppressions"
_STATUSES = tuple((status, status.capitalize()) for status in get_args(MailStatus))
_REASONS = (
    ("staff", "We do not want to write to it"),
    ("bounced", "Mails to it bounced"),
    ("complained", "The recipient complained"),
)
_SENTENCES = {"address": "Enter an e-mail address.", "reason": "Choose a reason.", "said": "At most 500 characters."}
Sought = Annotated[str, Query(max_length=320)]


@router.get(_PATH)
async def mails(
    request: Request,
    member: MailsReader,
    recipient: Sought = "",
    status: Sought = "",
    template: Sought = "",
    customer: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """One page of the list."""
    found = await member.ask(_query(recipient, status, template, customer, cursor))
    form = Form({"recipient": recipient, "status": status, "template": template, "customer": customer})
    return show_list(
        request,
        member,
        "office/mails/list.html",
        found,
        cursor,
        here="mails",
        form=form,
        statuses=_STATUSES,
        filtered=any(form.values.values()),
    )


@router.get(_PATH + "/{mail_id:uuid}")
async def mail(request: Request, member: MailsReader, mail_id: UUID) -> Response:
    """One mail in full."""
    found = await member.ask(GetMail(mail_id=mail_id))
    return framed.around(show(request, member, "office/mails/item.html", here="mails", item=found, form=Form()))


@router.get(_PATH + "/{mail_id:uuid}/html")
async def html(member: MailsReader, mail_id: UUID) -> Response:
    """What is shown in the frame."""
    found = await member.ask(GetMail(mail_id=mail_id))
    return framed.letter(found.html)


@router.post(_PATH + "/{mail_id:uuid}/resend")
async def resend(request: Request, member: MailsWriter, mail_id: UUID) -> Response:
    """Sends it once more; the page of the new mail follows."""
    typed = await typed_in(request)
    again = await member.ask(ResendMail(id=command_id(member, typed.path, typed.values), mail_id=mail_id))
    return done(f"{_PATH}/{again.id}", "mail-resent")


@router.get(_SUPPRESSIONS)
async def suppressions(request: Request, member: MailsReader, search: Sought = "", cursor: Cursor = None) -> Response:
    """One page of the list."""
    return await _suppressions(request, member, Form({"reason": "staff"}), search, cursor)


@router.post(_SUPPRESSIONS)
async def suppress(request: Request, member: MailsWriter) -> Response:
    """Suppresses an address."""
    typed = await typed_in(request)
    fields = {name: typed[name] for name in ("address", "reason", "said")}
    outcome = await send(
        member, typed, lambda new_id: SuppressAddress.model_validate({"id": new_id, **fields}), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        return await _suppressions(request, member, outcome.form, "", None, outcome.status)
    return done(_SUPPRESSIONS, "suppressed")


@router.post(f"{_SUPPRESSIONS}/lift")
async def lift(request: Request, member: MailsWriter) -> Response:
    """Mails go to the address again."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(LiftSuppression(id=new_id, address=typed["address"]))
    return done(_SUPPRESSIONS, "lifted")


async def _suppressions(
    request: Request, member: Caller, form: Form, search: str, cursor: str | None, status: int = 200
) -> Response:
    found = await member.ask(ListSuppressions(address=search or None, cursor=cursor))
    return show_list(
        request,
        member,
        "office/mails/suppressions.html",
        found,
        cursor,
        http_status=status,
        here="mails",
        form=form,
        reasons=_REASONS,
        search=search,
    )


def _query(recipient: str, status: str, template: str, customer: str, cursor: str | None) -> ListMails:
    """The question that the filter asks; raises `invalid` where it is none."""
    try:
        return ListMails.model_validate(
            {
                "recipient": recipient or None,
                "status": status or None,
                "template": template or None,
                "customer_id": customer or None,
                "cursor": cursor,
            }
        )
    except ValidationError:
        raise invalid("This filter cannot be understood.") from None
