"""What each kind of principal is shown of a quote."""

from collections.abc import Sequence

from services.contracts.proposals.quotes import QuoteProposal, QuoteSummary, QuoteView
from services.proposals.models import Proposal
from services.proposals.quote_models import Quote


def full(quote: Quote, proposals: Sequence[Proposal]) -> QuoteView:
    """The quote as a page shows it, with those proposals that its reader sees."""
    return QuoteView(
        id=quote.id,
        number=quote.number,
        status=quote.status,
        description=quote.description,
        price_estimate=quote.estimate(),
        customer=quote.from_customer(),
        property=quote.at_property(),
        contact_id=quote.contact_id,
        created_by=quote.created_by,
        created_at=quote.created_at,
        assigned_to=quote.assignee(),
        scheduled_on=quote.scheduled_on,
        note=quote.note,
        finalized_at=quote.finalized_at,
        proposals=[QuoteProposal(id=each.id, number=each.number, title=each.title) for each in proposals],
    )


def summary(quote: Quote) -> QuoteSummary:
    """The quote as a list shows it."""
    assignee = quote.assignee()
    return QuoteSummary(
        id=quote.id,
        number=quote.number,
        status=quote.status,
        description=quote.description,
        price_estimate=quote.estimate(),
        customer=quote.from_customer(),
        property=quote.at_property(),
        created_by=quote.created_by,
        created_at=quote.created_at,
        assigned_to=assignee.name if assignee else None,
    )
