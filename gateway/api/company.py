"""The company as its office sees it: its branches, and what their portals offer and look like."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Request, UploadFile
from fastapi.responses import Response

from gateway import logos
from gateway.api.routers import CommandId, Settings, answered, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.portals import (
    BranchView,
    ChangeBranch,
    ChangeCompany,
    ChangeLogo,
    ChangePortalSettings,
    Colour,
    CompanyView,
    CreateBranch,
    GetBranch,
    GetCompany,
    ListBranches,
)
from services.contracts.messages import Page, View
from services.contracts.principals import FeePolicy, Language, PaymentMethodType, PortalSettings, Section
from services.contracts.snapshots import Name


@office.get("/companies/current", **answers(CompanyView))
async def get_company(caller: ApiCaller) -> Response:
    """The staff member's own company."""
    return await relayed(caller, GetCompany())


class CompanyChange(Body):
    """Only what is named changes."""

    name: Name | None = None
    totp_required: bool | None = None
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    """By type of method, for the branches that have none of their own."""


@office.patch("/companies/current", **answers(CompanyView))
async def change_company(body: CompanyChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes the company."""
    command = ChangeCompany(id=new_id, name=body.name, totp_required=body.totp_required, fees=body.fees)
    return await relayed(caller, command)


@office.get("/branches", **answers(Page[BranchView]))
async def list_branches(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's branches."""
    return await relayed(caller, ListBranches(cursor=cursor, limit=limit))


@office.get("/branches/{branch_id}", **answers(BranchView))
async def get_branch(branch_id: UUID, caller: ApiCaller) -> Response:
    """One branch with its portal's settings."""
    return await relayed(caller, GetBranch(branch_id=branch_id))


@office.post("/branches", **answers(BranchView, 201))
async def create_branch(body: CreateBranch, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new branch with its portal; its logo is uploaded afterwards."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)


class BrandChange(Body):
    """Only what is named changes; the logo has an address of its own."""

    name: Name | None = None
    colour: Colour | None = None


class BranchChange(Body):
    """Only what is named changes; a portal's address stays."""

    brand: BrandChange = BrandChange()
    time_zone: str | None = None


@office.patch("/branches/{branch_id}", **answers(BranchView))
async def change_branch(branch_id: UUID, body: BranchChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes the brand and the time zone."""
    command = ChangeBranch(
        id=new_id, branch_id=branch_id, name=body.brand.name, colour=body.brand.colour, time_zone=body.time_zone
    )
    return await relayed(caller, command)


# The portal


class PortalLinkAnswer(View):
    """What a branch's customers are given."""

    url: str


@office.get("/branches/{branch_id}/portal-link", **answers(PortalLinkAnswer))
async def get_portal_link(branch_id: UUID, caller: ApiCaller, settings: Settings) -> Response:
    """The address of the branch's portal."""
    branch = await caller.ask(GetBranch(branch_id=branch_id))
    return answered(PortalLinkAnswer(url=f"{settings.public_url}/{branch.slug}"))


@office.get("/branches/{branch_id}/settings", **answers(PortalSettings))
async def get_settings(branch_id: UUID, caller: ApiCaller) -> Response:
    """What the branch's portal offers."""
    return answered((await caller.ask(GetBranch(branch_id=branch_id))).settings)


class SettingsChange(Body):
    """Only what is named changes; a list and the fees are replaced whole."""

    sections: list[Section] | None = None
    payment_method_types: list[PaymentMethodType] | None = None
    electronic_payments: bool | None = None
    partial_payments: bool | None = None
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    line_item_detail: bool | None = None
    show_service_contact_phone: bool | None = None
    equipment_labels: bool | None = None
    guest_payments: bool | None = None
    guest_third_fact: bool | None = None
    language: Language | None = None


@office.patch("/branches/{branch_id}/settings", **answers(PortalSettings))
async def change_settings(branch_id: UUID, body: SettingsChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what the portal offers, from the next request on."""
    command = ChangePortalSettings(id=new_id, branch_id=branch_id, **dict(body))
    return answered((await caller.ask(command)).settings)


Upload = Annotated[UploadFile, File(description="PNG, JPEG or WebP, of at most 512 KB.")]


@office.put(
    "/branches/{branch_id}/logo",
    **answers(BranchView, s413="It has more than 512 KB.", s415="It is no PNG, JPEG or WebP."),
)
async def put_logo(branch_id: UUID, file: Upload, caller: ApiCaller, request: Request, new_id: CommandId) -> Response:
    """Shows a logo in the portal. The picture is drawn anew, at most 600 pixels wide and 200 high."""
    logo = await logos.kept(request.app.state.files, caller, branch_id, file)
    return await relayed(caller, ChangeLogo(id=new_id, branch_id=branch_id, logo=logo))


@office.delete("/branches/{branch_id}/logo", **answers(BranchView))
async def remove_logo(branch_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Shows the brand's name alone."""
    return await relayed(caller, ChangeLogo(id=new_id, branch_id=branch_id, logo=None))
