"""Indexes for the office: invoices by status, customer and property, the provider's events, and policies by number."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BY_STATUS = (
    ("due", "shared_at IS NOT NULL AND balance > 0"),
    ("draft", "shared_at IS NULL AND voided_at IS NULL"),
    ("void", "voided_at IS NOT NULL"),
)


def upgrade() -> None:
    op.create_index("invoice_customer_all_idx", "invoice", ["customer_id", "due_on", "id"])
    op.create_index("invoice_property_idx", "invoice", ["property_id", "due_on", "id"])
    for name, condition in BY_STATUS:
        where = sa.text(condition)
        columns = ["company_id", "due_on", "id"]
        op.create_index(f"invoice_company_{name}_idx", "invoice", columns, postgresql_where=where)
    op.create_index("provider_event_company_idx", "provider_event", ["company_id", "received_at", "id"])
    op.create_index("program_policy_company_key_idx", "program_policy", ["company_id", "number_key"])
