"""Identity's messages: companies, branches, portals, people, sessions and who may do what."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from email_validator import validate_email
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.principals import (
    Permission,
    PortalSettings,
    Principal,
    PropertyRole,
    StaffRole,
)
from services.contracts.snapshots import Address, CustomerSnapshot, Name, Person, PropertySnapshot

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", min_length=3, max_length=60)]


def _email(value: str) -> str:
    """The address in one spelling, if any mail server takes it; `.test` is where the demo's people live."""
    checked = validate_email(value, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    return checked.normalized.lower()


Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
Password = Annotated[SecretStr, Field(min_length=12, max_length=200)]
ContactStatus = Literal["not_invited", "invited", "active", "disabled"]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Brand(View):
    """How a portal looks: the name over it and its accent colour."""

    name: Name
    colour: Colour = "#1f6f4a"


# Companies, branches, portals


class CompanyView(View):
    id: UUID
    name: str
    payment_account: str


class BranchView(View):
    id: UUID
    company_id: UUID
    slug: str
    brand: Brand
    time_zone: str
    settings: PortalSettings


class PortalView(View):
    """What anybody may know of a portal."""

    slug: str
    brand: Brand
    settings: PortalSettings


class OpenCompany(Command[CompanyView]):
    """A new tenant with its first administrator, who is invited by mail. Sent by the operator, not by HTTP."""

    name: Name
    payment_account: str
    administrator_name: Name
    administrator_email: Email


class CompanyOpened(Event):
    name: str
    payment_account: str


class CreateBranch(Command[BranchView]):
    slug: Slug
    brand: Brand
    time_zone: str
    settings: PortalSettings = PortalSettings()


class ListBranches(Query[Page[BranchView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetBranch(Query[BranchView]):
    branch_id: UUID


class GetCompany(Query[CompanyView]):
    """The principal's own company."""


class GetPortal(Query[PortalView]):
    slug: str


# Staff


class StaffView(View):
    id: UUID
    name: str
    email: str
    phone: str | None
    roles: list[StaffRole]
    status: ContactStatus


class CreateStaffMember(Command[StaffView]):
    """A new staff member, who is invited by mail."""

    name: Name
    email: Email
    phone: str | None = None
    roles: list[StaffRole]


class ListStaff(Query[Page[StaffView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetStaffMember(Query[StaffView]):
    staff_id: UUID


# Customers, properties, contacts


class CustomerView(View):
    id: UUID
    name: str
    home_branch_id: UUID
    mailing_address: Address
    primary_contact_id: UUID | None


class CreateCustomer(Command[CustomerView]):
    name: Name
    home_branch_id: UUID
    mailing_address: Address


class ListCustomers(Query[Page[CustomerView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetCustomer(Query[CustomerView]):
    customer_id: UUID


class PropertyView(View):
    id: UUID
    customer: CustomerSnapshot
    branch_id: UUID
    name: str
    address: Address
    sales_rep: Person | None
    account_owner: Person | None

    def snapshot(self) -> PropertySnapshot:
        """What a document keeps of this property."""
        return PropertySnapshot(id=self.id, name=self.name, address=self.address)


class CreateProperty(Command[PropertyView]):
    customer_id: UUID
    branch_id: UUID
    name: Name
    address: Address
    sales_rep_id: UUID | None = None
    account_owner_id: UUID | None = None


class ListProperties(Query[Page[PropertyView]]):
    """A contact's properties in this portal, or all of the company's for staff."""

    cursor: str | None = None
    limit: Limit = 50


class GetProperty(Query[PropertyView]):
    property_id: UUID


class PropertyRoleView(View):
    property_id: UUID
    role: PropertyRole


class ContactView(View):
    id: UUID
    customer_id: UUID
    name: str
    email: str
    status: ContactStatus
    permissions: list[Permission]
    property_roles: list[PropertyRoleView]


class CreateContact(Command[ContactView]):
    customer_id: UUID
    name: Name
    email: Email
    permissions: list[Permission]
    property_roles: list[PropertyRoleView] = []
    primary: bool = False
    """Whether this becomes the customer's primary contact."""


class ChangeContact(Command[ContactView]):
    """Only what is given changes."""

    contact_id: UUID
    status: Literal["active", "disabled"] | None = None
    permissions: list[Permission] | None = None
    property_roles: list[PropertyRoleView] | None = None


class ListContacts(Query[Page[ContactView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetContact(Query[ContactView]):
    contact_id: UUID


class AccessChanged(Event):
    """What these principals may do has changed: whoever remembers it forgets it now."""

    principal_ids: list[UUID]


# Invitations and sessions


class InvitationView(View):
    id: UUID
    status: Literal["invited"] = "invited"
    expires_at: datetime


class InviteContact(Command[InvitationView]):
    """Invites a contact, or again; an earlier link stays good until one of them is used."""

    contact_id: UUID


class PersonInvited(Event):
    """A contact or staff member is to get the welcome mail. The link is minted when the mail is sent."""

    invitation_id: UUID
    person_kind: Literal["contact", "staff"]
    person_id: UUID


class InvitationLinkView(View):
    """What the welcome mail says; `token` is a secret that opens the account."""

    token: str
    name: str
    email: str
    company_name: str
    portal_slug: str | None
    """None for staff, whose door is the office."""
    brand: Brand
    expires_at: datetime


class MintInvitationLink(Command[InvitationLinkView]):
    """A fresh single-use token of an open invitation, for the mail that carries it."""

    remembered: ClassVar[bool] = False
    invitation_id: UUID


class SessionView(View):
    """A session that just began; `token` is its secret and is told only once."""

    id: UUID
    token: str
    expires_at: datetime
    portal_slug: str | None
    """None for staff, whose door is the office."""


class Client(View):
    """Where a call came from, as the gateway saw it."""

    ip: str
    user_agent: str = ""


class AcceptInvitation(Command[SessionView]):
    """Sets the password of an account that has none, and signs in."""

    remembered: ClassVar[bool] = False
    token: SecretStr
    password: Password
    client: Client


class SignIn(Command[SessionView]):
    """Signs a contact in to a portal."""

    remembered: ClassVar[bool] = False
    portal: str
    email: str
    password: SecretStr
    client: Client


class SignInStaff(Command[SessionView]):
    remembered: ClassVar[bool] = False
    email: str
    password: SecretStr
    client: Client


class SignOut(Command[Nothing]):
    """Ends the principal's current session."""


class SessionPrincipal(View):
    principal: Principal
    expires_at: datetime


class ResolveSession(Query[SessionPrincipal]):
    """Who a session token belongs to; not_found where it is unknown, ended or no longer allowed in."""

    token: SecretStr
