"""Branches and their portals."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import conflict, not_found
from services.contracts.identity.portals import (
    BranchView,
    Brand,
    CreateBranch,
    GetBranch,
    GetPortal,
    ListBranches,
    PortalView,
)
from services.contracts.messages import Page
from services.contracts.principals import PortalSettings
from services.identity import access, lookups, pages, records, rules
from services.identity.models import Branch


def create(work: Work, command: CreateBranch) -> BranchView:
    """A portal's address is one of its own over all companies, and no word of the gateway's."""
    access.office(work, "company.write")
    rules.check_slug(command.slug)
    rules.check_time_zone(command.time_zone)
    rules.check_settings(command.settings)
    branch = Branch(
        company_id=work.company_id,
        slug=command.slug,
        name=command.brand.name,
        colour=command.brand.colour,
        time_zone=command.time_zone,
        settings=command.settings.model_dump(mode="json"),
    )
    taken = conflict("Another portal has this address.", field="slug", reason="slug_taken")
    records.add(work, branch, branch_slug_key=taken)
    return view(branch)


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
    return PortalView(slug=branch.slug, brand=brand(branch), settings=settings(branch))


def brand(branch: Branch) -> Brand:
    """How the branch's portal looks."""
    return Brand(name=branch.name, colour=branch.colour)


def settings(branch: Branch) -> PortalSettings:
    """What the branch's portal offers."""
    return PortalSettings.model_validate(branch.settings)


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
