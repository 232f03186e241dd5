"""Requests: the list, one of them as a page, and a new one."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import fieldwork as issuing
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, received, refused, texts, wrong
from gateway.pages.render import page
from gateway.paging import Cursor, every
from gateway.portal.entry import Asker, root
from gateway.portal.filter import chosen_by
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.fieldwork.requests import CreateRequest, GetRequest, ListRequests
from services.contracts.identity.customers import ListProperties

router = APIRouter()

_SENTENCES = {
    "title": "Say in at most 200 characters what it is about.",
    "description": "Tell us more, in at most 10,000 characters.",
}
_NO_PROPERTY = {"property_id": "Choose the property."}


@router.get("/{portal}/requests")
async def requests(request: Request, visitor: Asker, cursor: Cursor = None) -> Response:
    """One page of the list, newest first."""
    found = await visitor.ask(ListRequests(property_ids=chosen_by(visitor.principal), cursor=cursor))
    first = f"{root(visitor)}/requests"
    return page(
        request,
        "requests/list.html",
        here="requests",
        requests=found,
        may_ask=permissions.may(visitor.principal, "requests.create"),
        first=first if cursor else None,
        next=address(first, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.get("/{portal}/requests/new")
async def write(request: Request, visitor: Asker) -> Response:
    """The form of a new request."""
    if not permissions.may(visitor.principal, "requests.create"):
        raise forbidden("You have not been given the right to raise requests.")
    return await _form(request, visitor, Form())


@router.post("/{portal}/requests/new")
async def send(request: Request, visitor: Asker) -> Response:
    """Raises the request, once however often the form is sent."""
    typed = texts(await received(request))
    try:
        property_id = UUID(typed.get("property_id", ""))
    except ValueError:
        return await _form(request, visitor, wrong(typed, dict(_NO_PROPERTY)), 422)
    try:
        command = await _command(visitor, property_id, typed)
        raised = await visitor.ask(command)
    except ValidationError as error:
        return await _form(request, visitor, invalid(typed, error, _SENTENCES), 422)
    except DomainError as error:
        return await _form(request, visitor, refused(typed, error), problem_of(error).status_code)
    return see(f"{root(visitor)}/requests/{raised.id}?sent=1")


@router.get("/{portal}/requests/{request_id:uuid}")
async def show(request: Request, visitor: Asker, request_id: UUID, sent: bool = False) -> Response:
    """One request; `sent` is said to whoever raised it just now."""
    found = await visitor.ask(GetRequest(request_id=request_id))
    return page(request, "requests/item.html", here="requests", item=found, just_sent=sent)


async def _command(visitor: Caller, property_id: UUID, typed: Mapping[str, str]) -> CreateRequest:
    """The order that the form gives; raises ValidationError where it does not say enough."""
    draft = issuing.NewRequest(
        property_id=property_id, title=typed.get("title", ""), description=typed.get("description", "")
    )
    return await issuing.request(visitor, draft, command_id(visitor, "request", typed))


async def _form(request: Request, visitor: Caller, form: Form, http_status: int = 200) -> Response:
    allowed = permissions.property_ids(visitor.principal, "requests.create")
    known = await every(visitor, ListProperties())
    properties = sorted((each for each in known if each.id in allowed), key=lambda each: each.name.casefold())
    return page(request, "requests/new.html", http_status, here="requests", form=form, properties=properties)
