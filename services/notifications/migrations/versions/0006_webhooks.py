"""Webhooks: endpoints, their secrets, what they are told, and each attempt to tell it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.chassis.migrate import lookup, tenant_table

revision = "0006"
down_revision = "0005"

REMOVABLE = "SELECT, INSERT, UPDATE, DELETE"
DUE = """
    SELECT e.company_id, e.id FROM webhook_endpoint e
    WHERE e.enabled AND e.deleted_at IS NULL AND {state}
      AND (e.leased_until IS NULL OR e.leased_until <= now())
      AND EXISTS (
        SELECT FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.next_attempt_at <= now()
      )
    ORDER BY e.attempted_at NULLS FIRST LIMIT most
"""
STALE = """
    SELECT e.company_id, e.id FROM webhook_endpoint e
    WHERE e.deleted_at IS NOT NULL OR EXISTS (
        SELECT FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.created_at < now() - interval '30 days'
      )
    LIMIT most
"""


def upgrade() -> None:
    _endpoints()
    _deliveries()
    lookup(
        "due_webhooks(most integer)",
        "TABLE (company_id uuid, id uuid)",
        DUE.format(state="e.failures = 0"),
        reads=["webhook_endpoint", "webhook_delivery"],
    )
    lookup(
        "due_webhook_retries(most integer)",
        "TABLE (company_id uuid, id uuid)",
        DUE.format(state="e.failures > 0 AND (e.rests_until IS NULL OR e.rests_until <= now())"),
        reads=["webhook_endpoint", "webhook_delivery"],
    )
    lookup(
        "stale_webhooks(most integer)",
        "TABLE (company_id uuid, id uuid)",
        STALE,
        reads=["webhook_endpoint", "webhook_delivery"],
    )


def _endpoints() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("event_types", ARRAY(sa.Text()), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "webhook_endpoint_company_id_created_at_id_idx", "webhook_endpoint", ["company_id", "created_at", "id"]
    )
    tenant_table("webhook_endpoint", privileges=REMOVABLE)
    op.create_table(
        "webhook_secret",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        _parent("endpoint_id", "webhook_endpoint"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("webhook_secret_endpoint_id_idx", "webhook_secret", ["endpoint_id"])
    tenant_table("webhook_secret", privileges=REMOVABLE)


def _deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        _parent("endpoint_id", "webhook_endpoint"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'delivered', 'failed')", name="status"),
        sa.UniqueConstraint("endpoint_id", "event_id"),
    )
    op.create_index(
        "webhook_delivery_endpoint_id_created_at_id_idx", "webhook_delivery", ["endpoint_id", "created_at", "id"]
    )
    op.create_index(
        "webhook_delivery_due_idx",
        "webhook_delivery",
        ["endpoint_id", "id", "next_attempt_at"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    tenant_table("webhook_delivery", privileges=REMOVABLE)
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        _parent("delivery_id", "webhook_delivery"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("response_excerpt", sa.Text(), nullable=False),
    )
    op.create_index("webhook_attempt_delivery_id_at_idx", "webhook_attempt", ["delivery_id", "at"])
    tenant_table("webhook_attempt", privileges=REMOVABLE)


def _parent(name: str, table: str) -> "sa.Column[object]":
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Uuid(), key, nullable=False)
