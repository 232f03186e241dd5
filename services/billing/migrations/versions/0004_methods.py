"""Payment methods: a default of each type, removal, mandates and micro-deposits of bank accounts."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup, tenant_table

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    allow_a_default_of_each_type()
    allow_removal()
    await_micro_deposits()
    create_mandates()


def allow_a_default_of_each_type() -> None:
    op.drop_index("payment_method_default_idx", "payment_method")
    default = sa.text("is_default")
    op.create_index(
        "payment_method_default_idx", "payment_method", ["customer_id", "type"], unique=True, postgresql_where=default
    )


def allow_removal() -> None:
    for column in ("removed_at", "detached_at"):
        op.add_column("payment_method", sa.Column(column, MOMENT))
    op.create_check_constraint("default", "payment_method", "removed_at IS NULL OR NOT is_default")
    op.drop_constraint("payment_method_customer_id_fingerprint_key", "payment_method")
    op.create_index(
        "payment_method_mark_idx",
        "payment_method",
        ["customer_id", "fingerprint"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    attached = sa.text("removed_at IS NOT NULL AND detached_at IS NULL")
    op.create_index("payment_method_detach_idx", "payment_method", ["removed_at"], postgresql_where=attached)
    lookup(
        "due_detachments(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT m.company_id, m.id FROM payment_method m WHERE m.removed_at IS NOT NULL AND m.detached_at IS NULL"
        " ORDER BY m.removed_at LIMIT most",
        reads=["payment_method"],
    )


def await_micro_deposits() -> None:
    op.add_column("payment_method", sa.Column("setup_id", sa.Uuid))
    op.add_column("payment_method", sa.Column("verification_url", sa.Text))
    for column in ("started_by_id", "branch_id"):
        op.add_column("setup", sa.Column(column, sa.Uuid))
    op.add_column("setup", sa.Column("mandate_text", sa.Text))
    for column in ("ip", "user_agent"):
        op.add_column("setup", sa.Column(column, sa.Text, nullable=False, server_default=""))


def create_mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("payment_method_id", sa.Uuid, sa.ForeignKey("payment_method.id"), nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("ip", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("company_id", "provider_id"),
    )
    op.create_index("mandate_method_idx", "mandate", ["payment_method_id"])
    tenant_table("mandate", privileges="SELECT, INSERT")
