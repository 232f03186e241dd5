"""What the mail tells of a webhook that was switched off."""

from services.chassis.work import Work
from services.contracts.identity.portals import ListBranches
from services.contracts.notifications.webhooks import WebhookDisabled
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _disabled(work: Work, event: WebhookDisabled) -> Content:
    """In the brand and by the clocks of the company's first branch."""
    (branch,) = work.ask(ListBranches(limit=1)).items
    return {
        **in_office(branch),
        "address": event.url,
        "description": event.description,
        "because": event.because,
        "disabled_at": event.disabled_at,
        "url": notifications_settings().link(OFFICE, "webhooks", event.webhook_id),
    }


CONTENTS: dict[Template, Contents] = {"webhook_disabled": _disabled}
