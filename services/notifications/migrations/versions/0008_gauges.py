"""What gauges are read from: failed events, mails that wait or were given up, webhooks that wait."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import index_failed_events, lookup

revision = "0008"
down_revision = "0007"

STANDING = "TABLE (state text, many bigint, since timestamptz)"


def upgrade() -> None:
    """`waiting_mails`, the look-up before, stays for replicas of before."""
    index_failed_events()
    op.create_index("mail_failed_idx", "mail", ["created_at"], postgresql_where=sa.text("status = 'failed'"))
    # A mail is tried for a day, so those of two days are what was given up on lately.
    lookup(
        "standing_mails()",
        STANDING,
        "SELECT 'waiting', count(*), min(created_at) FROM mail WHERE next_attempt_at IS NOT NULL UNION ALL"
        " SELECT 'due', count(*), min(next_attempt_at) FROM mail WHERE next_attempt_at <= now() UNION ALL"
        " SELECT 'failed', count(*), min(created_at) FROM mail"
        " WHERE status = 'failed' AND created_at > now() - interval '2 days'",
        reads=["mail"],
    )
    lookup(
        "waiting_webhooks()",
        STANDING,
        "SELECT 'waiting', count(*), min(created_at) FROM webhook_delivery WHERE next_attempt_at IS NOT NULL",
        reads=["webhook_delivery"],
    )
    lookup(
        "failing_endpoints()",
        STANDING,
        "SELECT 'failing', count(*), min(failing_since) FROM webhook_endpoint"
        " WHERE enabled AND deleted_at IS NULL AND failing_since IS NOT NULL",
        reads=["webhook_endpoint"],
    )
