"""Requests in the office: the list, a new one, and one as a page with what is said of it."""

import asyncio
from typing import Any, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.issuing import fieldwork as issuing
from gateway.office.choosing import Sought, choose_property
from gateway.office.customers import staff_options
from gateway.office.entry import RequestsReader, RequestsWriter, entering_requests
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages import attached
from gateway.pages.formats import word
from gateway.pages.forms import Form, command_id, invalid, refused, texts, wrong
from gateway.paging import Cursor
from gateway.uploads import arriving
from services.contracts import permissions
from services.contracts.errors import DomainError
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.requests import (
    CloseRequest,
    CommentOnRequest,
    GetRequest,
    ListRequests,
    ReopenRequest,
    RequestCategory,
    RequestPriority,
    RequestStatus,
    RequestView,
)
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.portals import GetBranch

router = APIRouter()

_PATH = "/office/requests"
_ONE = _PATH + "/{request_id:uuid}"
_CATEGORIES = [(each, word(each)) for each in get_args(RequestCategory)]
_PRIORITIES = [(each, word(each)) for each in get_args(RequestPriority)]
_SENTENCES = {
    "title": "Say in at most 200 characters what it is about.",
    "description": "Tell more, in at most 10,000 characters.",
    "category": "Choose what it is about.",
    "priority": "Choose how urgent it is.",
    "text": "Write something, in at most 10,000 characters.",
    "assigned_to_id": "Choose a staff member.",
}
_FIELDS = {"file": "file"}


@router.get(_PATH)
async def requests(
    request: Request, member: RequestsReader, status: str = "open", search: Sought = "", cursor: Cursor = None
) -> Response:
    """One page of the list, newest first; the open ones unless others are asked for."""
    wanted = cast(RequestStatus, status) if status in get_args(RequestStatus) else None
    found = await member.ask(ListRequests(status=wanted, search=search, cursor=cursor))
    return show_list(
        request,
        member,
        "office/requests/list.html",
        found,
        cursor,
        here="requests",
        search=search,
        status=wanted or "all",
        address=lambda shown: f"{_PATH}?status={shown}",
    )


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: RequestsWriter,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of a new request, once its property is chosen."""
    if property is None:
        return await choose_property(request, member, "requests", "New request", search, cursor)
    return await _form(request, member, property, Form())


@router.post(f"{_PATH}/new")
async def add(request: Request, member: RequestsWriter, property: UUID) -> Response:  # noqa: A002
    """Raises the request; the customer sees it only where that is ticked."""
    typed = await typed_in(request)
    try:
        draft = issuing.NewOfficeRequest.model_validate(
            {**_facts(typed), "property_id": property, "include_client": bool(typed["include_client"])}
        )
        raised = await member.ask(await issuing.request(member, draft, command_id(member, typed.path, typed.values)))
    except ValidationError as error:
        return await _form(request, member, property, wrong(typed.values, problems(error, _SENTENCES)), 422)
    except DomainError as error:
        return await _form(request, member, property, refused(typed.values, error), problem_of(error).status_code)
    return done(f"{_PATH}/{raised.id}", "added")


@router.get(_ONE)
async def one(request: Request, member: RequestsReader, request_id: UUID) -> Response:
    """A request's page."""
    return await _page(request, member, request_id, Form())


@router.post(_ONE)
async def save(request: Request, member: RequestsWriter, request_id: UUID) -> Response:
    """Keeps its details, and whose it is."""
    typed = await typed_in(request)
    fields = {**_facts(typed), "include_client": bool(typed["include_client"])}
    try:
        named = {name: typed[name] or None for name in ("assigned_to_id", "expected_version")}
        change = issuing.RequestChange.model_validate({**fields, **named})
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(await issuing.request_change(member, request_id, change, new_id))
    except ValidationError as error:
        again = wrong(typed.values, problems(error, _SENTENCES))
        return await _page(request, member, request_id, Form(), 422, editing=again)
    except DomainError as error:
        again = refused(typed.values, error)
        return await _page(request, member, request_id, Form(), problem_of(error).status_code, editing=again)
    return done(f"{_PATH}/{request_id}", "saved")


@router.post(_ONE + "/comments")
async def comment(request: Request, member: RequestsWriter, request_id: UUID) -> Response:
    """Answers the customer where that is ticked, and otherwise makes a note for colleagues."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        try:
            async with arriving.checked(arriving.chosen(form)) as files:
                new_id = command_id(member, request.url.path, typed)
                said = CommentOnRequest(
                    id=new_id, request_id=request_id, text=typed.get("text", ""), public=bool(typed.get("public"))
                )
                comment_id = (await member.ask(said)).id
                owner = _comment_of(request_id, comment_id)
                await attached.attach_all(request, member, owner, files, new_id, visible=True)
        except ValidationError as error:
            return await _page(request, member, request_id, invalid(typed, error, _SENTENCES), 422)
        except DomainError as error:
            again = refused(typed, error, _FIELDS)
            return await _page(request, member, request_id, again, problem_of(error).status_code)
    return done(f"{_PATH}/{request_id}", "said")


@router.post(_ONE + "/close")
async def close(request: Request, member: RequestsWriter, request_id: UUID) -> Response:
    """Closes it."""
    typed = await typed_in(request)
    await member.ask(CloseRequest(id=command_id(member, typed.path, typed.values), request_id=request_id))
    return done(f"{_PATH}/{request_id}", "closed")


@router.post(_ONE + "/reopen")
async def reopen(request: Request, member: RequestsWriter, request_id: UUID) -> Response:
    """Opens it again."""
    typed = await typed_in(request)
    await member.ask(ReopenRequest(id=command_id(member, typed.path, typed.values), request_id=request_id))
    return done(f"{_PATH}/{request_id}", "reopened")


@router.post(_ONE + "/become-job")
async def become_job(request: Request, member: RequestsWriter, request_id: UUID) -> Response:
    """Makes a job of it."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(await issuing.become_job(member, request_id, new_id))
    return done(f"{_PATH}/{request_id}", "became-job")


@router.post(_ONE + "/become-quote")
async def become_quote(request: Request, member: RequestsWriter, request_id: UUID) -> Response:
    """Makes a quote of it."""
    typed = await typed_in(request)
    await issuing.become_quote(member, request_id, command_id(member, typed.path, typed.values))
    return done(f"{_PATH}/{request_id}", "became-quote")


def _request_of(request_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="request", id=request_id)


def _comment_of(request_id: UUID, comment_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="comment", id=comment_id, parent_id=request_id)


attached.serve(router, _ONE + "/attachments", entering_requests, _request_of)
attached.serve(router, _ONE + "/comments/{comment_id:uuid}/attachments", entering_requests, _comment_of)


def _facts(typed: Typed) -> dict[str, Any]:
    return {name: typed[name] for name in ("title", "description", "category", "priority")}


async def _page(
    request: Request,
    member: Caller,
    request_id: UUID,
    form: Form,
    http_status: int = 200,
    *,
    editing: Form | None = None,
) -> Response:
    found = await member.ask(GetRequest(request_id=request_id))
    assert found.branch_id
    branch, staff = await asyncio.gather(member.ask(GetBranch(branch_id=found.branch_id)), staff_options(member))
    return show(
        request,
        member,
        "office/requests/item.html",
        http_status,
        here="requests",
        item=found,
        branch=branch,
        form=form,
        editing=editing or Form(_values(found)),
        staff=staff,
        categories=_CATEGORIES,
        priorities=_PRIORITIES,
        base=f"{_PATH}/{request_id}",
        may_make_job=permissions.may_in_office(member.principal, "jobs.write"),
        may_make_quote=permissions.may_in_office(member.principal, "quotes.write"),
    )


def _values(found: RequestView) -> dict[str, str]:
    return {
        "title": found.title,
        "description": found.description,
        "category": found.category,
        "priority": found.priority,
        "include_client": "yes" if found.include_client else "",
        "assigned_to_id": str(found.assigned_to.id) if found.assigned_to else "",
    }


async def _form(request: Request, member: Caller, property_id: UUID, form: Form, http_status: int = 200) -> Response:
    place = await member.ask(GetProperty(property_id=property_id))
    return show(
        request,
        member,
        "office/requests/new.html",
        http_status,
        here="requests",
        form=form,
        place=place,
        categories=_CATEGORIES,
        priorities=_PRIORITIES,
    )
