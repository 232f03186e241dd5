"""Events of a staff member's feed."""

from uuid import UUID

from services.contracts.notifications.activities import ActivitiesGathered, ActivityView
from tests.unit.notifications import samples


def gathered() -> ActivitiesGathered:
    """What Rosa has not read yet."""
    activity = ActivityView(
        id=UUID(int=70),
        kind="proposal_signed",
        subject_type="proposal",
        subject_id=UUID(int=71),
        title="PRO-2026-00003: Spring planting",
        actor="Priya Shah",
        at=samples.NOON,
        read=False,
    )
    return ActivitiesGathered(
        company_id=samples.EVERGREEN,
        person_kind="staff",
        person_id=samples.ROSA,
        branch_id=samples.AUSTIN,
        activities=[activity],
        unread=1,
    )
