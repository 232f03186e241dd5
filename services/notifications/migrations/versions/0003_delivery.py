"""Delivery: whom a mail is about, its copy as it was sent, suppressed addresses, and the SMTP server's pace."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import lookup, shared_table, tenant_table

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    widen_mail()
    create_indexes()
    create_lookups()
    create_copies()
    create_suppressions()
    create_pace()


def widen_mail() -> None:
    op.add_column("mail", sa.Column("addressee", sa.Text(), nullable=True))
    op.add_column("mail", sa.Column("customer_id", sa.Uuid(), nullable=True))
    op.add_column("mail", sa.Column("event_type", sa.Text(), nullable=True))
    op.add_column("mail", sa.Column("event", JSONB(), nullable=True))
    op.add_column("mail", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("mail", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("mail", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("mail", sa.Column("history", JSONB(), nullable=False, server_default="[]"))
    op.add_column("mail", sa.Column("again_of", sa.Uuid(), nullable=True))
    op.add_column("mail", sa.Column("ordered_by", sa.Text(), nullable=True))
    for column in ("priority", "failures", "history"):
        op.alter_column("mail", column, server_default=None)
    # The policy is forced on the owner too, who works for no company here.
    op.execute("ALTER TABLE mail NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE mail SET addressee = lower(recipient)")
    op.execute("UPDATE mail SET priority = 0 WHERE template IN ('login_code', 'password_reset', 'portals')")
    op.execute("ALTER TABLE mail FORCE ROW LEVEL SECURITY")
    op.alter_column("mail", "addressee", nullable=False)
    op.drop_constraint(op.f("mail_status_check"), "mail")
    op.create_check_constraint("status", "mail", "status IN ('queued', 'sending', 'sent', 'failed', 'withheld')")


def create_indexes() -> None:
    op.drop_constraint("mail_event_id_template_recipient_key", "mail")
    op.create_unique_constraint(None, "mail", ["event_id", "template", "addressee"])
    op.drop_index("mail_due_idx", "mail")
    due = sa.text("next_attempt_at IS NOT NULL")
    op.create_index("mail_due_idx", "mail", ["priority", "next_attempt_at"], postgresql_where=due)
    op.create_index("mail_list_idx", "mail", ["company_id", "created_at", "id"])
    unsent = sa.text("status <> 'sent'")
    op.create_index("mail_unsent_idx", "mail", ["company_id", "created_at", "id"], postgresql_where=unsent)
    op.create_index("mail_customer_idx", "mail", ["company_id", "customer_id", "created_at", "id"])
    op.create_index("mail_template_idx", "mail", ["company_id", "template", "created_at", "id"])
    op.create_index("mail_recipient_idx", "mail", ["company_id", sa.text("lower(recipient)"), "created_at", "id"])


def create_lookups() -> None:
    """Mails for which somebody waits at a door have a worklist of their own; `due_mails` is for replicas of before."""
    for name, which in (("due_ordinary_mails", "priority > 0"), ("due_urgent_mails", "priority = 0")):
        lookup(
            f"{name}(most integer)",
            "TABLE (company_id uuid, id uuid)",
            f"SELECT company_id, id FROM mail WHERE {which} AND next_attempt_at <= now()"
            " ORDER BY priority, next_attempt_at LIMIT most",
            reads=["mail"],
        )
    lookup(
        "waiting_mails()",
        "TABLE (waiting bigint, since timestamptz)",
        "SELECT count(*), min(created_at) FROM mail WHERE next_attempt_at IS NOT NULL",
        reads=["mail"],
    )


def create_copies() -> None:
    op.create_table(
        "mail_copy",
        sa.Column("mail_id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("headers", JSONB(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
    )
    tenant_table("mail_copy")


def create_suppressions() -> None:
    op.create_table(
        "suppression",
        sa.Column("company_id", sa.Uuid(), primary_key=True),
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.CheckConstraint("reason IN ('bounced', 'complained', 'staff')", name="reason"),
    )
    op.create_index("suppression_list_idx", "suppression", ["company_id", "since", "id"])
    tenant_table("suppression", privileges="SELECT, INSERT, UPDATE, DELETE")


def create_pace() -> None:
    op.create_table(
        "smtp_pace",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("away_until", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
    )
    op.execute("INSERT INTO smtp_pace VALUES ('smtp', now(), now(), 0)")
    shared_table("smtp_pace", privileges="SELECT, UPDATE")
