"""Branches as identity knows them: by whose settings autopay charges."""

from uuid import UUID

from services.chassis.work import Work
from services.contracts.identity.portals import GetBranch
from services.contracts.principals import Portal


def portal_of(work: Work, branch_id: UUID) -> Portal:
    """The branch's portal."""
    branch = work.ask(GetBranch(branch_id=branch_id))
    return Portal(
        branch_id=branch.id,
        slug=branch.slug,
        name=branch.brand.name,
        time_zone=branch.time_zone,
        settings=branch.settings,
    )
