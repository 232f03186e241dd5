"""Requests: raised by a contact or the office, listed newest first, changed, closed and reopened."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.errors import invalid
from services.contracts.fieldwork.requests import (
    ChangeRequest,
    CloseRequest,
    CreateRequest,
    GetRequest,
    ListRequests,
    ReopenRequest,
    RequestClosed,
    RequestCreated,
    RequestSummary,
    RequestView,
)
from services.contracts.messages import Page
from services.contracts.principals import Principal
from services.fieldwork import request_rows, request_views, rules, versions
from services.fieldwork.models import Request


def create(work: Work, command: CreateRequest) -> RequestView:
    """Raises a request; a contact's own always includes the client."""
    who = work.principal
    rules.require_may_create(who, command)
    request = _opened(work, command, who)
    work.session.add(request)
    request_rows.note(work, request, "raised")
    work.session.flush()
    work.announce(
        RequestCreated(
            company_id=work.company_id,
            version=request.version,
            request=request_views.whole(work, request, in_portal=False),
            branch_id=request.branch_id,
            created_by_kind=rules.author_kind(who),
        )
    )
    return request_views.whole(work, request)


def find(work: Work, query: GetRequest) -> RequestView:
    """One request with what was said and attached, where the principal sees it."""
    return request_views.whole(work, request_rows.seen(work, query.request_id))


def page(work: Work, query: ListRequests) -> Page[RequestSummary]:
    """The requests that the principal sees, newest first."""
    who = work.principal
    scope = rules.listed(who).at(query.property_ids)
    found = select(Request).where(Request.company_id == work.company_id, *request_rows.within(scope))
    if query.status:
        found = found.where(Request.status == query.status)
    if query.search:
        found = found.where(_sought(query.search))
    if query.cursor:
        found = found.where(tuple_(Request.created_at, Request.id) < cursors.position(query.cursor, datetime))
    newest = found.order_by(Request.created_at.desc(), Request.id.desc()).limit(query.limit + 1)
    rows = list(work.session.scalars(newest))
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(
        items=[request_rows.summary(request, in_portal=rules.in_portal(who)) for request in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def change(work: Work, command: ChangeRequest) -> RequestView:
    """The office changes what is given; what a contact raised goes on including the client."""
    request = request_rows.for_office(work, command.request_id)
    versions.require_current(request.version, command.expected_version)
    if command.include_client is False and request.created_by_kind == "contact":
        raise invalid("Who raised it goes on seeing it.", field="include_client", reason="raised_by_contact")
    shared = request.include_client
    given = command.model_dump(exclude={"id", "request_id", "assigned_to", "expected_version"}, exclude_none=True)
    changed = {name: value for name, value in given.items() if getattr(request, name) != value}
    for name, value in changed.items():
        setattr(request, name, value)
    if changed:
        request_rows.note(work, request, "changed", rules.said_of(changed))
    assigned = _assign(work, request, command)
    if changed or assigned:
        request_rows.announce_changed(work, request, internal=not changed, was_shared=shared)
    return request_views.whole(work, request)


def close(work: Work, command: CloseRequest) -> RequestView:
    """The office closes an open request; its customer is told, where they see it."""
    request = request_rows.for_office(work, command.request_id)
    if request.close(work.now):
        request_rows.note(work, request, "closed")
        request.version += 1
        work.announce(
            RequestClosed(
                company_id=request.company_id,
                version=request.version,
                request=request_rows.summary(request, in_portal=False),
                branch_id=request.branch_id,
                customer_id=request.customer_id,
                closed_by=work.principal.name,
                raised_by_id=request.created_by_id,
                raised_by_kind=rules.kind_of(request.created_by_kind),
            )
        )
    return request_views.whole(work, request)


def reopen(work: Work, command: ReopenRequest) -> RequestView:
    """The office opens a closed request again."""
    request = request_rows.for_office(work, command.request_id)
    if request.reopen():
        request_rows.note(work, request, "reopened")
        request_rows.announce_changed(work, request)
    return request_views.whole(work, request)


def _assign(work: Work, request: Request, command: ChangeRequest) -> bool:
    """Gives it to whom the command names; whether that changed anything."""
    if command.assigned_to is None:
        return False
    person = None if command.assigned_to == "unset" else command.assigned_to
    changed = request.assign(person)
    if changed:
        request_rows.note(work, request, "assigned", person.name if person else "Nobody")
    return changed


def _sought(search: str) -> ColumnElement[bool]:
    """Not LIKE: of that PostgreSQL does not know that it tells nothing of rows that the policy hides."""
    begins = func.lower(Request.title).bool_op("^@")(search.lower())
    return or_(begins, Request.number == search.upper())


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
        category=command.category,
        priority=command.priority,
        status="open",
        include_client=rules.includes_client(who, command),
        assigned_to=None,
        created_at=work.now,
        created_by_id=who.id,
        created_by_kind=rules.author_kind(who),
        created_by=who.name,
        closed_at=None,
        job_id=None,
        quote_id=None,
        version=1,
    )
