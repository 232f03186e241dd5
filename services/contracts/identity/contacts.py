"""Contacts, what they may do and where, and which portals they can go to."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.identity.people import Client, ContactStatus, Email, PersonKind, PersonName, Phone, Search
from services.contracts.identity.portals import Brand
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.principals import Permission, PropertyRole
from services.contracts.snapshots import Name


class PropertyRoleView(View):
    property_id: UUID
    role: PropertyRole
    permissions: list[Permission] | None = None
    """What of the contact's permissions counts at this property; None is all of them."""


class RoleView(View):
    id: UUID
    name: str
    permissions: list[Permission]


class CreateRole(Command[RoleView]):
    name: Name
    permissions: list[Permission]


class ChangeRole(Command[RoleView]):
    """Only what is given changes; everybody who holds the role is concerned at once."""

    role_id: UUID
    name: Name | None = None
    permissions: list[Permission] | None = None


class DeleteRole(Command[Nothing]):
    """Refused as a conflict while a contact holds it."""

    role_id: UUID


class ListRoles(Query[Page[RoleView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetRole(Query[RoleView]):
    role_id: UUID


class ContactView(View):
    id: UUID
    customer_id: UUID
    name: str
    email: str
    status: ContactStatus
    permissions: list[Permission]
    """Granted to the contact, besides those of their roles."""
    property_roles: list[PropertyRoleView]
    role_ids: list[UUID] = []
    effective_permissions: list[Permission] = []
    """Their own and their roles' together."""
    phone: str = ""
    last_sign_in_at: datetime | None = None
    disabled_by_office: bool = False
    """Whom the office keeps out, a colleague cannot let in again."""


class CreateContact(Command[ContactView]):
    customer_id: UUID
    name: PersonName
    email: Email
    phone: Phone = ""
    permissions: list[Permission]
    role_ids: list[UUID] = []
    property_roles: list[PropertyRoleView] = []
    primary: bool = False
    """Whether this becomes the customer's primary contact."""


class ChangeContact(Command[ContactView]):
    """Only what is given changes. A new e-mail address leaves every account's password alone: the contact has
    no account until they accept an invitation, or sign in by code, at the new address."""

    contact_id: UUID
    name: PersonName | None = None
    email: Email | None = None
    phone: Phone | None = None
    status: Literal["active", "disabled"] | None = None
    permissions: list[Permission] | None = None
    role_ids: list[UUID] | None = None
    property_roles: list[PropertyRoleView] | None = None


class ListContacts(Query[Page[ContactView]]):
    customer_id: UUID | None = None
    search: Search = ""
    cursor: str | None = None
    limit: Limit = 50


class GetContact(Query[ContactView]):
    contact_id: UUID


class ListColleagues(Query[Page[ContactView]]):
    """The contacts of the principal's own customer, by name."""

    cursor: str | None = None
    limit: Limit = 50


class GetColleague(Query[ContactView]):
    contact_id: UUID


class AddColleague(Command[ContactView]):
    """A new contact of the own customer, invited at once; never with more rights than who adds them."""

    name: PersonName
    email: Email
    permissions: list[Permission]
    property_roles: list[PropertyRoleView] = []


class ChangeColleague(Command[ContactView]):
    """Only what is given changes; never oneself, and nobody who has more rights."""

    contact_id: UUID
    status: Literal["active", "disabled"] | None = None
    permissions: list[Permission] | None = None
    property_roles: list[PropertyRoleView] | None = None


class PropertyFilterView(View):
    """The saved choice; empty is all of the contact's properties in this portal."""

    property_ids: list[UUID]


class SetPropertyFilter(Command[PropertyFilterView]):
    """Kept per contact and portal; an id that is not one's own there is not found."""

    property_ids: Annotated[list[UUID], Field(max_length=200)]


class AccessChanged(Event):
    """What these principals may do has changed: whoever remembers it forgets it now."""

    principal_ids: list[UUID] = []
    whole_company: bool = False
    """Everybody of the company is concerned: a portal's settings or a role changed."""


class RequestPortals(Command[Nothing]):
    """Mails people the portals that they can go to; it never tells whether there is anybody."""

    email: Email
    client: Client


class PortalsRequested(Event):
    """A contact is to be told which portals of the company they can go to."""

    person_kind: PersonKind
    person_id: UUID


class PortalLink(View):
    slug: str
    brand: Brand
    branch_id: UUID | None = None
    time_zone: str = "UTC"


class ContactPortalsView(View):
    name: str
    email: str
    company_name: str
    portals: list[PortalLink]


class GetContactPortals(Query[ContactPortalsView]):
    """The portals that a contact may enter; the principal's own where no contact is named."""

    contact_id: UUID | None = None
