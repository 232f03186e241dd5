"""What mails about proposals tell."""

from services.chassis.work import Work
from services.contracts.identity.portals import BranchView, GetBranch
from services.contracts.proposals.events import (
    ProposalDeclined,
    ProposalDelivered,
    ProposalExpired,
    ProposalReminded,
    ProposalWithdrawn,
)
from services.contracts.proposals.proposals import ProposalSigned
from services.notifications import formats
from services.notifications.contents.shape import OFFICE, Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

KINDS = {"work_order": "work order", "contract": "contract", "change_order": "change order"}

Told = ProposalSigned | ProposalDelivered | ProposalReminded | ProposalDeclined | ProposalExpired | ProposalWithdrawn


def _facts(branch: BranchView, event: Told, door: str) -> Content:
    """What every one of them says; `door` is the portal or the office that the link leads to."""
    return {
        "brand": branch.brand.model_dump(),
        "kind": KINDS[event.kind],
        "number": event.number,
        "title": event.title,
        "revision": event.revision,
        "property": event.property.name,
        "total": formats.amount(event.total),
        "url": notifications_settings().link(door, "proposals", event.proposal_id),
    }


def _to_sign(work: Work, event: ProposalDelivered | ProposalReminded) -> Content:
    """What a signer is told of what waits for them."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, branch.slug),
        "delivered_at": formats.moment(event.delivered_at, branch.time_zone),
        "expires_on": formats.day(event.expires_on) if event.expires_on else None,
    }


def _signed(branch: BranchView, event: ProposalSigned, door: str) -> Content:
    return {
        **_facts(branch, event, door),
        "signed_by": event.signed_by,
        "signed_at": formats.moment(event.signed_at, branch.time_zone),
    }


def _proposal_signed(work: Work, event: ProposalSigned) -> Content:
    return _signed(work.ask(GetBranch(branch_id=event.branch_id)), event, OFFICE)


def _proposal_signed_copy(work: Work, event: ProposalSigned) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return _signed(branch, event, branch.slug)


def _proposal_declined(work: Work, event: ProposalDeclined) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, OFFICE),
        "declined_by": event.declined_by,
        "declined_at": formats.moment(event.declined_at, branch.time_zone),
        "reason_given": event.reason,
    }


def _proposal_expired(work: Work, event: ProposalExpired) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, OFFICE),
        "expires_on": formats.day(event.expires_on) if event.expires_on else None,
    }


def _proposal_withdrawn(work: Work, event: ProposalWithdrawn) -> Content:
    """What somebody is told whose signature no longer stands; the link leads to what they signed."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    link = notifications_settings().link
    signed = link(branch.slug, "proposals", event.proposal_id, "revisions", event.revision - 1, "pdf")
    return {
        **_facts(branch, event, branch.slug),
        "withdrawn_at": formats.moment(event.withdrawn_at, branch.time_zone),
        "url": signed,
    }


CONTENTS: dict[Template, Contents] = {
    "proposal_delivered": _to_sign,
    "proposal_reminder": _to_sign,
    "proposal_signed": _proposal_signed,
    "proposal_signed_copy": _proposal_signed_copy,
    "proposal_declined": _proposal_declined,
    "proposal_expired": _proposal_expired,
    "proposal_withdrawn": _proposal_withdrawn,
}
