"""Wishes: what each person wants, by kind of mail, and when a staff member's next digest is due."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup, tenant_table

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    # The policy is forced on the owner too, who works for no company here.
    op.execute("ALTER TABLE preferences NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO wish (person_id, kind, company_id, wanted, changed_at)"
        " SELECT person_id, 'electronic_receipts', company_id, electronic_receipts, now() FROM preferences"
    )
    op.execute("ALTER TABLE preferences FORCE ROW LEVEL SECURITY")
    op.drop_column("preferences", "electronic_receipts")
    tenant_table("wish")
    create_digests()


def create_digests() -> None:
    op.add_column("preferences", sa.Column("digest", sa.Text(), nullable=False, server_default="immediately"))
    op.add_column("preferences", sa.Column("next_digest_at", MOMENT))
    op.add_column("preferences", sa.Column("digested_at", MOMENT))
    op.create_check_constraint("digest", "preferences", "digest IN ('immediately', 'daily', 'off')")
    is_daily = "(digest = 'daily') = (next_digest_at IS NOT NULL)"
    op.create_check_constraint("next_digest", "preferences", is_daily)
    waiting = sa.text("next_digest_at IS NOT NULL")
    op.create_index("preferences_digest_idx", "preferences", ["next_digest_at"], postgresql_where=waiting)
    lookup(
        "due_digests(most int)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT p.company_id, p.person_id FROM preferences p WHERE p.next_digest_at <= now()"
        " ORDER BY p.next_digest_at LIMIT most",
        reads=["preferences"],
    )
