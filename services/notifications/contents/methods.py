"""What mails about payment methods tell."""

from services.chassis.work import Work
from services.contracts.billing.methods import MandateAccepted, MethodAdded
from services.contracts.billing.reminders import CardExpiring
from services.contracts.identity.portals import GetBranch
from services.notifications.contents.shape import Content, Contents, in_portal, method
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _mandate(work: Work, event: MandateAccepted) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_portal(branch),
        "method": method(event.bank, event.last4),
        "text": event.text,
        "accepted_at": event.accepted_at,
        "ip": event.ip,
        "user_agent": event.user_agent,
        "url": notifications_settings().link(branch.slug, "payment-methods"),
    }


def _added(work: Work, event: MethodAdded) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_portal(branch),
        "method": method(event.brand, event.last4),
        "expires_on": event.expires_on,
        "added_at": event.added_at,
        "url": notifications_settings().link(branch.slug, "payment-methods"),
    }


def _expiring(work: Work, event: CardExpiring) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_portal(branch),
        "method": method(event.payment_method.brand, event.payment_method.last4),
        "expires_on": event.expires_on,
        "by_autopay": event.by_autopay,
        "url": notifications_settings().link(branch.slug, "payment-methods"),
    }


CONTENTS: dict[Template, Contents] = {
    "mandate": _mandate,
    "method_added": _added,
    "card_expiring": _expiring,
}
