"""What mails about quotes tell."""

from services.chassis.work import Work
from services.contracts.identity.portals import BranchView, GetBranch
from services.contracts.proposals.quotes import QuoteCreated, QuoteFinalized
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office, in_portal
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _facts(branch: BranchView, event: QuoteCreated | QuoteFinalized, door: str) -> Content:
    quote = event.quote
    return {
        **(in_office(branch) if door == OFFICE else in_portal(branch)),
        "number": quote.number,
        "customer": quote.customer.name,
        "property": quote.property.name,
        "description": quote.description,
        "estimate": quote.price_estimate,
        "url": notifications_settings().link(door, "quotes", quote.id),
    }


def _quote_created(work: Work, event: QuoteCreated) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event, OFFICE),
        "created_by": event.quote.created_by,
        "created_at": event.quote.created_at,
    }


def _quote_finalized(work: Work, event: QuoteFinalized) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    quote = event.quote
    return {
        **_facts(branch, event, branch.slug),
        "assigned_to": quote.assigned_to.name if quote.assigned_to else None,
        "scheduled_on": quote.scheduled_on,
        "note": quote.note,
    }


CONTENTS: dict[Template, Contents] = {
    "quote_created": _quote_created,
    "quote_finalized": _quote_finalized,
}
