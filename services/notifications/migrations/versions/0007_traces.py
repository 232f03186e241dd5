"""What a mail was made in, so that its delivery belongs to the same trace."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """The look-ups before, `due_ordinary_mails` and `due_urgent_mails`, stay for replicas of before."""
    op.add_column("mail", sa.Column("traceparent", sa.Text()))
    for name, which in (("ordinary_mails_due", "priority > 0"), ("urgent_mails_due", "priority = 0")):
        lookup(
            f"{name}(most integer)",
            "TABLE (company_id uuid, id uuid, traceparent text)",
            f"SELECT company_id, id, traceparent FROM mail WHERE {which} AND next_attempt_at <= now()"
            " ORDER BY priority, next_attempt_at LIMIT most",
            reads=["mail"],
        )
