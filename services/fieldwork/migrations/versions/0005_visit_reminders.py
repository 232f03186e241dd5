"""When customers are told of tomorrow's visits."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("visit", sa.Column("remind_at", sa.DateTime(timezone=True)))
    waiting = sa.text("remind_at IS NOT NULL")
    op.create_index("visit_reminder_idx", "visit", ["remind_at"], postgresql_where=waiting)
    op.execute("ALTER TABLE visit NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE visit SET remind_at = (date - 1 + time '15:00') AT TIME ZONE time_zone"
        " WHERE status = 'scheduled' AND (date - 1 + time '15:00') AT TIME ZONE time_zone > now()"
    )
    op.execute("ALTER TABLE visit FORCE ROW LEVEL SECURITY")
    lookup(
        "due_visit_reminders(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT v.company_id, v.id FROM visit v WHERE v.remind_at <= now() ORDER BY v.remind_at LIMIT most",
        reads=["visit"],
    )
