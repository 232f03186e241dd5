"""What the neighbours tell of Priya's portal, for tests of its pages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from gateway.auth import csrf_token
from services.contracts.billing.invoices import BalanceView, GetBalance, GetInvoice, InvoiceSummary, ListInvoices
from services.contracts.billing.methods import GetProviderForm, ListPaymentMethods, PaymentMethodView, ProviderFormView
from services.contracts.billing.payments import GetPayment, PaymentQuoteView, QuotePayment
from services.contracts.errors import not_found
from services.contracts.fieldwork.requests import ListRequests, RequestView
from services.contracts.identity.contacts import ContactPortalsView, GetContactPortals, PortalLink
from services.contracts.identity.customers import GetProperty, ListProperties, PropertyView
from services.contracts.identity.portals import Brand, GetPortal, PortalView
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, Permission, PortalSettings, Principal, PropertyAccess
from services.contracts.proposals.proposals import (
    GetProposal,
    ListProposals,
    ProposalSummary,
    ProposalView,
    ServiceContactView,
    ServiceView,
)
from services.contracts.proposals.signing import ConsentView
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.world import id_of

PORTAL = "/evergreen-austin"
EVERYTHING: frozenset[Permission] = frozenset(
    (
        "invoices.view",
        "invoices.pay",
        "payment_methods.manage",
        "proposals.view",
        "proposals.sign",
        "requests.view",
        "requests.create",
    )
)
SETTINGS = PortalSettings(partial_payments=True, fees={"card": FeePolicy(kind="flat", amount=Money(amount=250))})
VISA = PaymentMethodView(
    id=id_of("visa"),
    type="card",
    brand="visa",
    last4="4242",
    expires_on=date(2030, 12, 31),
    default=True,
    added_by="Priya Shah",
)
HASH = "ab" * 32
NORTH_GATE = world.PLACE.model_copy(update={"id": id_of("North Gate"), "name": "North Gate"})
ANNEX = world.PLACE.model_copy(update={"id": id_of("Annex"), "name": "Annex"})
THREE = [PropertyAccess(property_id=each.id, role="primary") for each in (world.PLACE, NORTH_GATE, ANNEX)]
PORTALS = ContactPortalsView(
    name="Priya Shah",
    email="priya@lakeside.test",
    company_name="Evergreen Grounds",
    portals=[
        PortalLink(slug="evergreen-austin", brand=Brand(name="Evergreen Austin")),
        PortalLink(slug="evergreen-dallas", brand=Brand(name="Evergreen Dallas")),
    ],
)


def priya(permissions: frozenset[Permission] = EVERYTHING, **settings: Any) -> Principal:
    """Priya in a portal with these settings."""
    assert world.PRIYA.portal
    portal = world.PRIYA.portal.model_copy(update={"settings": SETTINGS.model_copy(update=settings)})
    return world.PRIYA.model_copy(update={"permissions": permissions, "portal": portal})


def sign_in(client: httpx.AsyncClient, neighbours: Neighbours, principal: Principal) -> None:
    """Gives the browser a session of this person."""
    session = SessionPrincipal(principal=principal, expires_at=datetime.now(UTC) + timedelta(hours=1))
    neighbours.answer(ResolveSession, session)
    neighbours.answer(ListProperties, Page[PropertyView](items=[world.PLACE, NORTH_GATE, ANNEX]))
    neighbours.answer(GetContactPortals, PORTALS)
    client.cookies.set("portico_session", world.PRIYA_TOKEN)


def fields(**typed: str) -> dict[str, str]:
    """A form's fields, with what every form of Priya's session carries."""
    return {"csrf_token": csrf_token(world.PRIYA_TOKEN), "message_id": str(id_of("a form")), **typed}


def know_portal(neighbours: Neighbours) -> None:
    """Everything that the portal's pages show, to whoever asks."""
    neighbours.answer(GetPortal, _portal)
    neighbours.answer(GetBalance, BalanceView(current=world.dollars(480), unapplied_credit=world.dollars(75)))
    neighbours.answer(ListInvoices, world.page_of(2))
    neighbours.answer(GetInvoice, world.invoice())
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[VISA]))
    neighbours.answer(GetProviderForm, ProviderFormView(publishable_key="pk_test_1", account="acct_1"))
    neighbours.answer(
        QuotePayment,
        PaymentQuoteView(subtotal=world.dollars(480), fee=Money(amount=250), total=Money(amount=48250)),
    )
    neighbours.answer(GetPayment, world.payment("succeeded"))
    neighbours.answer(ListProposals, Page[ProposalSummary](items=[]))
    neighbours.answer(GetProposal, proposal())
    neighbours.answer(ListRequests, Page[RequestView](items=[world.request_view()]))
    neighbours.answer(GetProperty, world.PLACE)


def _portal(message: dict[str, Any]) -> PortalView:
    if message["slug"] != "evergreen-austin":
        raise not_found()
    return PortalView(
        slug="evergreen-austin", brand=Brand(name="Evergreen Austin", colour="#ffd400"), settings=SETTINGS
    )


def summary(**more: Any) -> InvoiceSummary:
    """A due invoice in a list, with these fields changed."""
    return world.summary(1).model_copy(update=more)


def service(name: str, dollars: int) -> ServiceView:
    """A service at a lump sum."""
    return ServiceView(
        id=id_of(name), name=name, description="", total=world.dollars(dollars), lines=None, selected=False
    )


def proposal(**more: Any) -> ProposalView:
    """A delivered contract: mowing for 1,000.00, and flowers or lights if one likes."""
    known: dict[str, Any] = {
        "id": id_of("proposal"),
        "number": "PRO-2026-00001",
        "title": "Grounds care 2027",
        "kind": "contract",
        "status": "pending",
        "office_status": None,
        "customer": world.LAKESIDE,
        "property": world.CLUBHOUSE,
        "total": world.dollars(1000),
        "services": [service("Mowing", 1000)],
        "optional_services": [service("Flowers", 200), service("Lights", 50)],
        "service_contact": ServiceContactView(name="Rosa Diaz", email="rosa@evergreen.test"),
        "delivered_at": datetime(2026, 11, 18, tzinfo=UTC),
        "expires_on": None,
        "document_sha256": HASH,
        "consent": ConsentView(version="2026-1", text="You agree to sign electronically."),
        "electronic_signature": None,
        "signable": True,
    }
    return ProposalView.model_validate(known | more)
