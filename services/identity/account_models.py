"""Tables of what is mailed to people who are not signed in: requests for it, one-time codes, password resets."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.messages import new_id

RequestKind = Literal["login_code", "password_reset", "portals"]


class MailRequest(Base):
    """Somebody asked for a mail; the row is deleted as soon as it was looked whether anybody is to get it."""

    __tablename__ = "mail_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[RequestKind] = mapped_column(Text)
    email: Mapped[str]
    door: Mapped[str]
    """The portal's slug, or `office`; empty where all portals are asked for."""
    created_at: Mapped[datetime] = mapped_column(index=True)


class FamiliarNetwork(Base):
    """A client network from which an account was signed in to, and when last."""

    __tablename__ = "familiar_network"

    email_hash: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class KnownBrowser(Base):
    """A browser by which a person has signed in, and when first."""

    __tablename__ = "known_browser"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    browser: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    first_seen_at: Mapped[datetime]


class Granted:
    """A single use that was granted to whoever reads the mail of an address, while the account stays in its epoch."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    email: Mapped[str]
    account_epoch: Mapped[int]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    def is_open(self, email: str, account_epoch: int) -> bool:
        """Whether it is unused, the person's address is still this one, and nobody was signed out everywhere since."""
        return self.closed_at is None and (self.email, self.account_epoch) == (email, account_epoch)


class LoginCode(Granted, Base):
    """One sign-in of a contact at one portal, by code or link; `closed_at` is when one of the contact's was used."""

    __tablename__ = "login_code"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branch.id"))


class LoginSecret(Base):
    """One mailed code and the link beside it."""

    __tablename__ = "login_secret"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    login_code_id: Mapped[UUID] = mapped_column(ForeignKey("login_code.id"), index=True)
    expires_at: Mapped[datetime]


class PasswordReset(Granted, Base):
    """One setting of a person's password; `branch_id` is None at the office."""

    __tablename__ = "password_reset"

    person_kind: Mapped[Literal["contact", "staff"]] = mapped_column(Text)
    person_id: Mapped[UUID] = mapped_column(index=True)
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branch.id"))


class PasswordResetToken(Base):
    """One mailed link of a reset."""

    __tablename__ = "password_reset_token"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    password_reset_id: Mapped[UUID] = mapped_column(ForeignKey("password_reset.id"), index=True)
    expires_at: Mapped[datetime]
