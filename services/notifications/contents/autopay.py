"""What mails about autopay tell."""

from uuid import UUID

from services.chassis.work import Work
from services.contracts.billing.autopay import (
    AutopayAnnounced,
    AutopayAuthorized,
    AutopayDeclined,
    AutopayEnded,
    AutopayMethod,
    AutopayWithheld,
)
from services.contracts.identity.portals import BranchView, GetBranch
from services.notifications import formats
from services.notifications.contents.shape import Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

OfAutopay = AutopayAuthorized | AutopayEnded | AutopayAnnounced | AutopayDeclined | AutopayWithheld


def _on(work: Work, event: AutopayAuthorized) -> Content:
    branch = _branch(work, event)
    return {
        **_facts(branch, event),
        "replaces": event.replaces,
        "method": _method(event.payment_method),
        "text": event.text,
        "accepted_at": formats.moment(event.accepted_at, branch.time_zone),
        "ip": event.ip,
        "user_agent": event.user_agent,
    }


def _off(work: Work, event: AutopayEnded) -> Content:
    return {
        **_facts(_branch(work, event), event),
        "asked": event.because == "asked",
        "invoice": event.invoice_number,
        "amount": formats.amount(event.amount) if event.amount else None,
        "reason": event.decline_reason,
    }


def _upcoming(work: Work, event: AutopayAnnounced) -> Content:
    return {
        **_facts(_branch(work, event), event),
        "method": _method(event.payment_method),
        "debits": [
            {
                "invoice": each.invoice_number,
                "amount": formats.amount(each.amount),
                "on": formats.day(each.charge_on),
                "due": formats.day(each.due_on),
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
        "amount": formats.amount(event.amount),
        "reason": event.decline_reason,
        "next_try": formats.day(event.next_try_on) if event.next_try_on else None,
    }


def _withheld(work: Work, event: AutopayWithheld) -> Content:
    branch = _branch(work, event)
    return {
        **_facts(branch, event),
        "invoice": event.invoice_number,
        "amount": formats.amount(event.amount),
        "cap": formats.amount(event.cap),
        "invoice_url": notifications_settings().link(branch.slug, "invoices", event.invoice_id),
    }


def _branch(work: Work, event: OfAutopay) -> BranchView:
    return work.ask(GetBranch(branch_id=event.branch_id))


def _facts(branch: BranchView, event: OfAutopay) -> Content:
    where = _where(event.program_id)
    return {"brand": branch.brand.model_dump(), "url": notifications_settings().link(branch.slug, *where)}


def _where(program_id: UUID | None) -> tuple[str | UUID, ...]:
    return ("programs", program_id, "autopay") if program_id else ("autopay",)


def _method(method: AutopayMethod) -> str:
    return f"{method.brand.title()} ending in {method.last4}"


CONTENTS: dict[Template, Contents] = {
    "autopay_on": _on,
    "autopay_off": _off,
    "autopay_upcoming": _upcoming,
    "autopay_declined": _declined,
    "autopay_withheld": _withheld,
}
