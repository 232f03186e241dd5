"""Visits in the office: the list, a new one, and one as a page with its notes."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import visits as issuing
from gateway.office.choosing import Sought, choose_property
from gateway.office.customers import staff_options
from gateway.office.entry import VisitsReader, VisitsWriter
from gateway.office.sending import Rejected, Typed, problems, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from services.contracts.errors import DomainError
from services.contracts.fieldwork.visits import (
    AddVisitNote,
    CancelVisit,
    ChangeVisitNote,
    CompleteVisit,
    GetVisit,
    ListVisits,
    VisitView,
)
from services.contracts.identity.customers import GetProperty

router = APIRouter()

_PATH = "/office/visits"
_ONE = _PATH + "/{visit_id:uuid}"
_SENTENCES = {
    "date": "Enter the day.",
    "starts": "Enter a time.",
    "ends": "Enter a time.",
    "services": "Name at least one service, each on a line of its own.",
    "service_contact_id": "Choose a staff member.",
    "text": "Write something, in at most 10,000 characters.",
}
_FIELDS = {"window": "ends"}


@router.get(_PATH)
async def visits(request: Request, member: VisitsReader, window: str = "upcoming", cursor: Cursor = None) -> Response:
    """One page of the list: the next ones first, or the last ones."""
    wanted: Literal["upcoming", "completed"] | None = None
    if window in ("upcoming", "completed"):
        wanted = "upcoming" if window == "upcoming" else "completed"
    found = await member.ask(ListVisits(window=wanted, cursor=cursor))
    return show_list(
        request,
        member,
        "office/visits/list.html",
        found,
        cursor,
        here="visits",
        window=wanted or "all",
        address=lambda shown: f"{_PATH}?window={shown}",
    )


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: VisitsWriter,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of a new visit, once its property is chosen."""
    if property is None:
        return await choose_property(request, member, "visits", "New visit", search, cursor)
    return await _form(request, member, property, Form())


@router.post(f"{_PATH}/new")
async def add(request: Request, member: VisitsWriter, property: UUID) -> Response:  # noqa: A002
    """Plans the visit."""
    typed = await typed_in(request)
    try:
        draft = issuing.NewVisit.model_validate({**_facts(typed), "property_id": property})
        planned = await member.ask(await issuing.visit(member, draft, command_id(member, typed.path, typed.values)))
    except ValidationError as error:
        return await _form(request, member, property, wrong(typed.values, problems(error, _SENTENCES)), 422)
    except DomainError as error:
        again = refused(typed.values, error, _FIELDS)
        return await _form(request, member, property, again, problem_of(error).status_code)
    return done(f"{_PATH}/{planned.id}", "added")


@router.get(_ONE)
async def one(request: Request, member: VisitsReader, visit_id: UUID) -> Response:
    """A visit's page."""
    return await _page(request, member, visit_id, Form())


@router.post(_ONE)
async def save(request: Request, member: VisitsWriter, visit_id: UUID) -> Response:
    """Keeps the changes of a planned visit."""
    typed = await typed_in(request)
    try:
        seen = typed["expected_version"] or None
        change = issuing.VisitChange.model_validate({**_facts(typed), "expected_version": seen})
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(await issuing.visit_change(member, visit_id, change, new_id))
    except ValidationError as error:
        again = wrong(typed.values, problems(error, _SENTENCES))
        return await _page(request, member, visit_id, Form(), 422, editing=again)
    except DomainError as error:
        again = refused(typed.values, error, _FIELDS)
        return await _page(request, member, visit_id, Form(), problem_of(error).status_code, editing=again)
    return done(f"{_PATH}/{visit_id}", "saved")


@router.post(_ONE + "/complete")
async def complete(request: Request, member: VisitsWriter, visit_id: UUID) -> Response:
    """It took place."""
    typed = await typed_in(request)
    return await _act(
        request, member, visit_id, typed, CompleteVisit(id=_id(member, typed), visit_id=visit_id), "visit-completed"
    )


@router.post(_ONE + "/cancel")
async def cancel(request: Request, member: VisitsWriter, visit_id: UUID) -> Response:
    """It will not take place."""
    typed = await typed_in(request)
    return await _act(
        request, member, visit_id, typed, CancelVisit(id=_id(member, typed), visit_id=visit_id), "visit-cancelled"
    )


@router.post(_ONE + "/notes")
async def add_note(request: Request, member: VisitsWriter, visit_id: UUID) -> Response:
    """Writes a note."""
    typed = await typed_in(request)
    fields = {"visit_id": visit_id, "text": typed["text"], "shown_in_portal": bool(typed["shown_in_portal"])}
    outcome = await send(
        member, typed, lambda new_id: AddVisitNote.model_validate({"id": new_id, **fields}), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        return await _page(request, member, visit_id, outcome.form, outcome.status)
    return done(f"{_PATH}/{visit_id}", "noted")


@router.post(_ONE + "/notes/{note_id:uuid}")
async def change_note(request: Request, member: VisitsWriter, visit_id: UUID, note_id: UUID) -> Response:
    """Shows a note in the portal, or takes it back."""
    typed = await typed_in(request)
    shown = bool(typed["shown_in_portal"])
    command = ChangeVisitNote(id=_id(member, typed), visit_id=visit_id, note_id=note_id, shown_in_portal=shown)
    return await _act(request, member, visit_id, typed, command, "saved")


def _id(member: Caller, typed: Typed) -> UUID:
    return command_id(member, typed.path, typed.values)


async def _act(
    request: Request,
    member: Caller,
    visit_id: UUID,
    typed: Typed,
    command: CompleteVisit | CancelVisit | ChangeVisitNote,
    said: str,
) -> Response:
    """Carries it out, or shows the visit with what stands against it."""
    try:
        await member.ask(command)
    except DomainError as error:
        if error.code != "conflict":
            raise
        return await _page(request, member, visit_id, refused(typed.values, error), problem_of(error).status_code)
    return done(f"{_PATH}/{visit_id}", said)


def _facts(typed: Typed) -> dict[str, Any]:
    """What the form says of a visit, by the names of the API; an empty day or time is one that is wrong."""
    window = {"starts": typed["starts"], "ends": typed["ends"]}
    return {
        "date": typed["date"],
        "window": window if any(window.values()) else None,
        "services": [line.strip() for line in typed["services"].splitlines() if line.strip()],
        "service_contact_id": typed["service_contact_id"] or None,
    }


async def _page(
    request: Request, member: Caller, visit_id: UUID, form: Form, http_status: int = 200, *, editing: Form | None = None
) -> Response:
    found = await member.ask(GetVisit(visit_id=visit_id))
    return show(
        request,
        member,
        "office/visits/item.html",
        http_status,
        here="visits",
        visit=found,
        form=form,
        editing=editing or Form(_values(found)),
        staff=await staff_options(member),
        base=f"{_PATH}/{visit_id}",
    )


def _values(found: VisitView) -> dict[str, str]:
    return {
        "date": found.date.isoformat(),
        "starts": f"{found.window.starts:%H:%M}" if found.window else "",
        "ends": f"{found.window.ends:%H:%M}" if found.window else "",
        "services": "\n".join(found.services),
        "service_contact_id": str(found.service_contact_id or ""),
    }


async def _form(request: Request, member: Caller, property_id: UUID, form: Form, http_status: int = 200) -> Response:
    place = await member.ask(GetProperty(property_id=property_id))
    return show(
        request,
        member,
        "office/visits/new.html",
        http_status,
        here="visits",
        form=form,
        place=place,
        staff=await staff_options(member),
    )
