"""Attachments, jobs and equipment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import lookup, tenant_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_attachments()
    _create_jobs()
    _create_beside_jobs()
    _create_equipment()


def _create_attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("file", JSONB(), nullable=False),
        sa.Column("thumbnail", JSONB()),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_kind", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('arriving', 'ready', 'removed')", name="status"),
        sa.CheckConstraint("(status = 'ready') = (due_at IS NULL)", name="due_at"),
    )
    op.create_index("attachment_owner_idx", "attachment", ["company_id", "owner_kind", "owner_id", "created_at", "id"])
    op.create_index("attachment_file_idx", "attachment", ["company_id", sa.text("(file ->> 'key')")])
    op.create_index("attachment_due_idx", "attachment", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    tenant_table("attachment", privileges="SELECT, INSERT, UPDATE, DELETE")
    lookup(
        "due_attachments(most integer)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, id FROM attachment WHERE due_at <= now() ORDER BY due_at LIMIT most",
        reads=["attachment"],
    )


def _create_jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer", JSONB(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("property", JSONB(), nullable=False),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("request_id", sa.Uuid()),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("preferred_date", sa.Date()),
        sa.Column("date_booked", sa.Date()),
        sa.Column("time_logged", sa.Integer(), nullable=False),
        sa.Column("work_undertaken", sa.Text(), nullable=False),
        sa.Column("assigned_to", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('requested', 'booked', 'in_progress', 'completed', 'cancelled')", name="status"),
        sa.CheckConstraint("status <> 'booked' OR date_booked IS NOT NULL", name="date_booked"),
        sa.CheckConstraint("time_logged >= 0", name="time_logged"),
        sa.UniqueConstraint("company_id", "number"),
        sa.UniqueConstraint("company_id", "request_id"),
    )
    op.create_index("job_newest_idx", "job", ["company_id", "created_at", "id"])
    for column in ("status", "property_id", "customer_id", "contact_id"):
        op.create_index(
            f"job_{column.removesuffix('_id')}_newest_idx", "job", ["company_id", column, "created_at", "id"]
        )
    op.create_index("job_customer_status_idx", "job", ["company_id", "customer_id", "status", "created_at", "id"])
    tenant_table("job")


def _create_beside_jobs() -> None:
    op.create_table(
        "job_entry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("date_booked", sa.Date()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("job_entry_job_idx", "job_entry", ["company_id", "job_id", "at", "id"])
    tenant_table("job_entry", privileges="SELECT, INSERT")
    op.create_table(
        "job_time",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("minutes > 0", name="minutes"),
    )
    op.create_index("job_time_job_idx", "job_time", ["company_id", "job_id", "worked_on", "id"])
    tenant_table("job_time", privileges="SELECT, INSERT, DELETE")


def _create_equipment() -> None:
    words = ("make", "model", "serial_number", "location")
    dates = ("installed_on", "warranty_until", "last_serviced_on", "service_due_on")
    op.create_table(
        "equipment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer", JSONB(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("property", JSONB(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        *(sa.Column(name, sa.Date()) for name in dates),
        sa.Column("label", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("label"),
    )
    op.create_index("equipment_newest_idx", "equipment", ["company_id", "created_at", "id"])
    for column in ("property_id", "customer_id", "serial_number"):
        name = f"equipment_{column.removesuffix('_id')}_newest_idx"
        op.create_index(name, "equipment", ["company_id", column, "created_at", "id"])
    op.create_index("equipment_due_idx", "equipment", ["company_id", "service_due_on", "id"])
    op.create_index("equipment_customer_due_idx", "equipment", ["company_id", "customer_id", "service_due_on", "id"])
    tenant_table("equipment")
    op.create_table(
        "job_equipment",
        sa.Column("job_id", sa.Uuid(), primary_key=True),
        sa.Column("equipment_id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("job_created_at", sa.DateTime(timezone=True), nullable=False),
    )
    equipment_newest = ["company_id", "equipment_id", "job_created_at", "job_id"]
    op.create_index("job_equipment_equipment_idx", "job_equipment", equipment_newest)
    tenant_table("job_equipment", privileges="SELECT, INSERT, DELETE")
