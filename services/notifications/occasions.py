"""Which events are entries of somebody's feed: whose, of what kind, and what they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.contracts.fieldwork.requests import RequestCommented, RequestCreated, RequestSummary
from services.contracts.messages import Event
from services.contracts.notifications.activities import ActivityKind, SubjectType
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.quotes import QuoteCreated
from services.notifications.rules import Audience


@dataclass(frozen=True)
class Occasion:
    """What an entry of the feed says."""

    audience: Audience
    kind: ActivityKind
    subject_type: SubjectType
    subject_id: UUID
    title: str
    actor: str


def of(event: Event) -> Occasion | None:
    """What the event is in a feed; None where it is in nobody's."""
    about = _ABOUT.get(type(event))
    return about(event) if about else None


def _request_created(event: RequestCreated) -> Occasion:
    request = event.request
    return Occasion("account_owner", "request_created", "request", request.id, _called(request), request.created_by)


def _request_commented(event: RequestCommented) -> Occasion:
    request = event.request
    return Occasion(
        "request_handler", "request_commented", "request", request.id, _called(request), event.comment.author
    )


def _proposal_signed(event: ProposalSigned) -> Occasion:
    title = f"{event.number}: {event.title}"
    return Occasion("sales_rep", "proposal_signed", "proposal", event.proposal_id, title, event.signed_by)


def _quote_created(event: QuoteCreated) -> Occasion:
    quote = event.quote
    return Occasion("quote_seller", "quote_created", "quote", quote.id, quote.number, quote.created_by)


def _called(request: RequestSummary) -> str:
    return f"{request.number}: {request.title}"


_ABOUT: dict[type[Event], Callable[[Any], Occasion]] = {
    RequestCreated: _request_created,
    RequestCommented: _request_commented,
    ProposalSigned: _proposal_signed,
    QuoteCreated: _quote_created,
}
