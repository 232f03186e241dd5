"""Tables of who may do what: reusable roles, who holds them, and the properties that somebody looks at."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.messages import new_id
from services.contracts.principals import Permission
from services.identity.names import Named


class Role(Named, Base):
    """A set of permissions with a name, for contacts to hold."""

    __tablename__ = "role"
    __table_args__ = (
        UniqueConstraint("company_id", "name"),
        Index(None, "company_id", "folded_name", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    permissions: Mapped[list[Permission]] = mapped_column(ARRAY(Text))


class ContactRole(Base):
    """A role that a contact holds."""

    __tablename__ = "contact_role"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id"), primary_key=True, index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))


class PropertyFilterRow(Base):
    """The properties that a contact chose to look at in a branch's portal; no row is all of them."""

    __tablename__ = "property_filter"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branch.id"), primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    property_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
