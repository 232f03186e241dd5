"""Requests: raised by a contact or the office, listed newest first."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_

from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.fieldwork.requests import CreateRequest, GetRequest, ListRequests, RequestCreated, RequestView
from services.contracts.messages import Page
from services.contracts.principals import Principal
from services.fieldwork import rules
from services.fieldwork.models import Request
from services.fieldwork.rules import Scope


def create(work: Work, command: CreateRequest) -> RequestView:
    """Raises a request; a contact's own always includes the client."""
    who = work.principal
    rules.require_may_create(who, command)
    request = _opened(work, command, who)
    work.session.add(request)
    work.announce(
        RequestCreated(
            company_id=work.company_id,
            version=request.version,
            request=request.view(in_portal=False),
            branch_id=request.branch_id,
            created_by_kind="contact" if who.kind == "contact" else "staff",
        )
    )
    return request.view(in_portal=who.kind == "contact")


def find(work: Work, query: GetRequest) -> RequestView:
    """One request, where the principal sees it."""
    who = work.principal
    mine = select(Request).where(Request.id == query.request_id, *_within(rules.seen(who)))
    request = work.session.scalar(mine)
    if request is None:
        raise not_found()
    return request.view(in_portal=who.kind == "contact")


def page(work: Work, query: ListRequests) -> Page[RequestView]:
    """The requests that the principal sees, newest first."""
    who = work.principal
    found = select(Request).where(*_within(rules.listed(who).at(query.property_ids)))
    if query.cursor:
        found = found.where(tuple_(Request.created_at, Request.id) < cursors.position(query.cursor, datetime))
    newest = found.order_by(Request.created_at.desc(), Request.id.desc()).limit(query.limit + 1)
    rows = list(work.session.scalars(newest))
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(
        items=[request.view(in_portal=who.kind == "contact") for request in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def _opened(work: Work, command: CreateRequest, who: Principal) -> Request:
    return Request(
        id=command.id,
        company_id=work.company_id,
        branch_id=command.branch_id,
        customer_id=command.customer_id,
        property_id=command.property.id,
        property=command.property.model_dump(mode="json"),
        number=next_number(work, "REQ", "UTC"),
        title=command.title,
        description=command.description,
        status="open",
        include_client=rules.includes_client(who, command),
        created_at=work.now,
        created_by_id=who.id,
        created_by_kind=who.kind,
        created_by=who.name,
        version=1,
    )


def _within(scope: Scope) -> list[ColumnElement[bool]]:
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
