"""Equipment: the list, one piece as a page, a new one, changes, and where its label leads."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.issuing import jobs as issuing
from gateway.pages import attached
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, received, refused, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import EquipmentReader, Visitor, entering_equipment, root
from gateway.portal.filter import chosen_by
from gateway.portal.sites import sites
from gateway.uploads import arriving
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.equipment import EquipmentView, FollowLabel, GetEquipment, ListEquipment
from services.contracts.principals import Permission, Principal

router = APIRouter()

TEXTS = ("kind", "make", "model", "serial_number", "location")
DATES = ("installed_on", "warranty_until", "last_serviced_on", "service_due_on")
_ONE = "/{portal}/equipment/{equipment_id:uuid}"
SENTENCES = {
    "property_id": "Choose the property.",
    "kind": "Say what it is, in at most 200 characters.",
    **dict.fromkeys(("make", "model", "serial_number", "location"), "Enter at most 200 characters."),
    **dict.fromkeys(DATES, "Choose a day."),
    "expected_version": "Open this form anew.",
}
_FIELDS = {"file": "file"}
_ATTACHING: tuple[Permission, ...] = ("equipment.create", "equipment.edit")


@router.get("/{portal}/equipment")
async def equipment(request: Request, visitor: EquipmentReader, show: str = "all", cursor: Cursor = None) -> Response:
    """One page of the list: all of it, or what is due for service."""
    wanted = "due" if show == "due" else "all"
    query = ListEquipment(property_ids=chosen_by(visitor.principal), due=wanted == "due", cursor=cursor)
    found = await visitor.ask(query)

    def listed(shown: str, after: str | None = None) -> str:
        return address(request.url.path, {"show": "" if shown == "all" else shown, "cursor": after})

    return page(
        request,
        "equipment/list.html",
        here="equipment",
        equipment=found,
        show=wanted,
        address=listed,
        may_create=permissions.may(visitor.principal, "equipment.create"),
        first=listed(wanted) if cursor else None,
        next=listed(wanted, found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/equipment/new")
async def write(request: Request, visitor: EquipmentReader) -> Response:
    """The form of new equipment."""
    if not permissions.may(visitor.principal, "equipment.create"):
        raise forbidden("You have not been given the right to add equipment.")
    return await _form(request, visitor, Form())


@router.post("/{portal}/equipment/new")
async def send(request: Request, visitor: EquipmentReader) -> Response:
    """Adds it with its photos, once however often the form is sent."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        try:
            draft = issuing.NewEquipment.model_validate(fields(typed) | {"property_id": typed.get("property_id", "")})
            async with arriving.checked(arriving.chosen(form)) as files:
                command = await issuing.equipment(visitor, draft, command_id(visitor, "equipment", typed))
                made = await visitor.ask(command)
                await attached.attach_all(request, visitor, _equipment_of(made.id), files, command.id, visible=True)
        except ValidationError as error:
            return await _form(request, visitor, invalid(typed, error, SENTENCES), http_status=422)
        except DomainError as error:
            again = refused(typed, error, _FIELDS)
            return await _form(request, visitor, again, http_status=problem_of(error).status_code)
    return see(f"{root(visitor)}/equipment/{made.id}?saved=1")


@router.get(_ONE)
async def show(request: Request, visitor: EquipmentReader, equipment_id: UUID, saved: bool = False) -> Response:
    """One piece of equipment; `saved` is said to whoever kept it just now."""
    return await _page(request, visitor, equipment_id, Form(), saved=saved)


@router.get(f"{_ONE}/edit")
async def edit(request: Request, visitor: EquipmentReader, equipment_id: UUID) -> Response:
    """The form of its details."""
    found = await visitor.ask(GetEquipment(equipment_id=equipment_id))
    if not permissions.may(visitor.principal, "equipment.edit", found.property.id):
        raise forbidden("You have not been given the right to change equipment.")
    return await _form(request, visitor, Form(values(found)), found)


@router.post(f"{_ONE}/edit")
async def save(request: Request, visitor: EquipmentReader, equipment_id: UUID) -> Response:
    """Keeps its details."""
    typed = texts(await received(request))
    found = await visitor.ask(GetEquipment(equipment_id=equipment_id))
    try:
        seen = typed.get("expected_version") or None
        change = issuing.EquipmentChange.model_validate({**fields(typed), "expected_version": seen})
        new_id = command_id(visitor, f"equipment {equipment_id}", typed)
        await visitor.ask(issuing.equipment_change(equipment_id, change, new_id))
    except ValidationError as error:
        return await _form(request, visitor, invalid(typed, error, SENTENCES), found, 422)
    except DomainError as error:
        return await _form(request, visitor, refused(typed, error), found, problem_of(error).status_code)
    return see(f"{root(visitor)}/equipment/{equipment_id}?saved=1")


@router.post(f"{_ONE}/attachments")
async def attach(request: Request, visitor: EquipmentReader, equipment_id: UUID) -> Response:
    """Adds photos and documents, once however often the form is sent."""
    again = partial(_page, request, visitor, equipment_id)
    refusal = await attached.add_sent(request, visitor, _equipment_of(equipment_id), again, shown=True)
    return refusal or see(f"{root(visitor)}/equipment/{equipment_id}#files")


@router.get("/{portal}/equipment/label/{label}")
async def follow(visitor: Visitor, label: str) -> Response:
    """Where the label on a machine leads: to the form of a request or a job for it, else to its page."""
    found = await visitor.ask(FollowLabel(label=label))
    return see(f"{root(visitor)}{_form_for(visitor.principal, found)}")


def _form_for(who: Principal, found: EquipmentView) -> str:
    name = ", ".join(part for part in (found.kind, found.make, found.model, found.location) if part)
    if permissions.may(who, "requests.create", found.property.id) and permissions.may(who, "requests.view"):
        return address("/requests/new", {"property_id": str(found.property.id), "title": name[:200]})
    if permissions.may(who, "jobs.create", found.property.id):
        return address("/jobs/new", {"equipment": str(found.id)})
    return f"/equipment/{found.id}"


def _equipment_of(equipment_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="equipment", id=equipment_id)


attached.serve(router, f"{_ONE}/attachments", entering_equipment, _equipment_of)


def fields(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, by the message's names; a day that is empty is not known."""
    days = {name: typed.get(name, "").strip() or None for name in DATES}
    return {**{name: typed.get(name, "") for name in TEXTS}, **days}


def values(found: EquipmentView) -> dict[str, str]:
    """The form's texts for what is known."""
    return {name: str(getattr(found, name) or "") for name in (*TEXTS, *DATES)}


async def _page(
    request: Request, visitor: Caller, equipment_id: UUID, form: Form, http_status: int = 200, *, saved: bool = False
) -> Response:
    found = await visitor.ask(GetEquipment(equipment_id=equipment_id))
    who, place = visitor.principal, found.property.id
    return page(
        request,
        "equipment/item.html",
        http_status,
        here="equipment",
        item=found,
        form=form,
        saved=saved,
        address=f"{root(visitor)}/equipment/{equipment_id}",
        may_edit=permissions.may(who, "equipment.edit", place),
        may_attach=any(permissions.may(who, each, place) for each in _ATTACHING),
        may_ask_for_job=permissions.may(who, "jobs.create", place),
    )


async def _form(
    request: Request, visitor: Caller, form: Form, item: EquipmentView | None = None, http_status: int = 200
) -> Response:
    return page(
        request,
        "equipment/form.html",
        http_status,
        here="equipment",
        form=form,
        item=item,
        sites=[] if item else await sites(visitor, "equipment.create"),
    )
