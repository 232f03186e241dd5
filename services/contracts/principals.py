"""Who is calling and what they may do; it travels in the body of every call."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.messages import View
from services.contracts.money import Money

Permission = Literal[
    "invoices.view",
    "invoices.pay",
    "details.view",
    "details.edit",
    "contacts.manage",
    "payment_methods.manage",
    "autopay.manage",
    "programs.view",
    "programs.sign",
    "proposals.view",
    "proposals.sign",
    "quotes.view_own",
    "quotes.view",
    "quotes.create",
    "jobs.view_own",
    "jobs.view",
    "jobs.create",
    "visits.view",
    "equipment.view",
    "equipment.create",
    "equipment.edit",
    "requests.view",
    "requests.create",
    "requests.comment",
]
"""What a contact may do: a section and an action; `permissions.GRID` explains them."""
PropertyRole = Literal["primary", "billing", "other"]
StaffRole = Literal["administrator", "office", "sales_rep", "account_owner"]
Scope = Literal[
    "company.read",
    "company.write",
    "staff.read",
    "staff.write",
    "customers.read",
    "customers.write",
    "invoices.read",
    "invoices.write",
    "payments.read",
    "payments.write",
    "programs.read",
    "programs.write",
    "proposals.read",
    "proposals.write",
    "quotes.read",
    "quotes.write",
    "jobs.read",
    "jobs.write",
    "requests.read",
    "requests.write",
    "mails.read",
    "mails.write",
    "audit.read",
    "api_keys.read",
    "api_keys.write",
    "webhooks.read",
    "webhooks.write",
]
"""What may be done in the office; staff roles stand for some, an API key is given some."""
Authentication = Literal["password", "code", "link", "invitation"]
"""How somebody proved who they are when their session began: a password, or what was mailed to their address."""
PaymentMethodType = Literal["card", "us_bank_account"]
Section = Literal["invoices", "programs", "proposals", "quotes", "jobs", "visits", "equipment", "requests"]


InvoiceKind = Literal["service", "down_payment", "installment", "pay_in_full", "one_time", "payoff"]


class FeePolicy(View):
    """The convenience fee of one payment method type (1-product.md, Fees).

    `flat` adds `amount` to each payment; `credit_surcharge` adds `percent`, at most 3, to payments by credit card
    only; `percentage` adds `percent` to all. `maximum` caps a fee. Invoices of `excluded_kinds` bear none.
    """

    kind: Literal["none", "flat", "credit_surcharge", "percentage"] = "none"
    amount: Money | None = None
    percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] | None = None
    maximum: Money | None = None
    excluded_kinds: list[InvoiceKind] = []
    on_autopay: bool = False
    kept_on_refund: bool = False


Language = Literal["en", "es"]
"""That mails are written in."""


class PortalSettings(View):
    """What a branch's portal offers. They travel with the principal, so a change holds at once everywhere."""

    sections: list[Section] = ["invoices", "proposals", "requests"]
    payment_method_types: list[PaymentMethodType] = ["card"]
    electronic_payments: bool = True
    partial_payments: bool = False
    fees: dict[PaymentMethodType, FeePolicy] = {}
    line_item_detail: bool = True
    show_service_contact_phone: bool = False
    equipment_labels: bool = True
    """Whether the labels stuck on equipment lead into the portal."""
    guest_payments: bool = False
    """Whether third parties find a program by policy number and ZIP, and pay it without a login."""
    guest_third_fact: bool = False
    """Whether they must always name an amount due besides, and not only when somebody seems to be guessing."""
    language: Language = "en"
    """That the branch writes in to whoever has not chosen one."""


class Portal(View):
    """The branch whose portal the principal entered."""

    branch_id: UUID
    slug: str
    name: str
    time_zone: str
    settings: PortalSettings
    logo: str | None = None
    """The SHA-256 of the branch's logo, where it has one."""


class PropertyAccess(View):
    """A property that the contact is linked to, in this portal, and how."""

    property_id: UUID
    role: PropertyRole
    permissions: frozenset[Permission] | None = None
    """What of the contact's permissions counts here; None is all of them."""


class Viewer(View):
    """The staff member who looks at a portal as a contact sees it."""

    id: UUID
    name: str


class Principal(View):
    """The caller of a message; `permissions.py` decides what they may do.

    A contact has `portal`, `customer_id`, `permissions` and `properties`; a staff member has `staff_roles`;
    an integration, which is an API key, has `scopes`; a guest, who pays by a link, has `portal` and
    `guest_invoice_ids` and no customer; a service that acts by itself (a timer, an event's
    handler) is `system` and has only its company.
    """

    kind: Literal["contact", "staff", "integration", "guest", "system"]
    id: UUID
    company_id: UUID
    name: str = ""
    email: str = ""
    session_id: UUID | None = None
    authenticated_by: Authentication | None = None
    """None where the session does not tell: it is older than the question."""
    portal: Portal | None = None
    customer_id: UUID | None = None
    is_customer_primary: bool = False
    permissions: frozenset[Permission] = frozenset()
    properties: list[PropertyAccess] = []
    property_filter: list[UUID] = []
    """The contact's saved choice of properties in this portal; empty is all of them."""
    viewer: Viewer | None = None
    """Set where it is a staff member who looks at the portal as this contact: nothing can be changed."""
    staff_roles: frozenset[StaffRole] = frozenset()
    must_enrol: bool = False
    """A staff member whose company asks for a second factor that they have not set up: they may do nothing else."""
    scopes: frozenset[Scope] = frozenset()
    guest_invoice_ids: list[UUID] = []
    """All that a guest may see and pay."""
    guest_program_id: UUID | None = None
    """The program that a third party has found, whose invoices these are."""

    def role_at(self, property_id: UUID | None) -> PropertyRole | None:
        """The contact's role at the property, or None where there is none."""
        access = self.access_at(property_id)
        return access.role if access else None

    def access_at(self, property_id: UUID | None) -> PropertyAccess | None:
        """How the contact is linked to the property, or None where they are not."""
        return next((access for access in self.properties if access.property_id == property_id), None)
