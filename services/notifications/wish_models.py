"""What people want: each kind of optional mail by itself, the language of all, and for staff how often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.notifications.preferences import DigestChoice, Kind
from services.contracts.principals import Language


class Wish(Base):
    """Whether a person wants one kind of mail; where there is no row, it is as it is at first."""

    __tablename__ = "wish"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Text, primary_key=True)
    company_id: Mapped[UUID]
    wanted: Mapped[bool]
    changed_at: Mapped[datetime]


class Preferences(Base):
    """How a person is mailed at all; whoever has no row has the defaults."""

    __tablename__ = "preferences"
    __table_args__ = (
        CheckConstraint("language IN ('en', 'es')", name="language"),
        CheckConstraint("digest IN ('immediately', 'daily', 'off')", name="digest"),
        CheckConstraint("(digest = 'daily') = (next_digest_at IS NOT NULL)", name="next_digest"),
        Index("preferences_digest_idx", "next_digest_at", postgresql_where=text("next_digest_at IS NOT NULL")),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    language: Mapped[Language | None] = mapped_column(Text)
    """None where they have chosen none: then it is the branch's."""
    digest: Mapped[DigestChoice] = mapped_column(Text, server_default="immediately")
    next_digest_at: Mapped[datetime | None]
    digested_at: Mapped[datetime | None]
    """Until when activities were told of in digests."""
