"""What the office finds among proposals and quotes: by number."""

from collections.abc import Iterable

from sqlalchemy import select

from services.chassis.searching import numbered
from services.chassis.work import Work
from services.contracts.money import Money
from services.contracts.permissions import may_in_office
from services.contracts.proposals.search import SearchOffers
from services.contracts.search import MOST_HITS, Hit, HitsView
from services.proposals.models import Proposal
from services.proposals.quote_models import Quote


def search(work: Work, query: SearchOffers) -> HitsView:
    """At most ten of each kind that the principal may read; nothing for a customer."""
    found: list[Hit] = []
    if may_in_office(work.principal, "proposals.read"):
        found += _proposals(work, query.sought)
    if may_in_office(work.principal, "quotes.read"):
        found += _quotes(work, query.sought)
    return HitsView(items=found)


def _proposals(work: Work, sought: str) -> Iterable[Hit]:
    named = numbered(Proposal.number, "PRO", sought, work.now.year)
    wanted = select(Proposal).where(Proposal.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Proposal.number.desc()).limit(MOST_HITS)):
        yield Hit(
            kind="proposal",
            id=each.id,
            title=each.number,
            detail=f"{each.title}, {each.customer['name']}",
            status=each.office_status,
            amount=Money(amount=each.total, currency=each.currency),
        )


def _quotes(work: Work, sought: str) -> Iterable[Hit]:
    named = numbered(Quote.number, "QUO", sought, work.now.year)
    wanted = select(Quote).where(Quote.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Quote.number.desc()).limit(MOST_HITS)):
        yield Hit(kind="quote", id=each.id, title=each.number, detail=str(each.customer["name"]))
