"""Requests as rows: those that the principal sees, one of them locked, and what is told of a change."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.fieldwork.requests import RequestChanged, RequestSummary
from services.contracts.messages import new_id
from services.contracts.snapshots import PropertySnapshot
from services.fieldwork import rules
from services.fieldwork.models import Request
from services.fieldwork.request_models import RequestComment, RequestEntry
from services.fieldwork.rules import Scope


def seen(work: Work, request_id: UUID, *, lock: bool = False) -> Request:
    """The request, where the principal sees it."""
    mine = select(Request).where(Request.id == request_id, *within(rules.seen(work.principal)))
    request = work.session.scalar(mine.with_for_update() if lock else mine)
    if request is None:
        raise not_found()
    return request


def for_office(work: Work, request_id: UUID) -> Request:
    """The request, locked, for somebody of the office who answers requests."""
    request = seen(work, request_id, lock=True)
    rules.require_office(work.principal)
    return request


def comment_seen(work: Work, request_id: UUID, comment_id: UUID) -> RequestComment:
    """A comment that the principal sees, of a request that they see."""
    seen(work, request_id)
    mine = (RequestComment.id == comment_id, RequestComment.request_id == request_id, *comments_seen(work))
    comment = work.session.scalar(select(RequestComment).where(*mine))
    if comment is None:
        raise not_found()
    return comment


def comments_seen(work: Work) -> list[ColumnElement[bool]]:
    """Of the comments on a request that the principal sees, those that they see."""
    return [RequestComment.public.is_(True)] if rules.in_portal(work.principal) else []


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """The scope as conditions of a query."""
    bounds: list[ColumnElement[bool]] = []
    if scope.customer_id is not None:
        bounds.append(Request.customer_id == scope.customer_id)
    if scope.branch_id is not None:
        bounds.append(Request.branch_id == scope.branch_id)
    if scope.property_ids is not None:
        bounds.append(Request.property_id.in_(scope.property_ids))
    if scope.included_only:
        bounds.append(Request.include_client.is_(True))
    return bounds


def summary(request: Request, *, in_portal: bool) -> RequestSummary:
    """The request as the office lists it or, `in_portal`, as its customer does."""
    return RequestSummary.model_validate(facts(request, in_portal=in_portal))


def facts(request: Request, *, in_portal: bool) -> Mapping[str, Any]:
    """What every view of a request says, by the views' names."""
    return {
        "id": request.id,
        "number": request.number,
        "title": request.title,
        "description": request.description,
        "status": request.status,
        "property": PropertySnapshot.model_validate(request.property),
        "created_at": request.created_at,
        "created_by": request.created_by,
        "include_client": None if in_portal else request.include_client,
        "category": request.category,
        "priority": request.priority,
        "assigned_to": None if in_portal else request.assigned_to,
    }


def note(work: Work, request: Request, what: str, detail: str = "") -> None:
    """A line of the request's history."""
    work.session.add(
        RequestEntry(
            id=new_id(),
            company_id=request.company_id,
            request_id=request.id,
            at=work.now,
            by=work.principal.name,
            what=what,
            detail=detail,
        )
    )


def announce_changed(work: Work, request: Request, *, internal: bool = False, was_shared: bool = False) -> None:
    """Tells that something about the request changed; `internal` where its customer sees nothing of it.

    `was_shared`: the customer saw the request until now, so that they see a difference if they do no longer.
    """
    request.version += 1
    work.announce(
        RequestChanged(
            company_id=request.company_id,
            version=request.version,
            request=summary(request, in_portal=False),
            branch_id=request.branch_id,
            customer_id=request.customer_id,
            internal=internal or not (request.include_client or was_shared),
        )
    )
