"""Mails: what was sent to whom, once more on request, and the addresses to which none go."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import CommandId, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.people import Email
from services.contracts.messages import Nothing, Page
from services.contracts.notifications.mails import (
    GetMail,
    LiftSuppression,
    ListMails,
    ListSuppressions,
    MailStatus,
    MailSummary,
    MailView,
    ResendMail,
    SuppressAddress,
    SuppressionReason,
    SuppressionView,
)

Recipient = Annotated[str | None, Query(max_length=320, description="An address in full, in any case.")]
Template = Annotated[str | None, Query(max_length=100, description="Such as `receipt`.")]
Beginning = Annotated[str | None, Query(max_length=320, description="What the addresses begin with.")]
Address = Annotated[str, Path(max_length=320)]


class Suppressed(Body):
    """An address, and why it is to be sent nothing; how a mail provider's bounces and complaints come in."""

    address: Email
    reason: SuppressionReason
    said: Annotated[str, Field(max_length=500)] = ""


@office.get("/mails", **answers(Page[MailSummary]))
async def list_mails(
    caller: ApiCaller,
    recipient: Recipient = None,
    status: MailStatus | None = None,
    template: Template = None,
    customer_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """What was sent, is to be, or was withheld; newest first."""
    message = ListMails(
        recipient=recipient, status=status, template=template, customer_id=customer_id, cursor=cursor, limit=limit
    )
    return await relayed(caller, message)


@office.get("/mails/{mail_id}", **answers(MailView))
async def get_mail(mail_id: UUID, caller: ApiCaller) -> Response:
    """One mail in full, as it was sent; show its HTML in a sandbox only."""
    return await relayed(caller, GetMail(mail_id=mail_id))


@office.post("/mails/{mail_id}/resend", **answers(MailSummary, 201, s409="It opened an account, or is on its way"))
async def resend_mail(mail_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Sends it once more, as a mail of its own; never one that opened an account."""
    return await relayed(caller, ResendMail(id=new_id, mail_id=mail_id), 201)


@office.get("/suppressions", **answers(Page[SuppressionView]))
async def list_suppressions(
    caller: ApiCaller, address: Beginning = None, cursor: Cursor = None, limit: Limit = 25
) -> Response:
    """The addresses to which no mails go, or only essential ones; newest first."""
    return await relayed(caller, ListSuppressions(address=address, cursor=cursor, limit=limit))


@office.post("/suppressions", **answers(SuppressionView, 201))
async def suppress_address(body: Suppressed, caller: ApiCaller, new_id: CommandId) -> Response:
    """Suppresses an address; one that is suppressed already stays as it is."""
    message = SuppressAddress(id=new_id, address=body.address, reason=body.reason, said=body.said)
    return await relayed(caller, message, 201)


@office.delete("/suppressions/{address}", **answers(Nothing))
async def lift_suppression(address: Address, caller: ApiCaller, new_id: CommandId) -> Response:
    """Mails go to the address again."""
    return await relayed(caller, LiftSuppression(id=new_id, address=address))
