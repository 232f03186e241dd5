"""Visits, their notes, and the secret addresses of calendars."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.migrate import lookup, tenant_table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("property", JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("window_starts", sa.Time(), nullable=True),
        sa.Column("window_ends", sa.Time(), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("services", ARRAY(sa.Text()), nullable=False),
        sa.Column("service_contact", JSONB(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('scheduled', 'completed', 'cancelled')", name="status"),
        sa.CheckConstraint("(window_starts IS NULL) = (window_ends IS NULL)", name="window"),
    )
    op.create_index("visit_latest_idx", "visit", ["company_id", "begins_at", "id"])
    op.create_index("visit_status_idx", "visit", ["company_id", "status", "begins_at", "id"])
    op.create_index("visit_customer_idx", "visit", ["company_id", "customer_id", "status", "begins_at", "id"])
    op.create_index("visit_customer_latest_idx", "visit", ["company_id", "customer_id", "begins_at", "id"])
    op.create_index("visit_property_idx", "visit", ["company_id", "property_id", "status", "begins_at", "id"])
    op.create_index("visit_job_idx", "visit", ["company_id", "job_id", "begins_at", "id"])
    tenant_table("visit")
    _create_notes_and_addresses()


def _create_notes_and_addresses() -> None:
    op.create_table(
        "visit_note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shown_in_portal", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
    )
    op.create_index("visit_note_visit_idx", "visit_note", ["company_id", "visit_id", "created_at", "id"])
    tenant_table("visit_note")
    op.create_table(
        "calendar_address",
        sa.Column("contact_id", sa.Uuid(), primary_key=True),
        sa.Column("branch_id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("token_hash"),
    )
    tenant_table("calendar_address", privileges="SELECT, INSERT, UPDATE, DELETE")
    lookup(
        "calendar_by_token(hash bytea)",
        "TABLE (company_id uuid, contact_id uuid, branch_id uuid)",
        "SELECT company_id, contact_id, branch_id FROM calendar_address WHERE token_hash = hash",
        reads=["calendar_address"],
    )
