"""What mails about proposals tell."""

from services.chassis.work import Work
from services.contracts.identity.portals import GetBranch
from services.contracts.proposals.proposals import ProposalSigned
from services.notifications import formats
from services.notifications.contents.shape import Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

KINDS = {"work_order": "work order", "contract": "contract", "change_order": "change order"}


def _proposal_signed(work: Work, event: ProposalSigned) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        "brand": branch.brand.model_dump(),
        "kind": KINDS[event.kind],
        "number": event.number,
        "title": event.title,
        "property": event.property.name,
        "signed_by": event.signed_by,
        "signed_at": formats.moment(event.signed_at, branch.time_zone),
        "total": formats.amount(event.total),
        "url": notifications_settings().link("office", "proposals", event.proposal_id),
    }


CONTENTS: dict[Template, Contents] = {
    "proposal_signed": _proposal_signed,
}
