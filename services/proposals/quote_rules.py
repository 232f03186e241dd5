"""What holds for quotes, without input, output or clock: who sees them, who asks, who answers."""

from dataclasses import dataclass
from uuid import UUID

from services.contracts import permissions
from services.contracts.errors import invalid
from services.contracts.money import Money
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import ServiceLine, ServiceOffer
from services.contracts.proposals.quotes import FinalizeQuote

TITLE = 80
"""How many characters of a description stand for it, where a proposal needs a title."""


@dataclass(frozen=True)
class QuoteStanding:
    """What the rules need to know of a quote."""

    customer_id: UUID
    branch_id: UUID
    property_id: UUID
    contact_id: UUID | None


def is_switched_off(principal: Principal) -> bool:
    """Whether the principal is in a portal that has no quotes."""
    return principal.portal is not None and not permissions.section_is_on(principal, "quotes")


def reads_all(principal: Principal) -> bool:
    """Whether it is somebody of the office who reads the company's quotes."""
    return permissions.may_in_office(principal, "quotes.read")


def may_list(principal: Principal) -> bool:
    """Whether there is a list of quotes for this principal at all."""
    return reads_all(principal) or permissions.sees_all(principal, "quotes") or _sees_own(principal)


def _sees_own(principal: Principal) -> bool:
    return permissions.may(principal, "quotes.view_own")


def sees(principal: Principal, quote: QuoteStanding) -> bool:
    """The office sees all of the company's; a contact their own, or all of their properties' with the permission."""
    if reads_all(principal):
        return True
    if principal.portal is None or quote.branch_id != principal.portal.branch_id:
        return False
    if quote.customer_id != principal.customer_id:
        return False
    if quote.contact_id == principal.id and _sees_own(principal):
        return True
    return permissions.may(principal, "quotes.view", quote.property_id)


def may_finalize(principal: Principal) -> bool:
    """Who answers quotes."""
    return permissions.may_in_office(principal, "quotes.write")


def is_estimate(estimate: Money | None) -> bool:
    """Whether it is a price that somebody could have in mind."""
    return estimate is None or estimate.amount > 0


def title(description: str) -> str:
    """The description's first line, cut at a word where it is long."""
    first = description.strip().splitlines()[0]
    if len(first) <= TITLE:
        return first
    return first[:TITLE].rsplit(" ", 1)[0] + "…"


def offers(command: FinalizeQuote, description: str, estimate: Money | None) -> list[ServiceOffer]:
    """What the proposal offers: as the office says, else what was asked for at the customer's estimate."""
    if command.services:
        return command.services
    if estimate is None:
        raise invalid("Say what is offered: the customer gave no price estimate.", field="services")
    line = ServiceLine(description=title(description), unit_price=estimate)
    return [ServiceOffer(name=title(description), description=description, lines=[line])]
