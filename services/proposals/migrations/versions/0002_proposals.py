"""Taxes, revisions, declining, reminders, change orders that name what they change, and quotes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import login_role, lookup, tenant_table

revision = "0002"
down_revision = "0001"

PORTAL_STATUS = (
    "CASE WHEN office_status = 'lost' THEN 'rejected'"
    " WHEN signed_at IS NOT NULL OR office_status IN ('approved', 'in_production', 'won') THEN 'accepted'"
    " WHEN declined_at IS NOT NULL THEN 'rejected'"
    " ELSE 'pending' END"
)


def upgrade() -> None:
    create_quote()
    extend_proposal()
    create_withdrawn_revision()
    op.add_column("offered_service", sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False))
    # A draft's services are replaced when it is edited.
    op.execute(f"GRANT DELETE ON offered_service TO {login_role()}")
    lookup(
        "due_notices(most integer)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, id FROM proposal WHERE notice_at <= now() ORDER BY notice_at LIMIT most",
        reads=["proposal"],
    )


def create_quote() -> None:
    op.create_table(
        "quote",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("customer", JSONB(), nullable=False),
        sa.Column("property", JSONB(), nullable=False),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price_estimate", sa.BigInteger()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("assigned_to", JSONB()),
        sa.Column("scheduled_on", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("finalized_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("company_id", "number", name="quote_company_id_number_key"),
        sa.CheckConstraint("status IN ('open', 'finalized')", name="quote_status_check"),
    )
    op.create_index("quote_company_id_created_at_id_idx", "quote", ["company_id", "created_at", "id"])
    for column in ("status", "customer_id"):
        columns = ["company_id", column, "created_at", "id"]
        op.create_index(f"quote_{'_'.join(columns)}_idx", "quote", columns)
    tenant_table("quote")


def extend_proposal() -> None:
    for column in (
        sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changes_proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id")),
        sa.Column("quote_id", sa.Uuid(), sa.ForeignKey("quote.id")),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
        sa.Column("declined_by", sa.Text()),
        sa.Column("decline_reason", sa.Text()),
        sa.Column("notice_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("proposal", column)
    op.drop_column("proposal", "portal_status")
    op.add_column(
        "proposal", sa.Column("portal_status", sa.Text(), sa.Computed(PORTAL_STATUS, persisted=True), nullable=False)
    )
    columns = ["company_id", "portal_status", "listed_at", "id"]
    op.create_index("proposal_company_id_portal_status_listed_at_id_idx", "proposal", columns)
    for column in ("changes_proposal_id", "quote_id"):
        op.create_index(
            f"proposal_{column}_idx", "proposal", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )
    op.create_index("proposal_notice_idx", "proposal", ["notice_at"], postgresql_where=sa.text("notice_at IS NOT NULL"))


def create_withdrawn_revision() -> None:
    op.create_table(
        "withdrawn_revision",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), sa.ForeignKey("signature.id")),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("signed_by", sa.Text()),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
        sa.Column("declined_by", sa.Text()),
        sa.Column("decline_reason", sa.Text()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("proposal_id", "revision", name="withdrawn_revision_proposal_id_revision_key"),
    )
    # History is only ever added to.
    tenant_table("withdrawn_revision", privileges="SELECT, INSERT")
