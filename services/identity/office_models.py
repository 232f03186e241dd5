"""Tables that the office has to itself: who did what, staff's second factors, and API keys."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.errors import conflict
from services.contracts.messages import new_id
from services.contracts.principals import Scope

ActorKind = Literal["contact", "staff", "integration", "system", "operator", "nobody"]


class AuditEvent(Base):
    """Who did what to whom, when, and from where; rows are added and never changed."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "company_id", "at", "id"),
        Index(None, "company_id", "topic", "at", "id"),
        Index(None, "company_id", "actor_id", "at", "id"),
        Index(None, "company_id", "subject_id", "at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    topic: Mapped[str]
    """The action's part before the dot, which lists are filtered by."""
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID | None]
    subject_name: Mapped[str]
    ip: Mapped[str]
    user_agent: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class SecondFactor(Base):
    """A staff member's authenticator app; it counts once a code of it was given."""

    __tablename__ = "second_factor"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    sealed_secret: Mapped[bytes]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The time step of the last code that was good: no code of it or an earlier one is good again."""

    def confirm(self, step: int, now: datetime) -> None:
        """Sets it up with its first code."""
        if self.confirmed_at is not None:
            raise conflict("Your second factor is set up already.", reason="totp_set")
        self.confirmed_at, self.last_step = now, step


class RecoveryCode(Base):
    """A code that opens the office once in place of the app's; it is deleted when it is used."""

    __tablename__ = "recovery_code"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))


class ApiKey(Base):
    """How another system of the company signs in; it belongs to the company, whoever made it."""

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "company_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[Scope]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def is_good(self, now: datetime) -> bool:
        """Whether it still signs in."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def revoke(self, now: datetime) -> None:
        """Ends it for good; a second time changes nothing."""
        self.revoked_at = self.revoked_at or now
