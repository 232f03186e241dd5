"""A few people and things of the demo world, as the services would tell of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.contracts.billing.invoices import InvoiceLine, InvoiceSummary, InvoiceView
from services.contracts.billing.payments import PaymentView
from services.contracts.errors import not_found
from services.contracts.fieldwork.requests import RequestView
from services.contracts.identity.customers import CustomerView, PropertyView
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.principals import Portal, PortalSettings, Principal, PropertyAccess
from services.contracts.proposals.proposals import ProposalView, ServiceContactView
from services.contracts.proposals.signing import ConsentView
from services.contracts.snapshots import Address, CustomerSnapshot, Person, PropertySnapshot
from tests.gateway.neighbours import Neighbours


def id_of(name: str) -> UUID:
    """A lasting id for a name."""
    return uuid5(UUID(int=0), name)


COMPANY, BRANCH = id_of("Evergreen Grounds"), id_of("evergreen-austin")
PRIYA_TOKEN, ROSA_TOKEN = "priya-session", "rosa-session"
ADDRESS = Address(line1="1 Lake Way", city="Austin", state="TX", zip="78701")
LAKESIDE = CustomerSnapshot(id=id_of("Lakeside HOA"), name="Lakeside HOA", address=ADDRESS)
CLUBHOUSE = PropertySnapshot(id=id_of("Clubhouse"), name="Clubhouse", address=ADDRESS)
ROSA_AS_CONTACT = Person(id=id_of("rosa"), name="Rosa Diaz", email="rosa@evergreen.test", phone="512-555-0100")
PLACE = PropertyView(
    id=CLUBHOUSE.id,
    customer=LAKESIDE,
    branch_id=BRANCH,
    name="Clubhouse",
    address=ADDRESS,
    sales_rep=ROSA_AS_CONTACT,
    account_owner=None,
)
CUSTOMER = CustomerView(
    id=LAKESIDE.id,
    name="Lakeside HOA",
    home_branch_id=BRANCH,
    mailing_address=ADDRESS,
    primary_contact_id=id_of("priya"),
)
PRIYA = Principal(
    kind="contact",
    id=id_of("priya"),
    company_id=COMPANY,
    name="Priya Shah",
    email="priya@lakeside.test",
    session_id=id_of("priya's session"),
    portal=Portal(
        branch_id=BRANCH,
        slug="evergreen-austin",
        name="Evergreen Austin",
        time_zone="America/Chicago",
        settings=PortalSettings(),
    ),
    customer_id=LAKESIDE.id,
    is_customer_primary=True,
    permissions=frozenset(
        ("invoices.view", "invoices.pay", "payment_methods.manage", "proposals.view", "requests.view")
    ),
    properties=[PropertyAccess(property_id=CLUBHOUSE.id, role="primary")],
)
ROSA = Principal(
    kind="staff",
    id=id_of("rosa"),
    company_id=COMPANY,
    name="Rosa Diaz",
    email="rosa@evergreen.test",
    staff_roles=frozenset(("sales_rep",)),
)


def know_sessions(neighbours: Neighbours) -> None:
    """Has identity know two sessions and no other."""
    sessions = {PRIYA_TOKEN: PRIYA, ROSA_TOKEN: ROSA}

    def resolve(message: dict[str, Any]) -> SessionPrincipal:
        if message["token"] not in sessions:
            raise not_found()
        return SessionPrincipal(principal=sessions[message["token"]], expires_at=datetime.now(UTC) + timedelta(hours=1))

    neighbours.answer(ResolveSession, resolve)


def know_nobody(neighbours: Neighbours) -> None:
    """Has identity know no session at all."""
    neighbours.answer(ResolveSession, not_found())


def dollars(amount: int) -> Money:
    """Whole dollars."""
    return Money(amount=amount * 100)


def summary(number: int, due_on: date = date(2026, 12, 1)) -> InvoiceSummary:
    """A due invoice in a list."""
    return InvoiceSummary(
        id=id_of(f"invoice {number}"),
        number=f"INV-2026-{number:05}",
        kind="service",
        status="due",
        due_on=due_on,
        total=dollars(480),
        balance=dollars(480),
        property=CLUBHOUSE,
        services=["Weekly mowing"],
        proposal_id=None,
        payable=True,
    )


def invoice(number: int = 1) -> InvoiceView:
    """A due invoice."""
    return InvoiceView(
        **dict(summary(number))
        | {"services": [InvoiceLine(service="Weekly mowing", unit_price=dollars(480))], "customer": LAKESIDE},
        issued_on=date(2026, 11, 1),
        service_contact=ROSA_AS_CONTACT,
    )


def page_of(count: int, next_cursor: str | None = None) -> Page[InvoiceSummary]:
    """A page of due invoices."""
    return Page[InvoiceSummary](items=[summary(number) for number in range(count)], next_cursor=next_cursor)


def payment(status: str, **more: Any) -> PaymentView:
    """A payment of one invoice by card."""
    return PaymentView.model_validate(
        {
            "id": id_of("payment"),
            "number": "PAY-2026-00001",
            "status": status,
            "created_at": datetime(2026, 11, 20, tzinfo=UTC),
            "subtotal": dollars(480),
            "fee": Money(amount=250),
            "total": Money(amount=48250),
            "payer": "Priya Shah",
            "method_type": "card",
            "method_brand": "visa",
            "method_last4": "4242",
            "allocations": [],
            **more,
        }
    )


def request_view() -> RequestView:
    """A request about the Clubhouse."""
    return RequestView(
        id=id_of("request"),
        number="REQ-2026-00001",
        title="Broken sprinkler",
        description="By the gate",
        status="open",
        property=CLUBHOUSE,
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        created_by="Priya Shah",
        include_client=None,
    )


def proposal() -> ProposalView:
    """A delivered contract for the Clubhouse."""
    return ProposalView(
        id=id_of("proposal"),
        number="PRO-2026-00001",
        title="Summer",
        kind="contract",
        status="pending",
        office_status="delivered",
        customer=LAKESIDE,
        property=CLUBHOUSE,
        total=dollars(100),
        services=[],
        optional_services=[],
        service_contact=ServiceContactView(name="Rosa Diaz", email="rosa@evergreen.test"),
        delivered_at=datetime(2026, 11, 1, tzinfo=UTC),
        expires_on=None,
        document_sha256="ab" * 32,
        consent=ConsentView(version="1", text="I agree."),
        electronic_signature=None,
        signable=True,
    )
