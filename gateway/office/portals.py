"""Portals: the list of branches, and a branch's page with its link, its brand and its settings."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway import logos, mail_kinds
from gateway.auth import Caller
from gateway.office.entry import CompanyReader, CompanyWriter
from gateway.office.fees import FIELDS, INVOICE_KINDS, KINDS
from gateway.office.links import portal_link
from gateway.office.preview import preview
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.settings import settings_form, settings_typed
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form
from gateway.paging import Cursor
from services.contracts.identity.portals import (
    BranchView,
    Brand,
    ChangeBranch,
    ChangePortalSettings,
    CreateBranch,
    GetBranch,
    ListBranches,
)

router = APIRouter()

_PATH = "/office/portals"
_ONE = _PATH + "/{branch_id:uuid}"
SENTENCES = {
    "name": "Enter the name that stands over the portal, of at most 200 characters.",
    "colour": "Choose a colour, written as # and six digits or letters from a to f.",
    "time_zone": "Enter a time zone such as America/Chicago.",
    "slug": "Use 3 to 60 small letters, digits and single dashes, with a letter first.",
}
_SETTINGS_SENTENCES = {
    "sections": "Choose among the sections.",
    "payment_method_types": "Choose among the types.",
    "fees": "A fee cannot be as it stands there.",
}


@router.get(_PATH)
async def portals(request: Request, member: CompanyReader, cursor: Cursor = None) -> Response:
    """One page of the list."""
    found = await member.ask(ListBranches(cursor=cursor))
    links = {branch.id: portal_link(request, branch.slug) for branch in found.items}
    return show_list(request, member, "office/portals/list.html", found, cursor, here="portals", links=links)


@router.get(f"{_PATH}/new")
async def write(request: Request, member: CompanyWriter) -> Response:
    """The form of a new branch."""
    form = Form({"colour": Brand(name="-").colour, "time_zone": "America/Chicago"})
    return show(request, member, "office/portals/new.html", here="portals", form=form)


@router.post(f"{_PATH}/new")
async def add(request: Request, member: CompanyWriter) -> Response:
    """Opens the branch with its portal."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: CreateBranch.model_validate(
            {
                "id": new_id,
                "slug": typed["slug"].strip(),
                "time_zone": typed["time_zone"].strip(),
                "brand": {"name": typed["name"], "colour": typed["colour"].strip().lower()},
            }
        ),
        SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return show(request, member, "office/portals/new.html", outcome.status, here="portals", form=outcome.form)
    return done(f"{_PATH}/{outcome.id}", "added")


@router.get(_ONE)
async def portal(request: Request, member: CompanyReader, branch_id: UUID, colour: str = "") -> Response:
    """A branch's page; `colour` is one that is being chosen."""
    branch = await member.ask(GetBranch(branch_id=branch_id))
    return branch_page(request, member, branch, colour=colour)


@router.post(_ONE + "/brand")
async def save_brand(request: Request, member: CompanyWriter, branch_id: UUID) -> Response:
    """Keeps the portal's name, colour and time zone."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeBranch(
            id=new_id,
            branch_id=branch_id,
            name=typed["name"],
            colour=typed["colour"].strip().lower(),
            time_zone=typed["time_zone"].strip(),
        ),
        SENTENCES,
    )
    if isinstance(outcome, Rejected):
        branch = await member.ask(GetBranch(branch_id=branch_id))
        return branch_page(request, member, branch, outcome.status, brand=outcome.form)
    return done(f"{_PATH}/{branch_id}", "saved")


@router.post(_ONE + "/settings")
async def save_settings(request: Request, member: CompanyWriter, branch_id: UUID) -> Response:
    """Keeps what the portal offers; it holds from the next request on."""
    typed = await typed_in(request)
    chosen = settings_typed(typed)
    if chosen.form.errors:
        return await _settings_again(request, member, branch_id, Rejected(chosen.form, 422), typed)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangePortalSettings.model_validate({"id": new_id, "branch_id": branch_id, **chosen.fields}),
        _SETTINGS_SENTENCES,
        FIELDS,
    )
    if isinstance(outcome, Rejected):
        return await _settings_again(request, member, branch_id, outcome, typed)
    return done(f"{_PATH}/{branch_id}", "saved")


async def _settings_again(
    request: Request, member: Caller, branch_id: UUID, rejected: Rejected, typed: Typed
) -> Response:
    branch = await member.ask(GetBranch(branch_id=branch_id))
    return branch_page(request, member, branch, rejected.status, settings=rejected.form, ticked=typed.lists)


def branch_page(
    request: Request,
    member: Caller,
    branch: BranchView,
    status: int = 200,
    *,
    brand: Form | None = None,
    settings: Form | None = None,
    logo: Form | None = None,
    ticked: object = None,
    colour: str = "",
) -> Response:
    """The page with those of its forms that were refused as they were typed, the others as things are."""
    kept = settings_form(branch.settings)
    brand = brand or Form({"name": branch.brand.name, "colour": branch.brand.colour, "time_zone": branch.time_zone})
    return show(
        request,
        member,
        "office/portals/item.html",
        status,
        here="portals",
        branch=branch,
        link=portal_link(request, branch.slug),
        picture=logos.address(branch.slug, branch.brand.logo.sha256 if branch.brand.logo else None),
        brand=brand,
        preview=preview(colour or brand.values["colour"], branch.brand.colour),
        settings=settings or kept.form,
        ticked=ticked or kept.ticked,
        fee_kinds=KINDS,
        mail_languages=mail_kinds.LANGUAGES.items(),
        invoice_kinds=INVOICE_KINDS,
        logo=logo or Form(),
        form=next((form for form in (brand, settings, logo) if form and form.errors), Form()),
    )
