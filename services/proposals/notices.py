"""Notices: signers are reminded of what waits for them, a bounded number of times, and told that it expired."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.proposals.events import ProposalExpired, ProposalReminded
from services.proposals import announcements, notice_rules, signing_log
from services.proposals.models import Proposal


def give(work: Work, proposal_id: UUID) -> None:
    """Announces the notice that is due, and sets when the next one is; several that were missed count as one."""
    due = select(Proposal).where(Proposal.id == proposal_id).with_for_update(skip_locked=True)
    proposal = work.session.scalar(due)
    now = work.now
    if proposal is None or proposal.notice_at is None or proposal.notice_at > now or proposal.delivered_at is None:
        return
    notice = notice_rules.due(proposal.delivered_at, proposal.expires_on, proposal.time_zone, now)
    facts = announcements.facts(proposal)
    if notice and notice.kind == "expiry":
        work.announce(ProposalExpired(**facts))
        signing_log.record(work, proposal.id, "expired")
    elif notice:
        work.announce(ProposalReminded(**facts, delivered_at=proposal.delivered_at))
        signing_log.record(work, proposal.id, "reminded")
    proposal.schedule_notice(now)
