"""Payment methods: a default of each type, and removal."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    allow_a_default_of_each_type()
    allow_removal()


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
