"""Principals and offers of the demo world's kind, as the proposals service meets them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.contracts.identity.people import Client
from services.contracts.money import Money
from services.contracts.principals import (
    Permission,
    Portal,
    PortalSettings,
    Principal,
    PropertyAccess,
    PropertyRole,
    StaffRole,
)
from services.contracts.proposals.proposals import (
    CreateProposal,
    DeliverProposal,
    OfficeStatus,
    ProposalKind,
    ProposalView,
    ServiceLine,
    ServiceOffer,
)
from services.contracts.proposals.signing import Mark, SignProposal
from services.contracts.snapshots import Address, CustomerSnapshot, Person, PropertySnapshot
from services.proposals.rules import CONSENT, Standing

VIEW_AND_SIGN: frozenset[Permission] = frozenset({"proposals.view", "proposals.sign"})
ADDRESS = Address(line1="12 Marina Way", city="Austin", state="TX", zip="78701")
ROSA = Person(id=uuid4(), name="Rosa Diaz", email="rosa@evergreen.test", phone="(512) 555-0100")


def dollars(amount: int) -> Money:
    """An amount in cents."""
    return Money(amount=amount)


def offer(name: str, *unit_prices: int, optional: bool = False, tax: str = "0") -> ServiceOffer:
    """A service with one line of each price, in cents, and each taxed at so many per cent."""
    lines = [
        ServiceLine(description=f"{name} {price}", quantity=2, unit_price=dollars(price), tax_percent=Decimal(tax))
        for price in unit_prices
    ]
    return ServiceOffer(name=name, description=f"All about {name.lower()}.", optional=optional, lines=lines)


OFFERS = [
    offer("Mowing", 50_000, 10_000),
    offer("Colour beds", 7_500, optional=True),
    offer("Irrigation", 2_500),
    offer("Snow removal", 30_000, optional=True),
]
"""Required 1,250.00; optional 150.00 and 600.00."""


@dataclass(frozen=True)
class World:
    """A company with one branch, a customer and their property; every world's ids are its own."""

    company: UUID = field(default_factory=uuid4)
    branch: UUID = field(default_factory=uuid4)
    customer: UUID = field(default_factory=uuid4)
    clubhouse: UUID = field(default_factory=uuid4)
    time_zone: str = "America/Chicago"

    def contact(
        self,
        role: PropertyRole = "primary",
        *,
        at: Sequence[UUID] | None = None,
        customer: UUID | None = None,
        branch: UUID | None = None,
        permissions: frozenset[Permission] = VIEW_AND_SIGN,
        **settings: Any,
    ) -> Principal:
        """A contact of the customer, with this role at the properties, in the branch's portal."""
        portal = Portal(
            branch_id=branch or self.branch,
            slug="evergreen-austin",
            name="Evergreen Austin",
            time_zone=self.time_zone,
            settings=PortalSettings(**settings),
        )
        return Principal(
            kind="contact",
            id=uuid4(),
            company_id=self.company,
            name="Priya Shah",
            email="priya@lakeside.test",
            session_id=uuid4(),
            authenticated_by="password",
            portal=portal,
            customer_id=customer or self.customer,
            permissions=permissions,
            properties=[
                PropertyAccess(property_id=each, role=role) for each in ([self.clubhouse] if at is None else at)
            ],
        )

    def staff(self, *roles: StaffRole) -> Principal:
        """A staff member with these roles."""
        return Principal(
            kind="staff", id=uuid4(), company_id=self.company, name="Ada Office", staff_roles=frozenset(roles)
        )

    def standing(self, **changes: Any) -> Standing:
        """A delivered proposal for the clubhouse."""
        known: dict[str, Any] = {
            "office_status": "delivered",
            "signed": False,
            "customer_id": self.customer,
            "branch_id": self.branch,
            "property_id": self.clubhouse,
            "expires_on": None,
        }
        return Standing(**{**known, **changes})

    def create(
        self,
        kind: ProposalKind = "work_order",
        *,
        title: str = "Grounds maintenance",
        services: Sequence[ServiceOffer] = OFFERS,
        expires_on: date | None = None,
        property_id: UUID | None = None,
        time_zone: str | None = None,
        **more: Any,
    ) -> CreateProposal:
        """The command that drafts a proposal for the clubhouse."""
        return CreateProposal(
            kind=kind,
            title=title,
            branch_id=self.branch,
            time_zone=time_zone or self.time_zone,
            customer=CustomerSnapshot(id=self.customer, name="Lakeside HOA", address=ADDRESS),
            property=PropertySnapshot(id=property_id or self.clubhouse, name="Clubhouse", address=ADDRESS),
            sales_rep=ROSA,
            services=list(services),
            expires_on=expires_on,
            **more,
        )

    def deliver(self, proposal_id: UUID) -> DeliverProposal:
        """The command that delivers one."""
        return DeliverProposal(proposal_id=proposal_id, company_name="Evergreen Grounds")


def signing(
    shown: ProposalView, *, choose: Sequence[UUID] = (), mark: Mark | None = None, **changes: Any
) -> SignProposal:
    """The command that signs a proposal as it was shown."""
    assert shown.document_sha256
    said: dict[str, Any] = {
        "proposal_id": shown.id,
        "name": "Priya Shah",
        "signature": mark or Mark(typed="Priya Shah"),
        "optional_service_ids": list(choose),
        "consent_version": CONSENT.version,
        "document_sha256": shown.document_sha256,
        "client": Client(ip="203.0.113.7", user_agent="Mozilla/5.0 (iPhone)"),
    }
    return SignProposal(**{**said, **changes})


OFFICE_STATUSES: tuple[OfficeStatus, ...] = ("draft", "delivered", "approved", "in_production", "won", "lost")
