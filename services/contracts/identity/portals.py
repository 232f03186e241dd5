"""Companies, their branches, and the portals of these."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.files import FileView
from services.contracts.identity.people import Email
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.principals import FeePolicy, Language, PaymentMethodType, PortalSettings, Section
from services.contracts.snapshots import Name

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", min_length=3, max_length=60)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Brand(View):
    """How a portal looks: the name over it, its accent colour and its logo."""

    name: Name
    colour: Colour = "#1f6f4a"
    logo: FileView | None = None


class CompanyView(View):
    id: UUID
    name: str
    payment_account: str
    totp_required: bool = False
    """Whether every staff member needs a second factor."""
    fees: dict[PaymentMethodType, FeePolicy] = {}
    """The convenience fee of each type of method, where a branch has none of its own."""


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
    time_zone: str = "UTC"
    company_id: UUID | None = None
    """With `branch_id`, for the gateway, which lets guests in; it tells nobody."""
    branch_id: UUID | None = None


class NewBranch(View):
    """A branch with its portal, as it begins; a logo is given later."""

    slug: Slug
    brand: Brand
    time_zone: str
    settings: PortalSettings = PortalSettings()


class OpenCompany(Command[CompanyView]):
    """A new tenant with its first administrator, who is invited by mail, and maybe its first branch.

    Sent by the operator, not by HTTP.
    """

    name: Name
    payment_account: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    administrator_name: Name
    administrator_email: Email
    branch: NewBranch | None = None


class CompanyOpened(Event):
    name: str
    payment_account: str


class CompanyChanged(Event):
    version: int
    name: str
    payment_account: str


class CreateBranch(Command[BranchView]):
    slug: Slug
    brand: Brand
    time_zone: str
    settings: PortalSettings = PortalSettings()


class ChangeCompany(Command[CompanyView]):
    """Only what is given changes."""

    name: Name | None = None
    totp_required: bool | None = None
    fees: dict[PaymentMethodType, FeePolicy] | None = None


class ChangeBranch(Command[BranchView]):
    """Only what is given changes; a portal's address stays."""

    branch_id: UUID
    name: Name | None = None
    colour: Colour | None = None
    time_zone: str | None = None


class ChangeLogo(Command[BranchView]):
    """The branch's logo, stored before; None takes it away."""

    branch_id: UUID
    logo: FileView | None


class ChangePortalSettings(Command[BranchView]):
    """Only what is given changes; it holds from the next request on."""

    branch_id: UUID
    sections: list[Section] | None = None
    payment_method_types: list[PaymentMethodType] | None = None
    electronic_payments: bool | None = None
    partial_payments: bool | None = None
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    line_item_detail: bool | None = None
    show_service_contact_phone: bool | None = None
    equipment_labels: bool | None = None
    guest_payments: bool | None = None
    guest_third_fact: bool | None = None
    language: Language | None = None


class ListBranches(Query[Page[BranchView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetBranch(Query[BranchView]):
    branch_id: UUID


class GetCompany(Query[CompanyView]):
    """The principal's own company."""


class GetPortal(Query[PortalView]):
    slug: str
