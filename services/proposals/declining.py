"""Declining: a contact says no to a delivered proposal, with a reason."""

from services.chassis.work import Work
from services.contracts.proposals.events import ProposalDeclined
from services.contracts.proposals.proposals import DeclineProposal, ProposalView
from services.proposals import announcements, proposals, rules, signing_log


def decline(work: Work, command: DeclineProposal) -> ProposalView:
    """Shows it as rejected; of several who answer it at once the first one's answer stands."""
    reader = work.principal
    proposal = proposals.to_answer(work, reader, command.proposal_id)
    refusal = rules.refusal_to_decline(reader, proposal.standing(), work.today(proposal.time_zone))
    if refusal:
        raise refusal
    now = work.now
    proposal.decline(now, reader.name, command.reason)
    signing_log.record(work, proposal.id, "declined", reason=command.reason)
    work.announce(
        ProposalDeclined(
            **announcements.facts(proposal), declined_by=reader.name, declined_at=now, reason=command.reason
        )
    )
    return proposals.view(work, reader, proposal)
