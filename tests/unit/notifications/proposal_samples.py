"""Events of proposals and quotes of the demo world."""

from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.identity.contacts import ContactView, PropertyRoleView
from services.contracts.money import Money
from services.contracts.principals import Permission, PropertyRole
from services.contracts.proposals.events import (
    ProposalDeclined,
    ProposalDelivered,
    ProposalExpired,
    ProposalReminded,
    ProposalWithdrawn,
)
from services.contracts.proposals.quotes import QuoteCreated, QuoteFinalized, QuoteView
from services.contracts.snapshots import CustomerSnapshot, Person
from tests.unit.notifications import samples

QUOTE = UUID(int=70)
SIGNS: list[Permission] = ["proposals.view", "proposals.sign"]


def _facts(**change: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "company_id": samples.EVERGREEN,
        "version": 2,
        "proposal_id": samples.PROPOSAL,
        "number": "PRO-2026-00003",
        "title": "Spring planting",
        "kind": "contract",
        "revision": 1,
        "branch_id": samples.AUSTIN,
        "customer_id": samples.LAKESIDE,
        "property": samples.SITE,
        "sales_rep_id": samples.ROSA,
        "total": Money(amount=480_050),
        "expires_on": date(2026, 6, 1),
    }
    return {**known, **change}


def delivered(**change: Any) -> ProposalDelivered:
    """Lakeside was sent a contract."""
    return ProposalDelivered(**_facts(**change), delivered_at=samples.NOON)


def reminded() -> ProposalReminded:
    """It still waits."""
    return ProposalReminded(**_facts(), delivered_at=samples.NOON)


def expired() -> ProposalExpired:
    """Nobody signed it."""
    return ProposalExpired(**_facts())


def declined(reason: str = "Too dear for us.") -> ProposalDeclined:
    """Priya said no."""
    return ProposalDeclined(**_facts(), declined_by="Priya Shah", declined_at=samples.NOON, reason=reason)


def withdrawn(signed_by_id: UUID | None = samples.PRIYA) -> ProposalWithdrawn:
    """The office takes it back; Priya had signed it."""
    return ProposalWithdrawn(**_facts(revision=2), withdrawn_at=samples.NOON, signed_by_id=signed_by_id)


def _quote(**change: Any) -> QuoteView:
    known: dict[str, Any] = {
        "id": QUOTE,
        "number": "QUO-2026-00004",
        "status": "open",
        "description": "A hedge\nby the gate",
        "price_estimate": Money(amount=90_000),
        "customer": CustomerSnapshot(id=samples.LAKESIDE, name="Lakeside HOA", address=samples.ADDRESS),
        "property": samples.SITE,
        "contact_id": samples.PRIYA,
        "created_by": "Priya Shah",
        "created_at": samples.NOON,
        "assigned_to": None,
        "scheduled_on": None,
        "note": "",
        "finalized_at": None,
        "proposals": [],
    }
    return QuoteView(**{**known, **change})


def quoted(by: str = "contact") -> QuoteCreated:
    """Priya asks for a hedge."""
    return QuoteCreated.model_validate(
        {
            "company_id": samples.EVERGREEN,
            "version": 1,
            "quote": _quote(),
            "branch_id": samples.AUSTIN,
            "created_by_kind": by,
        }
    )


def finalized(**change: Any) -> QuoteFinalized:
    """Rosa sees to it."""
    rosa = Person(id=samples.ROSA, name="Rosa Diaz", email="rosa@evergreen.test")
    known = {
        "assigned_to": rosa,
        "scheduled_on": date(2026, 5, 20),
        "note": "We come by to measure.",
        "status": "finalized",
    }
    quote = _quote(**{**known, **change})
    return QuoteFinalized(company_id=samples.EVERGREEN, version=2, quote=quote, branch_id=samples.AUSTIN)


def contact(number: int, role: PropertyRole, **change: Any) -> ContactView:
    """A contact of Lakeside's at the Clubhouse, who may sign where the role is one that can."""
    place = PropertyRoleView(property_id=samples.CLUBHOUSE, role=role)
    known: dict[str, Any] = {
        "id": UUID(int=number),
        "name": f"Contact {number}",
        "email": f"contact{number}@lakeside.test",
        "property_roles": [place],
        "effective_permissions": SIGNS,
    }
    return samples.priya(**{**known, **change})
