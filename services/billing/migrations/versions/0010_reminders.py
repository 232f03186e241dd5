"""When somebody is reminded of an invoice next, and of a card that ends."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("invoice", "payment_method"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.add_column(table, sa.Column("next_reminder_at", MOMENT))
        waiting = sa.text("next_reminder_at IS NOT NULL")
        op.create_index(f"{table}_reminder_idx", table, ["next_reminder_at"], postgresql_where=waiting)
        lookup(
            f"due_{table}_reminders(most int)",
            "TABLE (company_id uuid, id uuid)",
            f"SELECT t.company_id, t.id FROM {table} t WHERE t.next_reminder_at <= now()"
            " ORDER BY t.next_reminder_at LIMIT most",
            reads=[table],
        )
    remind_of_what_is_owed()
    look_at_cards()
    for table in ("invoice", "payment_method"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def remind_of_what_is_owed() -> None:
    """The first occasion to come of each open invoice; nobody is reminded of what has passed."""
    op.execute(
        "UPDATE invoice SET next_reminder_at = (SELECT min(at) FROM unnest(ARRAY[-3, 1, 7]) days,"
        " LATERAL (SELECT (due_on + days + time '09:00') AT TIME ZONE time_zone) moment (at) WHERE at > now())"
        " WHERE shared_at IS NOT NULL AND voided_at IS NULL AND balance > 0 AND kind <> 'payoff'"
    )


def look_at_cards() -> None:
    """As the month before their last begins, or now."""
    op.execute(
        "UPDATE payment_method SET next_reminder_at ="
        " greatest(now(), date_trunc('month', expires_on::timestamp) AT TIME ZONE 'UTC' - interval '1 month 1 day')"
        " WHERE removed_at IS NULL AND expires_on >= current_date"
    )
