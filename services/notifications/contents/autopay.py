"""What mails about autopay tell."""

from uuid import UUID

from services.chassis.work import Work
from services.contracts.billing.autopay import (
    AutopayAnnounced,
    AutopayAuthorized,
    AutopayDeclined,
    AutopayEnded,
    AutopayWithheld,
)
from services.contracts.identity.portals import BranchView, GetBranch
from services.notifications.contents.shape import Content, Contents, in_portal, method
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

OfAutopay = AutopayAuthorized | AutopayEnded | AutopayAnnounced | AutopayDeclined | AutopayWithheld


def _on(work: Work, event: AutopayAuthorized) -> Content:
    return {
        **_facts(_branch(work, event), event),
        "replaces": event.replaces,
        "method": method(event.payment_method.brand, event.payment_method.last4),
        "text": event.text,
        "accepted_at": event.accepted_at,
        "ip": event.ip,
        "user_agent": event.user_agent,
    }


def _off(work: Work, event: AutopayEnded) -> Content:
    return _facts(_branch(work, event), event)


def _stopped(work: Work, event: AutopayEnded) -> Content:
    return {
        **_facts(_branch(work, event), event),
        "invoice": event.invoice_number,
        "amount": event.amount,
        "because": event.decline_reason,
    }


def _upcoming(work: Work, event: AutopayAnnounced) -> Content:
    return {
        **_facts(_branch(work, event), event),
        "method": method(event.payment_method.brand, event.payment_method.last4),
        "debits": [
            {
                "invoice": each.invoice_number,
                "amount": each.amount,
                "on": each.charge_on,
                "due": each.due_on,
                "is_late": each.charge_on > each.due_on,
                "is_over_cap": each.standing == "over_cap",
            }
            for each in event.debits
        ],
    }


def _declined(work: Work, event: AutopayDeclined) -> Content:
    return {
        **_facts(_branch(work, event), event),
        "invoice": event.invoice_number,
        "amount": event.amount,
        "because": event.decline_reason,
        "next_try": event.next_try_on,
    }


def _withheld(work: Work, event: AutopayWithheld) -> Content:
    branch = _branch(work, event)
    return {
        **_facts(branch, event),
        "invoice": event.invoice_number,
        "amount": event.amount,
        "cap": event.cap,
        "invoice_url": notifications_settings().link(branch.slug, "invoices", event.invoice_id),
    }


def _branch(work: Work, event: OfAutopay) -> BranchView:
    return work.ask(GetBranch(branch_id=event.branch_id))


def _facts(branch: BranchView, event: OfAutopay) -> Content:
    where = _where(event.program_id)
    return {**in_portal(branch), "url": notifications_settings().link(branch.slug, *where)}


def _where(program_id: UUID | None) -> tuple[str | UUID, ...]:
    return ("programs", program_id, "autopay") if program_id else ("autopay",)


CONTENTS: dict[Template, Contents] = {
    "autopay_on": _on,
    "autopay_off": _off,
    "autopay_stopped": _stopped,
    "autopay_upcoming": _upcoming,
    "autopay_declined": _declined,
    "autopay_withheld": _withheld,
}
