"""Branches as identity knows them: by whose settings autopay charges."""

from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.work import Work
from services.contracts.identity.portals import BranchView, GetBranch
from services.contracts.principals import Portal

KEPT_FOR = timedelta(seconds=30)
"""As long as the gateway remembers a principal with the same settings in it."""

_kept: dict[tuple[UUID, UUID], tuple[datetime, BranchView]] = {}
"""By company and branch: nobody is told of another company's."""


def portal_of(work: Work, branch_id: UUID) -> Portal:
    """The branch's portal, at most half a minute old: a run asks for it at each invoice."""
    key = (work.company_id, branch_id)
    kept = _kept.get(key)
    if kept is None or kept[0] < work.now - KEPT_FOR:
        kept = _kept[key] = (work.now, work.ask(GetBranch(branch_id=branch_id)))
    branch = kept[1]
    return Portal(
        branch_id=branch.id,
        slug=branch.slug,
        name=branch.brand.name,
        time_zone=branch.time_zone,
        settings=branch.settings,
    )
