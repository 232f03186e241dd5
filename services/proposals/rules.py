"""What holds for proposals, without input, output or clock: totals, statuses, who sees and who signs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from services.contracts import permissions
from services.contracts.errors import DomainError, conflict, forbidden, invalid
from services.contracts.money import MAX_AMOUNT
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import OfficeStatus, PortalStatus, ProposalKind, ServiceLine, ServiceOffer
from services.contracts.proposals.signing import ConsentView

MOVES: Mapping[OfficeStatus, frozenset[OfficeStatus]] = {
    "draft": frozenset({"delivered"}),
    "delivered": frozenset({"approved", "won", "lost", "draft"}),
    "approved": frozenset({"in_production", "won", "lost"}),
    "in_production": frozenset({"won"}),
    "won": frozenset(),
    "lost": frozenset(),
}
"""From each office status, where it may go. Back to draft is a reset, which voids the signature."""

TAKEN_BACK = "This proposal was taken back to be changed. You will be asked again."

ACCEPTED: frozenset[OfficeStatus] = frozenset({"approved", "in_production", "won"})

CONSENT = ConsentView(
    version="2026-2",
    text=(
        "I agree to do business electronically: to receive this document electronically and to accept it by "
        "electronic signature, which has the same effect as my signature on paper. I can open, print and keep PDF "
        "documents. I may ask the company for a paper copy, and I may withdraw this consent for the future, by "
        "writing to the company or to the contact named in the document. This consent is for this document alone."
    ),
)
"""What is agreed to before signing; another text is another version."""


class Priced(Protocol):
    """A service as totals see it; `total` in minor units."""

    @property
    def id(self) -> UUID: ...
    @property
    def optional(self) -> bool: ...
    @property
    def total(self) -> int: ...
    @property
    def tax(self) -> int: ...


Service = TypeVar("Service", bound=Priced)


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a proposal."""

    office_status: OfficeStatus
    signed: bool
    customer_id: UUID
    branch_id: UUID
    property_id: UUID
    expires_on: date | None
    declined: bool = False
    revision: int = 1


# Statuses


def may_move(current: OfficeStatus, to: OfficeStatus) -> bool:
    """Whether the office may bring a proposal from one status to the other."""
    return to in MOVES[current]


def portal_status(office_status: OfficeStatus, signed: bool, declined: bool = False) -> PortalStatus:
    """What the customer is told: a lost proposal is rejected even if it was signed, and one that was declined is
    accepted where the office moved it on all the same, for the customer said yes by another way."""
    if office_status == "lost":
        return "rejected"
    if signed or office_status in ACCEPTED:
        return "accepted"
    return "rejected" if declined else "pending"


def has_expired(proposal: Standing, today: date) -> bool:
    """Whether it was still to be signed when its last day passed; `today` is the branch's date."""
    waits = proposal.office_status == "delivered" and not proposal.signed and not proposal.declined
    return waits and proposal.expires_on is not None and today > proposal.expires_on


# Totals, in minor units


def service_total(lines: Iterable[ServiceLine]) -> int:
    """Quantity times unit price and the tax on it, over the lines."""
    return sum(line.quantity * line.unit_price.amount + line_tax(line) for line in lines)


def service_tax(lines: Iterable[ServiceLine]) -> int:
    """The sales tax on the lines."""
    return sum(map(line_tax, lines))


def line_tax(line: ServiceLine) -> int:
    """The sales tax on one line, rounded half up to the cent, as on an invoice."""
    exact = line.quantity * line.unit_price.amount * line.tax_percent / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def total(services: Iterable[Priced], selected: Iterable[UUID] = ()) -> int:
    """The required services and the selected optional ones."""
    chosen = set(selected)
    return sum(service.total for service in services if not service.optional or service.id in chosen)


def tax(services: Iterable[Priced], selected: Iterable[UUID] = ()) -> int:
    """The sales tax in that total."""
    chosen = set(selected)
    return sum(service.tax for service in services if not service.optional or service.id in chosen)


def checked_currency(kind: ProposalKind, offers: Sequence[ServiceOffer]) -> str:
    """The one currency of an offer; refuses what cannot be offered."""
    if kind == "change_order" and any(offer.optional for offer in offers):
        raise invalid("A change order has no optional services.", field="services")
    currencies = {line.unit_price.currency for offer in offers for line in offer.lines}
    if len(currencies) != 1:
        raise invalid("All prices of a proposal are in one currency.", field="services")
    # No choice of options can pass the bound if all amounts together, none against another, keep within it.
    if sum(abs(service_total([line])) for offer in offers for line in offer.lines) > MAX_AMOUNT:
        raise invalid("The prices add up to more than can be offered.", field="services")
    return currencies.pop()


def chosen(services: Sequence[Service], ids: Sequence[UUID]) -> list[Service]:
    """The optional services that the signer ticked, in the proposal's order; refuses any other id."""
    optional = [service for service in services if service.optional]
    if len(set(ids)) != len(ids) or not set(ids) <= {service.id for service in optional}:
        raise invalid("Only this proposal's optional services can be chosen, each once.", field="optional_service_ids")
    return [service for service in optional if service.id in set(ids)]


# Who may what


def may_write(principal: Principal) -> bool:
    """Who makes, delivers and moves proposals."""
    return permissions.may_in_office(principal, "proposals.write")


def is_switched_off(principal: Principal) -> bool:
    """Whether the principal is in a portal that has no proposals."""
    return principal.portal is not None and not permissions.section_is_on(principal, "proposals")


def may_list(principal: Principal) -> bool:
    """Whether there is a list of proposals for this principal at all."""
    return _reads_all(principal) or permissions.may(principal, "proposals.view")


def _reads_all(principal: Principal) -> bool:
    return permissions.may_in_office(principal, "proposals.read")


def sees(principal: Principal, proposal: Standing) -> bool:
    """The office sees all of the company's; a contact what was delivered to their properties in this portal."""
    if _reads_all(principal):
        return True
    return (
        principal.portal is not None
        and proposal.office_status != "draft"
        and proposal.branch_id == principal.portal.branch_id
        and proposal.customer_id == principal.customer_id
        and permissions.may(principal, "proposals.view", proposal.property_id)
    )


def saw(principal: Principal, proposal: Standing) -> bool:
    """Whether a contact would see it had the office not taken it back: they saw a revision of it."""
    return proposal.revision > 1 and sees(principal, replace(proposal, office_status="delivered"))


def refusal_to_sign(principal: Principal, proposal: Standing, today: date) -> DomainError | None:
    """Why this principal cannot sign a proposal that they see, or None; `today` is the branch's date."""
    return _refusal(principal, proposal, today, "sign", "signed")


def refusal_to_decline(principal: Principal, proposal: Standing, today: date) -> DomainError | None:
    """Why this principal cannot decline it, or None: whoever may say yes may say no."""
    return _refusal(principal, proposal, today, "decline", "declined")


def _refusal(principal: Principal, proposal: Standing, today: date, act: str, done: str) -> DomainError | None:
    if principal.kind != "contact" or principal.session_id is None or principal.viewer is not None:
        return forbidden(f"Only a contact of the customer, signed in to the portal, can {act}.")
    if not permissions.may(principal, "proposals.sign", proposal.property_id):
        return forbidden(f"You are not permitted to {act} proposals.")
    if not permissions.may_sign(principal, proposal.property_id):
        return forbidden(f"Only the property's primary or billing contact can {act}.")
    return _too_late(proposal, today, done)


def _too_late(proposal: Standing, today: date, done: str) -> DomainError | None:
    """Why it cannot be answered any more, by anybody."""
    if proposal.signed:
        return conflict("This proposal is signed already.", reason="already_signed")
    if proposal.office_status == "draft":
        return conflict(TAKEN_BACK, reason="not_delivered")
    if proposal.office_status != "delivered":
        return conflict(f"This proposal can no longer be {done}.", reason="not_delivered")
    if proposal.declined:
        return conflict("This proposal was declined. Ask for it to be sent again.", reason="declined")
    if has_expired(proposal, today):
        return conflict("This proposal has expired.", reason="expired")
    return None
