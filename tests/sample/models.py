"""The sample service's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class Note(Base):
    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    text: Mapped[str]
    status: Mapped[str]


class Tally(Base):
    """One row for each time that a handler or a timer took effect."""

    __tablename__ = "tally"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    company_id: Mapped[UUID]
    what: Mapped[str]
    replica: Mapped[int]
    at: Mapped[datetime]


class Turn(Base):
    """One row for each turn of the timer, over all replicas."""

    __tablename__ = "turn"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    replica: Mapped[int]
    at: Mapped[datetime]
