"""What the mail tells that gathers a staff member's activities of a day."""

from services.chassis.work import Work
from services.contracts.identity.portals import GetBranch
from services.contracts.notifications.activities import ActivitiesGathered
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _digest(work: Work, event: ActivitiesGathered) -> Content:
    told = [{"kind": each.kind, "title": each.title, "actor": each.actor, "at": each.at} for each in event.activities]
    return {
        **in_office(work.ask(GetBranch(branch_id=event.branch_id))),
        "activities": told,
        "unread": event.unread,
        "url": notifications_settings().link(OFFICE, "activities"),
    }


CONTENTS: dict[Template, Contents] = {"activities_digest": _digest}
