"""Identity's tables; all belong to one company, but for accounts and the counts of wrong passwords."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.imports import models as import_models  # noqa: F401  # its tables are among this service's
from services.chassis.tables import Base
from services.contracts.allowances import Allowance
from services.contracts.errors import conflict
from services.contracts.identity.people import ContactStatus
from services.contracts.messages import new_id
from services.contracts.principals import Authentication, Permission, PropertyRole, StaffRole
from services.identity import access_models as access_models
from services.identity import account_models as account_models
from services.identity import names, rules
from services.identity import office_models as office_models
from services.identity.names import Named

PersonKind = Literal["contact", "staff"]


class Account(Base):
    """A person's login: one e-mail address and one password, at every company and branch."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts how often everybody was signed out: sessions, codes and resets of an earlier one are void."""

    def set_first_password(self, password_hash: str) -> None:
        """Gives the account its password; one that another invitation gave it meanwhile stays."""
        if self.password_hash is not None:
            raise conflict("The password was set meanwhile. Please try again.", reason="password_set")
        self.password_hash = password_hash

    def set_password(self, password_hash: str) -> None:
        """Replaces the password, and makes void whatever the former one may have let in."""
        self.password_hash = password_hash
        self.epoch += 1


class Attempts(Base):
    """What is counted against one subject and not forgotten yet: wrong passwords and codes, or requests for mails."""

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[float]
    failed_at: Mapped[datetime] = mapped_column(index=True)

    def fail(self, bound: rules.Bound, now: datetime) -> None:
        """Counts one more, unless it came while none counts."""
        if not rules.left_to_wait(bound, self.failures, self.failed_at, now):
            self.failures = bound.after_another(self.failures, now - self.failed_at)
            self.failed_at = now

    def use(self, allowance: Allowance, now: datetime) -> None:
        """Counts one more that was had."""
        self.failures = allowance.used(self.failures, now - self.failed_at) + 1
        self.failed_at = now


class Company(Base):
    """A tenant; `payment_account` is its own account at the payment provider."""

    __tablename__ = "company"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    payment_account: Mapped[str] = mapped_column(unique=True)
    totp_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    fees: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """Convenience fees by type of method, for the branches that have none of their own."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts what is told to other services of it."""


class Branch(Named, Base):
    """An office of a company, and its portal."""

    __tablename__ = "branch"
    __table_args__ = (Index(None, "company_id", "folded_name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    colour: Mapped[str]
    logo: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    time_zone: Mapped[str]
    settings: Mapped[dict[str, Any]]


class Invitee(Named):
    """What staff members and contacts share: they are invited, accept, and sign in with an account."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(index=True)
    status: Mapped[ContactStatus] = mapped_column(Text)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Of those who have accepted an invitation."""
    last_sign_in_at: Mapped[datetime | None]

    def invite(self) -> None:
        """Lets the person accept an invitation; whoever has accepted one stays active."""
        if self.status == "disabled":
            raise conflict("A disabled person cannot be invited.", reason="disabled")
        if self.status != "active":
            self.status = "invited"

    def accept(self, account_id: UUID) -> None:
        """Binds the person to the account that proved to be theirs, invited or not."""
        if self.status == "disabled":
            raise ValueError("a disabled person is let in nowhere")
        self.account_id = account_id
        self.status = "active"

    def disable(self) -> None:
        """Keeps the person out."""
        self.status = "disabled"

    def enable(self) -> None:
        """Lets a disabled person in again; one who never accepted an invitation needs a new one."""
        if self.status == "disabled":
            self.status = "active" if self.account_id else "not_invited"
        elif self.status != "active":
            raise conflict("This person has not accepted an invitation yet.", reason="not_accepted")


class StaffMember(Invitee, Base):
    """A user of the company."""

    kind: ClassVar[PersonKind] = "staff"

    __tablename__ = "staff_member"
    __table_args__ = (UniqueConstraint("company_id", "email"), Index(None, "company_id", "folded_name", "id"))

    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    phone: Mapped[str | None]
    roles: Mapped[list[StaffRole]] = mapped_column(ARRAY(Text))


class Customer(Named, Base):
    """The client of a company: a household or an organisation."""

    __tablename__ = "customer"
    __table_args__ = (
        Index(None, "company_id", "folded_name", "id"),
        Index(None, "company_id", "last_word", "id"),
        Index("customer_external_idx", "company_id", "external_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    external_id: Mapped[str | None]
    """What another system calls them, which a file of customers knows them again by."""
    home_branch_id: Mapped[UUID] = mapped_column(ForeignKey("branch.id"))
    mailing_address: Mapped[dict[str, Any]]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    primary_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", use_alter=True))
    last_word: Mapped[str | None] = names.last_word()


# Written as PostgreSQL stores it, so that models and migrations can be compared.
LINE1 = "lower((address ->> 'line1'::text))"
STREET = "lower(regexp_replace((address ->> 'line1'::text), '^[0-9][^ ]* '::text, ''::text))"


class Property(Named, Base):
    """A site of a customer, served by one branch."""

    __tablename__ = "property"
    __table_args__ = (
        Index(None, "company_id", "folded_name", "id"),
        Index(None, "customer_id", "folded_name", "id"),
        Index(None, "company_id", "folded_line1", "id"),
        Index(None, "company_id", "folded_street", "id"),
        Index("property_external_idx", "company_id", "external_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    external_id: Mapped[str | None]
    """What another system calls it."""
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branch.id"))
    address: Mapped[dict[str, Any]]
    folded_line1: Mapped[str | None] = mapped_column(Text(collation="C"), Computed(LINE1, persisted=True))
    folded_street: Mapped[str | None] = mapped_column(Text(collation="C"), Computed(STREET, persisted=True))
    """The same without the house's number."""
    sales_rep_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    account_owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"))


class Contact(Invitee, Base):
    """A person at a customer."""

    kind: ClassVar[PersonKind] = "contact"

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("customer_id", "email"),
        Index(None, "company_id", "folded_name", "id"),
        Index(None, "company_id", "last_word", "id"),
        Index(None, "company_id", "email", "id"),
    )

    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    phone: Mapped[str] = mapped_column(default="", server_default="")
    permissions: Mapped[list[Permission]] = mapped_column(ARRAY(Text))
    last_word: Mapped[str | None] = names.last_word()
    disabled_by_office: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whom the office keeps out, only the office lets in again."""

    def readdress(self, email: str) -> None:
        """Gives the contact another address, whose account is not theirs before they prove that it is."""
        self.email = email
        self.account_id = None
        if self.status != "disabled":
            self.status = "not_invited"


class PropertyRoleRow(Base):
    """A contact's role at a property."""

    __tablename__ = "property_role"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    property_id: Mapped[UUID] = mapped_column(ForeignKey("property.id"), primary_key=True, index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    role: Mapped[PropertyRole] = mapped_column(Text)
    permissions: Mapped[list[Permission] | None] = mapped_column(ARRAY(Text))
    """What of the contact's permissions counts here; None is all of them."""


class Invitation(Base):
    """One invitation of one person; `closed_at` is when it, or another of that person's, was used or withdrawn."""

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    person_kind: Mapped[PersonKind] = mapped_column(Text)
    person_id: Mapped[UUID]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class InvitationToken(Base):
    """One mailed link of an invitation."""

    __tablename__ = "invitation_token"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitation.id"), index=True)
    expires_at: Mapped[datetime]


class SessionRow(Base):
    """A person's session at a portal, or at the office where `branch_id` is None; it ends by being deleted."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person_kind: Mapped[PersonKind] = mapped_column(Text)
    person_id: Mapped[UUID]
    viewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    """The staff member who looks at the portal as this contact, and changes nothing."""
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branch.id"))
    account_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """The account's when it began; the session lives no longer than that."""
    authenticated_by: Mapped[Authentication | None] = mapped_column(Text)
    """How the person proved who they are; None of a viewer's, and of those begun before this was kept."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ip: Mapped[str]
    user_agent: Mapped[str]
