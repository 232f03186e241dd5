"""Branches and their portals."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import conflict, not_found
from services.contracts.identity.audit import Actor
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.portals import (
    BranchView,
    Brand,
    ChangeBranch,
    ChangeLogo,
    ChangePortalSettings,
    CreateBranch,
    GetBranch,
    GetPortal,
    ListBranches,
    NewBranch,
    PortalView,
)
from services.contracts.messages import Page
from services.contracts.principals import PortalSettings
from services.identity import access, audit, lookups, pages, records, rules
from services.identity.models import Branch, Company

# Making and changing


def create(work: Work, command: CreateBranch) -> BranchView:
    """Only who may change the company adds a branch to it."""
    access.office(work, "company.write")
    return view(open_branch(work, command))


def open_branch(work: Work, told: CreateBranch | NewBranch, by: Actor | None = None) -> Branch:
    """A portal's address is one of its own over all companies, and no word of the gateway's."""
    rules.check_slug(told.slug)
    rules.check_time_zone(told.time_zone)
    branch = Branch(
        company_id=work.company_id,
        slug=told.slug,
        name=told.brand.name,
        colour=told.brand.colour,
        time_zone=told.time_zone,
        settings=rules.checked_settings(told.settings).model_dump(mode="json"),
    )
    taken = conflict("Another portal has this address.", field="slug", reason="slug_taken")
    records.add(work, branch, branch_slug_key=taken)
    audit.record(work, "branch.created", branch, after={"slug": branch.slug, **_told(branch)}, actor=by)
    return branch


def change(work: Work, command: ChangeBranch) -> BranchView:
    """Its brand and its clock; the portal's address stays, for it is in people's mails and bookmarks."""
    branch = _to_change(work, command)
    before = _told(branch)
    if command.time_zone is not None:
        rules.check_time_zone(command.time_zone)
    for name, value in command.model_dump(include={"name", "colour", "time_zone"}, exclude_none=True).items():
        setattr(branch, name, value)
    return _changed(work, branch, "branch.changed", before, _told(branch))


def change_logo(work: Work, command: ChangeLogo) -> BranchView:
    """The gateway has made the picture anew and kept it; here it becomes the branch's."""
    branch = _to_change(work, command)
    before = branch.logo
    branch.logo = command.logo.model_dump(mode="json") if command.logo else None
    return _changed(work, branch, "branch.changed", {"logo": before}, {"logo": branch.logo})


def change_settings(work: Work, command: ChangePortalSettings) -> BranchView:
    """They travel with each principal, so all that are remembered anywhere are dropped."""
    branch = _to_change(work, command)
    before = settings(branch)
    given = command.model_dump(exclude={"id", "branch_id"}, exclude_none=True)
    after = rules.checked_settings(PortalSettings.model_validate({**before.model_dump(), **given}))
    branch.settings = after.model_dump(mode="json")
    return _changed(work, branch, "settings.changed", before.model_dump(mode="json"), branch.settings)


def _to_change(work: Work, command: ChangeBranch | ChangeLogo | ChangePortalSettings) -> Branch:
    access.office(work, "company.write")
    return records.found(work, Branch, command.branch_id, lock=True)


def _changed(work: Work, branch: Branch, action: str, before: dict[str, Any], after: dict[str, Any]) -> BranchView:
    audit.record(work, action, branch, before=before, after=after)
    work.announce(AccessChanged(company_id=work.company_id, whole_company=True))
    return view(branch)


def _told(branch: Branch) -> dict[str, Any]:
    return {"name": branch.name, "colour": branch.colour, "time_zone": branch.time_zone}


# Reading


def list_all(work: Work, query: ListBranches) -> Page[BranchView]:
    """By name, for staff."""
    access.office(work, "company.read")
    return pages.read(work, query, Branch, select(Branch), view)


def get(work: Work, query: GetBranch) -> BranchView:
    """Any of the company's; for who is in a portal only the branch it belongs to."""
    _check_visible(work, query)
    return view(records.found(work, Branch, query.branch_id))


def _check_visible(work: Work, query: GetBranch) -> None:
    portal = work.principal.portal
    if portal is None:
        access.office_or_service(work, "company.read")
    elif portal.branch_id != query.branch_id:
        raise not_found()


def get_portal(work: Work, query: GetPortal) -> PortalView:
    """What anybody may know."""
    found = lookups.portal_by_slug(work.session, query.slug)
    if found is None:
        raise not_found("There is no such portal.")
    work.enter(found.company_id)
    branch = records.found(work, Branch, found.id)
    company = records.found(work, Company, branch.company_id)
    return PortalView(
        slug=branch.slug,
        brand=brand(branch),
        settings=offered(branch, company.fees),
        time_zone=branch.time_zone,
        company_id=branch.company_id,
        branch_id=branch.id,
    )


def brand(branch: Branch) -> Brand:
    """How the branch's portal looks."""
    return Brand.model_validate({"name": branch.name, "colour": branch.colour, "logo": branch.logo})


def settings(branch: Branch) -> PortalSettings:
    """What the branch has set."""
    return PortalSettings.model_validate(branch.settings)


def offered(branch: Branch, fees: Mapping[str, Any]) -> PortalSettings:
    """What the branch's portal offers, with the fees that the company has set for all of its branches."""
    return rules.with_company_fees(settings(branch), fees)


def view(branch: Branch) -> BranchView:
    """A branch as staff see it."""
    return BranchView(
        id=branch.id,
        company_id=branch.company_id,
        slug=branch.slug,
        brand=brand(branch),
        time_zone=branch.time_zone,
        settings=settings(branch),
    )
