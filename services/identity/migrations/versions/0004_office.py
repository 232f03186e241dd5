"""What the office has to itself: the audit trail, second factors, API keys, and sessions that only look."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.migrate import lookup, tenant_table

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_audit()
    create_second_factors()
    create_api_keys()
    op.add_column("session", sa.Column("viewer_id", sa.Uuid, sa.ForeignKey("staff_member.id"), index=True))


def create_audit() -> None:
    """Append-only: the service may add events and read them, and nothing else."""
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject_type", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("subject_name", sa.Text, nullable=False),
        sa.Column("ip", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("before", JSONB),
        sa.Column("after", JSONB),
    )
    for filtered in ((), ("topic",), ("actor_id",), ("subject_id",)):
        op.create_index(None, "audit_event", ["company_id", *filtered, "at", "id"])
    tenant_table("audit_event", privileges="SELECT, INSERT")


def create_second_factors() -> None:
    op.add_column("company", sa.Column("totp_required", sa.Boolean, nullable=False, server_default="false"))
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_member.id"), primary_key=True),
        company_id(),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_code",
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("code_hash", sa.LargeBinary, primary_key=True),
        company_id(),
    )
    for name in ("second_factor", "recovery_code"):
        tenant_table(name, privileges="SELECT, INSERT, UPDATE, DELETE")


def create_api_keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("scopes", ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
    )
    op.create_index(None, "api_key", ["company_id", "created_at", "id"])
    tenant_table("api_key")
    lookup(
        "api_key_by_hash(wanted bytea)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT api_key.company_id, api_key.id FROM api_key WHERE api_key.key_hash = wanted",
        reads=["api_key"],
    )


def company_id() -> sa.Column:
    return sa.Column("company_id", sa.Uuid, sa.ForeignKey("company.id"), nullable=False)
