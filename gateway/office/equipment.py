"""Equipment in the office: the list, new equipment, one piece as a page with its label, and changes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway import labels
from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import jobs as issuing
from gateway.office.choosing import Sought, choose_property
from gateway.office.entry import JobsReader, JobsWriter
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from services.contracts.errors import DomainError
from services.contracts.fieldwork.equipment import (
    EquipmentView,
    GetEquipment,
    ListEquipment,
    MakeLabel,
    RevokeLabel,
)
from services.contracts.identity.customers import GetProperty, PropertyView

router = APIRouter()

_PATH = "/office/equipment"
_ONE = _PATH + "/{equipment_id:uuid}"
_TEXTS = ("kind", "make", "model", "serial_number", "location")
_DATES = ("installed_on", "warranty_until", "last_serviced_on", "service_due_on")
_SENTENCES = {
    "kind": "Say what it is, in at most 200 characters.",
    **dict.fromkeys(_TEXTS[1:], "Enter at most 200 characters."),
    **dict.fromkeys(_DATES, "Choose a day."),
}


@router.get(_PATH)
async def equipment(
    request: Request, member: JobsReader, shown: str = "all", search: Sought = "", cursor: Cursor = None
) -> Response:
    """One page of the list: all of it, or what is due for service."""
    found = await member.ask(ListEquipment(due=shown == "due", search=search.strip(), cursor=cursor))
    return show_list(
        request,
        member,
        "office/equipment/list.html",
        found,
        cursor,
        here="equipment",
        search=search,
        shown="due" if shown == "due" else "all",
        address=lambda which: f"{_PATH}?shown={which}",
    )


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: JobsWriter,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of new equipment, once its property is chosen."""
    if property is None:
        return await choose_property(request, member, "equipment", "New equipment", search, cursor)
    return await _form(request, member, Form(), property_id=property)


@router.post(f"{_PATH}/new")
async def add(request: Request, member: JobsWriter, property: UUID) -> Response:  # noqa: A002
    """Adds it to the property."""
    typed = await typed_in(request)
    try:
        draft = issuing.NewEquipment.model_validate({"property_id": property, **_fields(typed)})
        command = await issuing.equipment(member, draft, command_id(member, typed.path, typed.values))
        made = await member.ask(command)
    except (ValidationError, DomainError) as error:
        again, http_status = _again(typed, error)
        return await _form(request, member, again, http_status, property_id=property)
    return done(f"{_PATH}/{made.id}", "added")


@router.get(_ONE)
async def one(request: Request, member: JobsReader, equipment_id: UUID) -> Response:
    """A piece of equipment's page."""
    return await page_of(request, member, equipment_id, Form())


@router.get(f"{_ONE}/edit")
async def edit(request: Request, member: JobsWriter, equipment_id: UUID) -> Response:
    """The form of its details."""
    found = await member.ask(GetEquipment(equipment_id=equipment_id))
    values = {name: str(getattr(found, name) or "") for name in (*_TEXTS, *_DATES)}
    return await _form(request, member, Form(values), item=found)


@router.post(f"{_ONE}/edit")
async def save(request: Request, member: JobsWriter, equipment_id: UUID) -> Response:
    """Keeps its details."""
    typed = await typed_in(request)
    try:
        seen = typed["expected_version"] or None
        change = issuing.EquipmentChange.model_validate({**_fields(typed), "expected_version": seen})
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(issuing.equipment_change(equipment_id, change, new_id))
    except (ValidationError, DomainError) as error:
        again, http_status = _again(typed, error)
        found = await member.ask(GetEquipment(equipment_id=equipment_id))
        return await _form(request, member, again, http_status, item=found)
    return done(f"{_PATH}/{equipment_id}", "saved")


@router.get(f"{_ONE}/label.pdf")
async def label_pdf(request: Request, member: JobsReader, equipment_id: UUID) -> Response:
    """Its label, to be printed."""
    return await labels.pdf(member, equipment_id, request.app.state.settings)


@router.get(f"{_ONE}/label.png")
async def label_png(request: Request, member: JobsReader, equipment_id: UUID) -> Response:
    """Its label as a picture."""
    return await labels.png(member, equipment_id, request.app.state.settings)


@router.post(f"{_ONE}/label")
async def make_label(request: Request, member: JobsWriter, equipment_id: UUID) -> Response:
    """A new label; the one before leads nowhere any more."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(MakeLabel(id=new_id, equipment_id=equipment_id))
    return done(f"{_PATH}/{equipment_id}", "saved")


@router.post(f"{_ONE}/label/removal")
async def revoke_label(request: Request, member: JobsWriter, equipment_id: UUID) -> Response:
    """Has the label lead nowhere."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(RevokeLabel(id=new_id, equipment_id=equipment_id))
    return done(f"{_PATH}/{equipment_id}", "saved")


async def page_of(request: Request, member: Caller, equipment_id: UUID, form: Form, http_status: int = 200) -> Response:
    """The page of a piece of equipment; `form` is the one that brings files."""
    found = await member.ask(GetEquipment(equipment_id=equipment_id))
    template, base = "office/equipment/item.html", f"{_PATH}/{equipment_id}"
    return show(request, member, template, http_status, here="equipment", item=found, form=form, base=base)


def _again(typed: Typed, error: ValidationError | DomainError) -> tuple[Form, int]:
    if isinstance(error, ValidationError):
        return wrong(typed.values, problems(error, _SENTENCES)), 422
    return refused(typed.values, error), problem_of(error).status_code


def _fields(typed: Typed) -> dict[str, Any]:
    days = {name: typed[name].strip() or None for name in _DATES}
    return {**{name: typed[name] for name in _TEXTS}, **days}


async def _form(
    request: Request,
    member: Caller,
    form: Form,
    http_status: int = 200,
    *,
    item: EquipmentView | None = None,
    property_id: UUID | None = None,
) -> Response:
    place: PropertyView | None = None
    if property_id is not None:
        place = await member.ask(GetProperty(property_id=property_id))
    template = "office/equipment/form.html"
    return show(request, member, template, http_status, here="equipment", form=form, item=item, place=place)
