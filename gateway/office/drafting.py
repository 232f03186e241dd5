"""Writing proposals: a new one for a property, and changes of a draft."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import proposals as issuing
from gateway.office.choosing import Sought, choose_property
from gateway.office.customers import staff_options
from gateway.office.entry import ProposalsWriter
from gateway.office.offers import Rows, offered, rows_typed, services_typed
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from services.contracts.errors import DomainError
from services.contracts.identity.customers import GetProperty
from services.contracts.proposals.proposals import GetProposal, ListProposals, ProposalView
from services.contracts.snapshots import PropertySnapshot

router = APIRouter()

_PATH = "/office/proposals"
_ONE = _PATH + "/{proposal_id:uuid}"
KINDS = (("work_order", "Work order"), ("contract", "Contract"), ("change_order", "Change order"))
SENTENCES = {
    "title": "Say in at most 200 characters what it offers.",
    "kind": "Choose the kind.",
    "expires_on": "Choose a day.",
    "services": "Name at least one service with a price.",
    "sales_rep_id": "Choose the sales rep.",
    "changes_proposal_id": "Choose the proposal that it changes.",
}
_FIELDS = {name: name for name in SENTENCES}


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: ProposalsWriter,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of a new proposal, once its property is chosen."""
    if property is None:
        return await choose_property(request, member, "proposals", "New proposal", search, cursor)
    place = await member.ask(GetProperty(property_id=property))
    rep = str(place.sales_rep.id) if place.sales_rep else ""
    return await _form(request, member, place.snapshot(), Form({"kind": "work_order", "sales_rep_id": rep}), Rows())


@router.post(f"{_PATH}/new")
async def add(request: Request, member: ProposalsWriter, property: UUID) -> Response:  # noqa: A002
    """Keeps the draft, or shows the form with a row more."""
    typed = await typed_in(request)
    place = (await member.ask(GetProperty(property_id=property))).snapshot()
    if typed["add"]:
        return await _form(request, member, place, wrong(typed.values, {}), rows_typed(typed).grown(typed["add"]))
    try:
        draft = issuing.NewProposal.model_validate({"property_id": property, **_said(typed)})
        new_id = command_id(member, typed.path, typed.values)
        made = await member.ask(await issuing.proposal(member, draft, new_id))
    except (ValidationError, DomainError) as error:
        form, status = _again(typed, error)
        return await _form(request, member, place, form, rows_typed(typed), status)
    return done(f"{_PATH}/{made.id}", "drafted")


@router.get(f"{_ONE}/edit")
async def edit(request: Request, member: ProposalsWriter, proposal_id: UUID) -> Response:
    """The form of a draft."""
    found = await member.ask(GetProposal(proposal_id=proposal_id))
    rows, values = _values(found)
    return await _form(request, member, found.property, Form(values), rows, editing=found)


@router.post(f"{_ONE}/edit")
async def save(request: Request, member: ProposalsWriter, proposal_id: UUID) -> Response:
    """Keeps the changes, or shows the form with a row more."""
    typed = await typed_in(request)
    found = await member.ask(GetProposal(proposal_id=proposal_id))
    rows = rows_typed(typed)
    if typed["add"]:
        grown = rows.grown(typed["add"])
        return await _form(request, member, found.property, wrong(typed.values, {}), grown, editing=found)
    try:
        patch = issuing.ProposalPatch.model_validate(_said(typed))
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(await issuing.change(member, proposal_id, patch, new_id))
    except (ValidationError, DomainError) as error:
        form, status = _again(typed, error)
        return await _form(request, member, found.property, form, rows, status, editing=found)
    return done(f"{_PATH}/{proposal_id}", "saved")


def _said(typed: Typed) -> dict[str, Any]:
    """What the form says of the proposal; raises ValidationError or a refusal with what is wrong in its rows."""
    errors: dict[str, str] = {}
    services = services_typed(typed, errors)
    if errors:
        raise WrongRows(errors)
    is_change = typed["kind"] == "change_order"
    return {
        "kind": typed["kind"],
        "title": typed["title"],
        "sales_rep_id": typed["sales_rep_id"] or None,
        "expires_on": typed["expires_on"] or None,
        "changes_proposal_id": (typed["changes_proposal_id"] or None) if is_change else None,
        "services": services,
    }


class WrongRows(DomainError):
    """What is wrong in the rows of services and lines, by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("invalid", "Please correct the marked fields.")
        self.errors = errors


def _again(typed: Typed, error: ValidationError | DomainError) -> tuple[Form, int]:
    """The form with what is wrong, and the status that goes with it."""
    if isinstance(error, WrongRows):
        return wrong(typed.values, error.errors), 422
    if isinstance(error, ValidationError):
        return wrong(typed.values, problems(error, SENTENCES)), 422
    return refused(typed.values, error, _FIELDS), problem_of(error).status_code


def _values(proposal: ProposalView) -> tuple[Rows, dict[str, str]]:
    """The rows and the texts of a draft's form."""
    rows, values = offered([*proposal.services, *proposal.optional_services])
    optional = range(len(proposal.services), len(proposal.services) + len(proposal.optional_services))
    return rows, {
        **values,
        **{f"optional-{number}": "yes" for number in optional},
        "kind": proposal.kind,
        "title": proposal.title,
        "sales_rep_id": str(proposal.sales_rep.id) if proposal.sales_rep else "",
        "expires_on": proposal.expires_on.isoformat() if proposal.expires_on else "",
        "changes_proposal_id": str(proposal.changes.id) if proposal.changes else "",
    }


async def _form(
    request: Request,
    member: Caller,
    place: PropertySnapshot,
    form: Form,
    rows: Rows,
    status: int = 200,
    editing: ProposalView | None = None,
) -> Response:
    others = await member.ask(ListProposals(property_ids=[place.id], limit=100))
    return show(
        request,
        member,
        "office/proposals/form.html",
        status,
        here="proposals",
        form=form,
        rows=rows,
        place=place,
        editing=editing,
        kinds=KINDS,
        staff=await staff_options(member),
        changeable=[
            (each.id, f"{each.number}, {each.title}")
            for each in others.items
            if each.office_status not in ("draft", "lost") and (editing is None or each.id != editing.id)
        ],
    )
