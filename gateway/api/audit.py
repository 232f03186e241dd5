"""The audit trail: who changed whose access, and who signed in."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import AwareDatetime

from gateway.api.routers import answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.messages import Page

Action = Annotated[
    str | None, Query(max_length=100, description="Such as `contact.changed`, or `contact` for all of that kind.")
]
Until = Annotated[AwareDatetime | None, Query(description="The first moment that is too late.")]


@office.get("/audit-events", **answers(Page[AuditEventView]))
async def list_audit_events(
    caller: ApiCaller,
    action: Action = None,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    since: AwareDatetime | None = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Newest first."""
    message = ListAuditEvents(
        action=action,
        actor_id=actor_id,
        subject_id=subject_id,
        since=since,
        until=until,
        cursor=cursor,
        limit=limit,
    )
    return await relayed(caller, message)
