"""My Details: the customer's and one's own, how they change, and who changed them when."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, received, refused, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import DetailsEditor, DetailsReader, root
from services.contracts import permissions
from services.contracts.errors import DomainError
from services.contracts.identity.customers import ChangeDetails, DetailsView, GetDetails, ListDetailsHistory
from services.contracts.snapshots import Address

router = APIRouter()

_HISTORY = 10
_PHONE = "Enter a phone number such as 512-555-0100, or leave it empty."
_SENTENCES = {
    "customer_name": "Enter the name, of at most 200 characters.",
    "line1": "Enter the street and number.",
    "line2": "Enter at most 200 characters.",
    "city": "Enter the city.",
    "state": "Enter the state as two letters, such as TX.",
    "zip": "Enter a ZIP code such as 78701.",
    "customer_phone": _PHONE,
    "customer_email": "Enter an e-mail address such as name@example.com, or leave it empty.",
    "name": "Enter your name, of at most 200 characters.",
    "phone": _PHONE,
}
_LABELS = {
    "customer_name": "Name",
    "mailing_address": "Mailing address",
    "customer_phone": "Phone",
    "customer_email": "E-mail",
    "name": "Own name",
    "phone": "Own phone",
}


@router.get("/{portal}/details")
async def details(request: Request, visitor: DetailsReader, cursor: Cursor = None, saved: bool = False) -> Response:
    """What is on file, and how it came to be so; `saved` is said to whoever changed it just now."""
    found, history = await asyncio.gather(
        visitor.ask(GetDetails()), visitor.ask(ListDetailsHistory(cursor=cursor, limit=_HISTORY))
    )
    path = f"{root(visitor)}/details"
    return page(
        request,
        "details/item.html",
        here="details",
        details=found,
        history=history,
        labels=_LABELS,
        written=written,
        may_edit=permissions.may(visitor.principal, "details.edit"),
        saved=saved,
        first=path if cursor else None,
        next=address(path, {"cursor": history.next_cursor}) if history.next_cursor else None,
    )


def written(value: Any) -> str:
    """A kept value in one line: an address is one, and what was empty says so."""
    if not isinstance(value, Mapping):
        return str(value or "") or "nothing"
    street = [value.get("line1"), value.get("line2"), value.get("city")]
    return ", ".join(str(part) for part in (*street, f"{value.get('state')} {value.get('zip')}") if part)


@router.get("/{portal}/details/edit")
async def edit(request: Request, visitor: DetailsEditor) -> Response:
    """The form, with what is on file."""
    return _form(request, Form(_values(await visitor.ask(GetDetails()))))


@router.post("/{portal}/details/edit")
async def save(request: Request, visitor: DetailsEditor) -> Response:
    """Changes what differs, once however often the form is sent."""
    typed = texts(await received(request))
    try:
        await visitor.ask(_command(visitor, typed))
    except ValidationError as error:
        return _form(request, invalid(typed, error, _SENTENCES), 422)
    except DomainError as error:
        fields = {name: name for name in _SENTENCES}
        return _form(request, refused(typed, error, fields), problem_of(error).status_code)
    return see(f"{root(visitor)}/details?saved=1")


def _command(visitor: Caller, typed: Mapping[str, str]) -> ChangeDetails:
    """The order that the form gives; raises ValidationError where it does not say enough."""
    told = {name: typed.get(name, "").strip() for name in _SENTENCES}
    parts = {name: told.pop(name) for name in Address.model_fields}
    parts["state"] = parts["state"].upper()
    command = {"id": command_id(visitor, "details", typed), "mailing_address": parts, **told}
    return ChangeDetails.model_validate(command)


def _values(details: DetailsView) -> dict[str, str]:
    """What is on file, as the form's fields show it."""
    customer = details.customer
    return {
        **{name: str(value) for name, value in customer.mailing_address.model_dump().items()},
        "customer_name": customer.name,
        "customer_phone": customer.phone,
        "customer_email": customer.email,
        "name": details.name,
        "phone": details.phone,
    }


def _form(request: Request, form: Form, http_status: int = 200) -> Response:
    return page(request, "details/edit.html", http_status, here="details", form=form)
