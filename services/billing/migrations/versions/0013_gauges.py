"""What gauges are read from: open payments and refunds, today's autopay, how the ledgers' last proof ended."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import index_failed_events, lookup, shared_table

revision = "0013"
down_revision = "0012"

STANDING = "TABLE (state text, many bigint, since timestamptz)"
OPEN = "status IN ('created', 'requires_action', 'processing', 'unknown')"


def upgrade() -> None:
    index_failed_events()
    op.create_index("payment_open_idx", "payment", ["status", "created_at"], postgresql_where=sa.text(OPEN))
    op.create_index("autopay_run_started_idx", "autopay_run", ["started_at"])
    create_proofs()
    create_lookups()


def create_proofs() -> None:
    op.create_table(
        "ledger_proof",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unbalanced", sa.Integer, nullable=False),
    )
    shared_table("ledger_proof")


def create_lookups() -> None:
    lookup(
        "open_payments()",
        STANDING,
        f"SELECT status, count(*), min(created_at) FROM payment WHERE {OPEN} GROUP BY status",
        reads=["payment"],
    )
    lookup(
        "open_refunds()",
        STANDING,
        "SELECT status, count(*), min(created_at) FROM refund WHERE next_check_at IS NOT NULL GROUP BY status",
        reads=["refund"],
    )
    lookup(
        "todays_autopay()",
        STANDING,
        "SELECT a.state, count(*), min(r.started_at) FROM autopay_run r JOIN autopay_attempt a ON a.run_id = r.id"
        " WHERE r.started_at > now() - interval '24 hours' GROUP BY a.state",
        reads=["autopay_run", "autopay_attempt"],
    )
    lookup(
        "unbalanced_ledgers()",
        "TABLE (company_id uuid, currency text)",
        "SELECT company_id, currency FROM posting GROUP BY company_id, currency HAVING sum(amount) <> 0",
        reads=["posting"],
    )
