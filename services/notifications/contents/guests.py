"""What mails about guests tell besides their payments."""

from services.chassis.work import Work
from services.contracts.billing.third_parties import GuessingNoticed
from services.contracts.identity.portals import GetBranch
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _guessing_noticed(work: Work, event: GuessingNoticed) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_office(branch),
        "failures": event.failures,
        "opened": event.opened,
        "noticed_at": event.noticed_at,
        "until": event.until,
        "url": notifications_settings().link(OFFICE, "portals", branch.id),
    }


CONTENTS: dict[Template, Contents] = {
    "guessing_noticed": _guessing_noticed,
}
