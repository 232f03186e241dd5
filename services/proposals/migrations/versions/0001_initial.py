"""Proposals, their services, signatures and numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import create_chassis_tables, tenant_table

revision = "0001"
down_revision = None

PORTAL_STATUS = (
    "CASE WHEN office_status = 'lost' THEN 'rejected'"
    " WHEN signed_at IS NOT NULL OR office_status IN ('approved', 'in_production', 'won') THEN 'accepted'"
    " ELSE 'pending' END"
)


def upgrade() -> None:
    create_chassis_tables()
    create_proposal()
    create_offered_service()
    create_signature()


def create_proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("customer", JSONB(), nullable=False),
        sa.Column("property", JSONB(), nullable=False),
        sa.Column("sales_rep", JSONB(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("office_status", sa.Text(), nullable=False),
        sa.Column("portal_status", sa.Text(), sa.Computed(PORTAL_STATUS, persisted=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column(
            "listed_at",
            sa.DateTime(timezone=True),
            sa.Computed("coalesce(delivered_at, created_at)", persisted=True),
            nullable=False,
        ),
        sa.Column("content", JSONB()),
        sa.Column("document", JSONB()),
        sa.Column("signature_id", sa.Uuid()),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("signed_by", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("company_id", "number", name="proposal_company_id_number_key"),
    )
    for column in ("portal_status", "customer_id", "property_id"):
        columns = ["company_id", column, "listed_at", "id"]
        op.create_index(f"proposal_{'_'.join(columns)}_idx", "proposal", columns)
    listed = ["company_id", "listed_at", "id"]
    op.create_index("proposal_company_id_listed_at_id_idx", "proposal", listed)
    op.create_index("proposal_signed_idx", "proposal", listed, postgresql_where=sa.text("signed_at IS NOT NULL"))
    tenant_table("proposal")


def create_offered_service() -> None:
    op.create_table(
        "offered_service",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.Column("lines", JSONB(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.UniqueConstraint("proposal_id", "position", name="offered_service_proposal_id_position_key"),
    )
    tenant_table("offered_service")


def create_signature() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id"), nullable=False),
        sa.Column("proposal_version", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("property_role", sa.Text(), nullable=False),
        sa.Column("authentication", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.Column("mark_kind", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("chosen", JSONB(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("shown_sha256", sa.Text(), nullable=False),
        sa.Column("shown_document", JSONB(), nullable=False),
        sa.Column("signed_document", JSONB(), nullable=False),
        sa.UniqueConstraint("proposal_id", "shown_sha256", name="signature_proposal_id_shown_sha256_key"),
    )
    # Evidence is only ever added to.
    tenant_table("signature", privileges="SELECT, INSERT")
