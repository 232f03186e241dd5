"""Roles and who holds them, permissions that count at some properties only, chosen properties, contacts' phones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.chassis.migrate import tenant_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("contact", sa.Column("phone", sa.Text, nullable=False, server_default=""))
    op.add_column("property_role", sa.Column("permissions", ARRAY(sa.Text)))
    create_roles()
    create_property_filters()


def create_roles() -> None:
    op.create_table(
        "role",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("permissions", ARRAY(sa.Text), nullable=False),
        sa.UniqueConstraint("company_id", "name"),
    )
    folded_name = sa.text('lower(name) COLLATE "C"')
    op.create_index("role_company_id_folded_name_idx", "role", ["company_id", folded_name, "id"])
    op.create_table(
        "contact_role",
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
        sa.Column("role_id", sa.Uuid, sa.ForeignKey("role.id"), primary_key=True, index=True),
        company_id(),
    )
    for name in ("role", "contact_role"):
        tenant_table(name, privileges="SELECT, INSERT, UPDATE, DELETE")


def create_property_filters() -> None:
    op.create_table(
        "property_filter",
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branch.id"), primary_key=True),
        company_id(),
        sa.Column("property_ids", ARRAY(sa.Uuid), nullable=False),
    )
    tenant_table("property_filter", privileges="SELECT, INSERT, UPDATE, DELETE")


def company_id() -> sa.Column:
    return sa.Column("company_id", sa.Uuid, sa.ForeignKey("company.id"), nullable=False)
