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
from services.contracts.proposals.signing import DocumentSigned
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office, in_portal
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

Told = ProposalSigned | ProposalDelivered | ProposalReminded | ProposalDeclined | ProposalExpired | ProposalWithdrawn


def _facts(branch: BranchView, event: Told, door: str) -> Content:
    """What every one of them says; `door` is the portal or the office that the link leads to."""
    return {
        **(in_office(branch) if door == OFFICE else in_portal(branch)),
        "kind": event.kind,
        "number": event.number,
        "title": event.title,
        "revision": event.revision,
        "property": event.property.name,
        "total": event.total,
        "url": notifications_settings().link(door, "proposals", event.proposal_id),
    }


def _to_sign(work: Work, event: ProposalDelivered | ProposalReminded) -> Content:
    """What a signer is told of what waits for them."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, branch.slug),
        "delivered_at": event.delivered_at,
        "expires_on": event.expires_on,
    }


def _signed(branch: BranchView, event: ProposalSigned, door: str) -> Content:
    return {
        **_facts(branch, event, door),
        "signed_by": event.signed_by,
        "signed_at": event.signed_at,
    }


def _proposal_signed(work: Work, event: ProposalSigned) -> Content:
    return _signed(work.ask(GetBranch(branch_id=event.branch_id)), event, OFFICE)


def _proposal_signed_copy(work: Work, event: DocumentSigned) -> Content:
    """What the signer keeps: the sealed PDF goes along."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    signed = event.proposal
    assert signed
    return {
        **in_portal(branch),
        "kind": signed.kind,
        "number": signed.number,
        "title": signed.title,
        "property": signed.property.name,
        "total": signed.total,
        "signed_by": event.signed_by,
        "signed_at": event.signed_at,
        "attachments": [event.document],
        "url": notifications_settings().link(branch.slug, "proposals", event.document_id),
    }


def _proposal_declined(work: Work, event: ProposalDeclined) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, OFFICE),
        "declined_by": event.declined_by,
        "declined_at": event.declined_at,
        "reason_given": event.reason,
    }


def _proposal_expired(work: Work, event: ProposalExpired) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, OFFICE),
        "expires_on": event.expires_on,
    }


def _proposal_withdrawn(work: Work, event: ProposalWithdrawn) -> Content:
    """What somebody is told whose signature no longer stands; the link leads to what they signed."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    link = notifications_settings().link
    signed = link(branch.slug, "proposals", event.proposal_id, "revisions", event.revision - 1, "pdf")
    return {
        **_facts(branch, event, branch.slug),
        "withdrawn_at": event.withdrawn_at,
        "url": signed,
    }


CONTENTS: dict[Template, Contents] = {
    "proposal_delivered": _to_sign,
    "proposal_reminder": _to_sign,
    "proposal_signed": _proposal_signed,
    "proposal_signed_copy": _proposal_signed_copy,
    "change_order_signed": _proposal_signed,
    "change_order_signed_copy": _proposal_signed_copy,
    "proposal_declined": _proposal_declined,
    "proposal_expired": _proposal_expired,
    "proposal_withdrawn": _proposal_withdrawn,
}
