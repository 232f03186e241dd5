"""Events of the demo world and what identity knows of its people."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.contracts.billing.methods import MandateAccepted
from services.contracts.billing.payments import (
    AllocationView,
    PaymentDisputed,
    PaymentFailed,
    PaymentProcessing,
    PaymentRefunded,
    PaymentReversed,
    PaymentStatus,
    PaymentSucceeded,
    PaymentView,
    RefundView,
)
from services.contracts.billing.third_parties import GuessingNoticed
from services.contracts.fieldwork.requests import RequestCreated, RequestView
from services.contracts.files import FileView
from services.contracts.identity.contacts import ContactPortalsView, ContactView, PortalLink, PortalsRequested
from services.contracts.identity.customers import PropertyView
from services.contracts.identity.invitations import InvitationLinkView, PersonInvited
from services.contracts.identity.passwords import PasswordChanged, PasswordResetLinkView, PasswordResetRequested
from services.contracts.identity.portals import BranchView, Brand
from services.contracts.identity.sessions import LoginCodeRequested, LoginCodeView, NewSignIn
from services.contracts.identity.staff import StaffView
from services.contracts.money import Money
from services.contracts.notifications.webhooks import WebhookDisabled
from services.contracts.principals import PortalSettings
from services.contracts.proposals.kinds import ProposalKind
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.signing import DocumentSigned, SignedProposal
from services.contracts.snapshots import Address, CustomerSnapshot, Person, PropertySnapshot

EVERGREEN, COOLAIR = UUID(int=1), UUID(int=2)
AUSTIN, LAKESIDE, CLUBHOUSE = UUID(int=11), UUID(int=21), UUID(int=31)
PRIYA, ROSA, OMAR = UUID(int=41), UUID(int=51), UUID(int=52)
INVITATION, PAYMENT, PROPOSAL, REQUEST, LOGIN, RESET = (UUID(int=number) for number in range(61, 67))
NOON = datetime(2026, 5, 3, 17, 5, tzinfo=UTC)
ADDRESS = Address(line1="1 Lake Road", city="Austin", state="TX", zip="78701")
SITE = PropertySnapshot(id=CLUBHOUSE, name="Clubhouse", address=ADDRESS)
BRAND = Brand(name="Evergreen Austin", colour="#8fd3a8")


def branch() -> BranchView:
    """The Austin branch, with a brand colour too light for white text."""
    return BranchView(
        id=AUSTIN,
        company_id=EVERGREEN,
        slug="evergreen-austin",
        brand=BRAND,
        time_zone="America/Chicago",
        settings=PortalSettings(),
    )


def priya(**change: Any) -> ContactView:
    """A contact of Lakeside."""
    known: dict[str, Any] = {
        "id": PRIYA,
        "customer_id": LAKESIDE,
        "name": "Priya Shah",
        "email": "priya@lakeside.test",
        "status": "active",
        "permissions": [],
        "property_roles": [],
    }
    return ContactView(**{**known, **change})


def rosa(**change: Any) -> StaffView:
    """The sales rep."""
    known: dict[str, Any] = {
        "id": ROSA,
        "name": "Rosa Diaz",
        "email": "rosa@evergreen.test",
        "phone": None,
        "roles": ["sales_rep"],
        "status": "active",
    }
    return StaffView(**{**known, **change})


def omar(**change: Any) -> StaffView:
    """The account owner."""
    return rosa(
        **{"id": OMAR, "name": "Omar Haddad", "email": "omar@evergreen.test", "roles": ["account_owner"], **change}
    )


def clubhouse(**change: Any) -> PropertyView:
    """A property of Lakeside, owned by Omar as an account."""
    known: dict[str, Any] = {
        "id": CLUBHOUSE,
        "customer": CustomerSnapshot(id=LAKESIDE, name="Lakeside HOA", address=ADDRESS),
        "branch_id": AUSTIN,
        "name": "Clubhouse",
        "address": ADDRESS,
        "sales_rep": None,
        "account_owner": Person(id=OMAR, name="Omar Haddad", email="omar@evergreen.test"),
    }
    return PropertyView(**{**known, **change})


def link(**change: Any) -> InvitationLinkView:
    """A freshly minted link for Priya."""
    known: dict[str, Any] = {
        "token": "tok-secret-1",
        "name": "Priya Shah",
        "email": "priya@lakeside.test",
        "company_name": "Evergreen Grounds",
        "portal_slug": "evergreen-austin",
        "brand": BRAND,
        "expires_at": datetime(2026, 5, 10, 17, 5, tzinfo=UTC),
    }
    return InvitationLinkView(**{**known, **change})


def invited(**change: Any) -> PersonInvited:
    """Priya was invited."""
    known: dict[str, Any] = {
        "company_id": EVERGREEN,
        "invitation_id": INVITATION,
        "person_kind": "contact",
        "person_id": PRIYA,
    }
    return PersonInvited(**{**known, **change})


def login() -> LoginCodeView:
    """A freshly minted code for Priya."""
    return LoginCodeView(
        code="30417295",
        token="tok-secret-word",
        name="Priya Shah",
        email="priya@lakeside.test",
        portal_slug="evergreen-austin",
        brand=BRAND,
        expires_at=NOON + timedelta(minutes=15),
    )


def reset(**change: Any) -> PasswordResetLinkView:
    """A freshly minted link for Priya that sets a new password."""
    known: dict[str, Any] = {
        "token": "tok-secret-reset",
        "name": "Priya Shah",
        "email": "priya@lakeside.test",
        "portal_slug": "evergreen-austin",
        "brand": BRAND,
        "expires_at": NOON + timedelta(hours=1),
    }
    return PasswordResetLinkView(**{**known, **change})


def portals() -> ContactPortalsView:
    """Where Priya can go to."""
    dallas = PortalLink(slug="evergreen-dallas", brand=Brand(name="Evergreen Dallas"))
    return ContactPortalsView(
        name="Priya Shah",
        email="priya@lakeside.test",
        company_name="Evergreen Grounds",
        portals=[PortalLink(slug="evergreen-austin", brand=BRAND), dallas],
    )


def code_asked() -> LoginCodeRequested:
    """Priya asked for a code."""
    return LoginCodeRequested(company_id=EVERGREEN, login_code_id=LOGIN, person_kind="contact", person_id=PRIYA)


def portals_asked() -> PortalsRequested:
    """Priya asked where her portals are."""
    return PortalsRequested(company_id=EVERGREEN, person_kind="contact", person_id=PRIYA)


def reset_asked() -> PasswordResetRequested:
    """Priya forgot her password."""
    return PasswordResetRequested(company_id=EVERGREEN, password_reset_id=RESET, person_kind="contact", person_id=PRIYA)


def password_changed() -> PasswordChanged:
    """Priya set another password."""
    return PasswordChanged(
        company_id=EVERGREEN,
        person_kind="contact",
        person_id=PRIYA,
        changed_at=NOON,
        portal_slug="evergreen-austin",
        brand=BRAND,
    )


def new_sign_in(**change: Any) -> NewSignIn:
    """Priya signed in by another browser."""
    known: dict[str, Any] = {
        "company_id": EVERGREEN,
        "person_kind": "contact",
        "person_id": PRIYA,
        "signed_in_at": NOON,
        "device": "Firefox on Windows",
        "ip": "203.0.113.9",
        "portal_slug": "evergreen-austin",
        "brand": BRAND,
    }
    return NewSignIn(**{**known, **change})


def paid(fee: int = 250) -> PaymentSucceeded:
    """Priya paid two invoices by card."""
    payment = PaymentView(
        id=PAYMENT,
        number="PAY-2026-00007",
        status="succeeded",
        created_at=NOON,
        subtotal=Money(amount=125_000),
        fee=Money(amount=fee),
        total=Money(amount=125_000 + fee),
        payer="Priya Shah",
        method_type="card",
        method_brand="visa",
        method_last4="4242",
        allocations=[
            AllocationView(invoice_id=UUID(int=71), invoice_number="INV-2026-00041", amount=Money(amount=100_000)),
            AllocationView(invoice_id=UUID(int=72), invoice_number="INV-2026-00042", amount=Money(amount=25_000)),
        ],
    )
    return PaymentSucceeded(company_id=EVERGREEN, version=1, payment=payment, payer_id=PRIYA, branch_id=AUSTIN)


def debited(status: PaymentStatus = "processing", **change: Any) -> PaymentView:
    """Priya paid two invoices from a bank account."""
    told = {"status": status, "method_type": "us_bank_account", "method_brand": "STRIPE TEST BANK", **change}
    return paid().payment.model_copy(update={"method_last4": "6789", **told})


def processing(**change: Any) -> PaymentProcessing:
    """Her bank is at it."""
    known: dict[str, Any] = {"company_id": EVERGREEN, "version": 2, "payment": debited(), "payer_id": PRIYA}
    return PaymentProcessing(**{**known, "branch_id": AUSTIN, **change})


def mandate() -> MandateAccepted:
    """She agreed to debits from her bank account."""
    return MandateAccepted(
        company_id=EVERGREEN,
        payment_method_id=UUID(int=91),
        contact_id=PRIYA,
        branch_id=AUSTIN,
        bank="STRIPE TEST BANK",
        last4="6789",
        text="I authorize Evergreen Grounds to debit it.",
        accepted_at=NOON,
        ip="203.0.113.9",
        user_agent="Firefox",
    )


def failed() -> PaymentFailed:
    """Her bank sent it back."""
    payment = debited("failed", decline_reason="Your bank account has insufficient funds.")
    return PaymentFailed(company_id=EVERGREEN, version=3, payment=payment, payer_id=PRIYA, branch_id=AUSTIN)


def refunded() -> PaymentRefunded:
    """The office gave a part back."""
    refund = RefundView(
        id=UUID(int=81),
        status="succeeded",
        amount=Money(amount=5_010),
        fee=Money(amount=10),
        created_at=NOON,
    )
    return PaymentRefunded(
        company_id=EVERGREEN, version=4, payment=paid().payment, refund=refund, payer_id=PRIYA, branch_id=AUSTIN
    )


def reversed_() -> PaymentReversed:
    """Her bank took it back after it was paid."""
    payment = debited("reversed", reversed=Money(amount=125_250))
    return PaymentReversed(company_id=EVERGREEN, version=4, payment=payment, payer_id=PRIYA, branch_id=AUSTIN)


def paid_by_guest() -> PaymentSucceeded:
    """An accountant paid for her without a login."""
    told = {"payer_id": None, "payer_email": "accounts@tallyhouse.test"}
    payment = paid().payment.model_copy(update={"payer": "accounts@tallyhouse.test"})
    return paid().model_copy(update={**told, "payment": payment})


def guessed() -> GuessingNoticed:
    """Somebody tries policy numbers."""
    return GuessingNoticed(
        company_id=EVERGREEN,
        branch_id=AUSTIN,
        failures=40,
        opened=3,
        noticed_at=NOON,
        until=NOON + timedelta(days=1),
    )


def webhook_disabled() -> WebhookDisabled:
    """Nobody listens there any more."""
    return WebhookDisabled(
        company_id=EVERGREEN,
        webhook_id=UUID(int=67),
        url="https://books.example/hooks",
        description="Accounting",
        because="failing",
        failing_since=NOON - timedelta(days=3),
        disabled_at=NOON,
    )


def disputed(status: PaymentStatus = "disputed") -> PaymentDisputed:
    """Her bank disputes it, or only asks."""
    respond_by = NOON + timedelta(days=20)
    payment = debited(status)
    return PaymentDisputed(company_id=EVERGREEN, version=4, payment=payment, branch_id=AUSTIN, respond_by=respond_by)


def signed(**change: Any) -> ProposalSigned:
    """Priya signed a contract that is Rosa's."""
    known: dict[str, Any] = {
        "company_id": EVERGREEN,
        "version": 1,
        "proposal_id": PROPOSAL,
        "number": "PRO-2026-00003",
        "title": "Spring planting",
        "kind": "contract",
        "branch_id": AUSTIN,
        "property": SITE,
        "sales_rep_id": ROSA,
        "signed_by": "Priya Shah",
        "signed_at": NOON,
        "total": Money(amount=480_050),
    }
    return ProposalSigned(**{**known, **change})


def sealed(kind: ProposalKind = "contract") -> DocumentSigned:
    """What Priya signed has its final PDF."""
    total = Money(amount=480_050)
    return DocumentSigned(
        company_id=EVERGREEN,
        version=1,
        kind="proposal",
        document_id=PROPOSAL,
        branch_id=AUSTIN,
        customer_id=LAKESIDE,
        signature_id=UUID(int=67),
        contact_id=PRIYA,
        signed_by="Priya Shah",
        signed_at=NOON,
        document=FileView(
            key="proposals/1.pdf", name="PRO-2026-00003.pdf", content_type="application/pdf", size=9, sha256="0" * 64
        ),
        proposal=SignedProposal(
            number="PRO-2026-00003", title="Spring planting", kind=kind, property=SITE, total=total
        ),
    )


def requested(
    by: str = "contact", title: str = "Sprinkler leaks", description: str = "Zone 3.\nBy the gate."
) -> RequestCreated:
    """A request about the Clubhouse."""
    request = RequestView(
        id=REQUEST,
        number="REQ-2026-00009",
        title=title,
        description=description,
        status="open",
        property=SITE,
        created_at=NOON,
        created_by="Chen Wu",
        include_client=True,
    )
    return RequestCreated.model_validate(
        {"company_id": EVERGREEN, "version": 1, "request": request, "branch_id": AUSTIN, "created_by_kind": by}
    )
