"""Requests: the list, one of them as a page with what is said of it, and a new one."""

from collections.abc import Mapping
from typing import Annotated, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.issuing import fieldwork as issuing
from gateway.pages import attached
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, refused, texts, wrong
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Asker, entering_requests, root
from gateway.portal.filter import chosen_by
from gateway.portal.sites import sites
from gateway.uploads import arriving
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.requests import (
    CommentOnRequest,
    CreateRequest,
    GetRequest,
    ListRequests,
    RequestCategory,
    RequestPriority,
    RequestStatus,
    RequestView,
)

router = APIRouter()

CATEGORIES: tuple[RequestCategory, ...] = get_args(RequestCategory)
PRIORITIES: tuple[RequestPriority, ...] = get_args(RequestPriority)
_ONE = "/{portal}/requests/{request_id:uuid}"
_SENTENCES = {
    "title": "Say in at most 200 characters what it is about.",
    "description": "Tell us more, in at most 10,000 characters.",
    "category": "Choose what it is about.",
    "priority": "Choose how urgent it is.",
    "text": "Write something, in at most 10,000 characters.",
}
_FIELDS = {"file": "file"}
_NO_PROPERTY = {"property_id": "Choose the property."}


@router.get("/{portal}/requests")
async def requests(request: Request, visitor: Asker, status: str = "all", cursor: Cursor = None) -> Response:
    """One page of the list, newest first."""
    wanted = cast(RequestStatus, status) if status in get_args(RequestStatus) else None
    query = ListRequests(property_ids=chosen_by(visitor.principal), status=wanted, cursor=cursor)
    found = await visitor.ask(query)

    def listed(shown: str, after: str | None = None) -> str:
        return address(request.url.path, {"status": "" if shown == "all" else shown, "cursor": after})

    return page(
        request,
        "requests/list.html",
        here="requests",
        requests=found,
        status=wanted or "all",
        address=listed,
        may_ask=permissions.may(visitor.principal, "requests.create"),
        first=listed(wanted or "all") if cursor else None,
        next=listed(wanted or "all", found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/requests/new")
async def write(
    request: Request, visitor: Asker, property_id: UUID | None = None, title: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The form of a new request; a label on equipment says for what."""
    if not permissions.may(visitor.principal, "requests.create"):
        raise forbidden("You have not been given the right to raise requests.")
    return await _form(request, visitor, Form({"property_id": str(property_id or ""), "title": title}))


@router.post("/{portal}/requests/new")
async def send(request: Request, visitor: Asker) -> Response:
    """Raises the request with its files, once however often the form is sent."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        try:
            raised = await _raise(request, visitor, form, typed)
        except ValidationError as error:
            return await _form(request, visitor, invalid(typed, error, _SENTENCES), 422)
        except DomainError as error:
            return await _form(request, visitor, refused(typed, error, _FIELDS), problem_of(error).status_code)
    if raised is None:
        return await _form(request, visitor, wrong(typed, dict(_NO_PROPERTY)), 422)
    return see(f"{root(visitor)}/requests/{raised.id}?sent=1")


@router.get(_ONE)
async def show(request: Request, visitor: Asker, request_id: UUID, sent: bool = False) -> Response:
    """One request; `sent` is said to whoever raised it just now."""
    return await _page(request, visitor, request_id, Form(), just_sent=sent)


@router.post(_ONE + "/comments")
async def comment(request: Request, visitor: Asker, request_id: UUID) -> Response:
    """Says something about it, with files, once however often the form is sent."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        try:
            await _comment(request, visitor, request_id, form, typed)
        except ValidationError as error:
            return await _page(request, visitor, request_id, invalid(typed, error, _SENTENCES), 422)
        except DomainError as error:
            again = refused(typed, error, _FIELDS)
            return await _page(request, visitor, request_id, again, problem_of(error).status_code)
    return see(f"{root(visitor)}/requests/{request_id}#comments")


def _request_of(request_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="request", id=request_id)


def _comment_of(request_id: UUID, comment_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="comment", id=comment_id, parent_id=request_id)


attached.serve(router, _ONE + "/attachments", entering_requests, _request_of)
attached.serve(router, _ONE + "/comments/{comment_id:uuid}/attachments", entering_requests, _comment_of)


async def _raise(request: Request, visitor: Caller, form: FormData, typed: Mapping[str, str]) -> RequestView | None:
    """The request that the form raises; None where it names no property. Its files are checked before."""
    try:
        property_id = UUID(typed.get("property_id", ""))
    except ValueError:
        return None
    async with arriving.checked(arriving.chosen(form)) as files:
        command = await _command(visitor, property_id, typed)
        raised = await visitor.ask(command)
        await attached.attach_all(request, visitor, _request_of(raised.id), files, command.id, visible=True)
        return raised


async def _command(visitor: Caller, property_id: UUID, typed: Mapping[str, str]) -> CreateRequest:
    """The order that the form gives; raises ValidationError where it does not say enough."""
    draft = issuing.NewRequest.model_validate(
        {
            "property_id": property_id,
            "title": typed.get("title", ""),
            "description": typed.get("description", ""),
            "category": typed.get("category", "other"),
            "priority": typed.get("priority", "normal"),
        }
    )
    return await issuing.request(visitor, draft, command_id(visitor, "request", typed))


async def _comment(
    request: Request, visitor: Caller, request_id: UUID, form: FormData, typed: Mapping[str, str]
) -> None:
    async with arriving.checked(arriving.chosen(form)) as files:
        new_id = command_id(visitor, f"comment {request_id}", typed)
        said = await visitor.ask(CommentOnRequest(id=new_id, request_id=request_id, text=typed.get("text", "")))
        await attached.attach_all(request, visitor, _comment_of(request_id, said.id), files, new_id, visible=True)


async def _page(
    request: Request, visitor: Caller, request_id: UUID, form: Form, http_status: int = 200, *, just_sent: bool = False
) -> Response:
    found = await visitor.ask(GetRequest(request_id=request_id))
    return page(
        request,
        "requests/item.html",
        http_status,
        here="requests",
        item=found,
        form=form,
        just_sent=just_sent,
        address=f"{root(visitor)}/requests/{request_id}",
        may_comment=permissions.may(visitor.principal, "requests.comment", found.property.id),
    )


async def _form(request: Request, visitor: Caller, form: Form, http_status: int = 200) -> Response:
    return page(
        request,
        "requests/new.html",
        http_status,
        here="requests",
        form=form,
        sites=await sites(visitor, "requests.create"),
        categories=CATEGORIES,
        priorities=PRIORITIES,
    )
