"""Digests: once a day, what came into a staff member's feed and is not read yet, in one mail."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.identity.portals import ListBranches
from services.contracts.notifications.activities import ActivitiesGathered, ActivityView
from services.notifications import activities, wish_rules
from services.notifications.activity_models import Activity
from services.notifications.models import Preferences

MOST = 50
"""How many one digest tells of, the newest first; all are in the feed."""


def gather(work: Work, staff_id: UUID) -> None:
    """Mails what came since the last digest, if anything did, and sets the next."""
    due = select(Preferences).where(Preferences.person_id == staff_id, Preferences.next_digest_at <= work.now)
    chosen = work.session.scalar(due.with_for_update(skip_locked=True))
    if chosen is None:
        return
    branches = work.ask(ListBranches(limit=1)).items
    gathered = _gathered(work, chosen)
    if gathered and branches:
        event = ActivitiesGathered(
            company_id=work.company_id,
            person_kind="staff",
            person_id=staff_id,
            branch_id=branches[0].id,
            activities=gathered,
            unread=activities.unread(work, staff_id),
        )
        work.announce(event)
    chosen.digested_at = work.now
    chosen.next_digest_at = wish_rules.next_digest(work.now, branches[0].time_zone if branches else "UTC")


def _gathered(work: Work, chosen: Preferences) -> list[ActivityView]:
    """Unread ones that no digest has told of."""
    found = select(Activity).where(
        Activity.company_id == work.company_id,
        Activity.staff_id == chosen.person_id,
        Activity.read_at.is_(None),
        Activity.at > chosen.digested_at,
    )
    rows = work.session.scalars(found.order_by(Activity.at.desc(), Activity.id.desc()).limit(MOST))
    return [activities.view(each) for each in rows]
