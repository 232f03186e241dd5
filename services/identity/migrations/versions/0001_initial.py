"""Companies, branches, people, invitations, sessions, and the look-ups that begin without a principal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.chassis.migrate import create_chassis_tables, lookup, shared_table, tenant_table

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_chassis_tables()
    create_accounts()
    create_companies()
    create_staff()
    create_customers()
    create_contacts()
    create_invitations()
    create_sessions()
    protect_tables()
    create_lookups()


def create_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("password_hash", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("failures", sa.Float, nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False, index=True),
    )


def create_companies() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payment_account", sa.Text, nullable=False),
    )
    op.create_table(
        "branch",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("slug", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
    )
    listed_by_name("branch")


def create_staff() -> None:
    op.create_table(
        "staff_member",
        *invitee_columns(),
        sa.Column("phone", sa.Text),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.UniqueConstraint("company_id", "email"),
    )
    listed_by_name("staff_member")


def create_customers() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("home_branch_id", sa.Uuid, sa.ForeignKey("branch.id"), nullable=False),
        sa.Column("mailing_address", JSONB, nullable=False),
        sa.Column("primary_contact_id", sa.Uuid),
    )
    listed_by_name("customer")
    op.create_table(
        "property",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branch.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", JSONB, nullable=False),
        sa.Column("sales_rep_id", sa.Uuid, sa.ForeignKey("staff_member.id")),
        sa.Column("account_owner_id", sa.Uuid, sa.ForeignKey("staff_member.id")),
    )
    listed_by_name("property")


def create_contacts() -> None:
    op.create_table(
        "contact",
        *invitee_columns(),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("permissions", ARRAY(sa.Text), nullable=False),
        sa.UniqueConstraint("customer_id", "email"),
    )
    listed_by_name("contact")
    op.create_foreign_key(None, "customer", "contact", ["primary_contact_id"], ["id"])
    op.create_table(
        "property_role",
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
        sa.Column("property_id", sa.Uuid, sa.ForeignKey("property.id"), primary_key=True, index=True),
        company_id(),
        sa.Column("role", sa.Text, nullable=False),
    )


def create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("person_kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
    )
    op.create_table(
        "invitation_token",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        company_id(),
        sa.Column("invitation_id", sa.Uuid, sa.ForeignKey("invitation.id"), nullable=False, index=True),
        sa.Column("expires_at", MOMENT, nullable=False),
    )


def create_sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("person_kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False, index=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branch.id")),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ip", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
    )


def protect_tables() -> None:
    shared_table("account")
    shared_table("attempts", privileges="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("company", company="id")
    for name in ("branch", "staff_member", "customer", "property", "contact", "invitation", "invitation_token"):
        tenant_table(name)
    for name in ("property_role", "session"):
        tenant_table(name, privileges="SELECT, INSERT, UPDATE, DELETE")


def create_lookups() -> None:
    found = "TABLE (company_id uuid, id uuid)"
    lookup(
        "session_by_token(wanted bytea)",
        "TABLE (company_id uuid, id uuid, person_kind text)",
        "SELECT session.company_id, session.id, session.person_kind FROM session WHERE session.token_hash = wanted",
        reads=["session"],
    )
    lookup(
        "invitation_by_token(wanted bytea)",
        found,
        "SELECT invitation_token.company_id, invitation_token.invitation_id FROM invitation_token"
        " WHERE invitation_token.token_hash = wanted",
        reads=["invitation_token"],
    )
    lookup(
        "portal_by_slug(wanted text)",
        found,
        "SELECT branch.company_id, branch.id FROM branch WHERE branch.slug = wanted",
        reads=["branch"],
    )
    lookup(
        "staff_by_email(wanted text)",
        found,
        "SELECT staff_member.company_id, staff_member.id FROM staff_member"
        " WHERE staff_member.email = wanted AND staff_member.status IN ('invited', 'active')"
        " ORDER BY staff_member.status = 'active' DESC, staff_member.id LIMIT 1",
        reads=["staff_member"],
    )
    lookup(
        "contact_by_email(wanted text, portal uuid)",
        found,
        "SELECT contact.company_id, contact.id FROM contact"
        " JOIN customer ON customer.id = contact.customer_id"
        " JOIN branch ON branch.id = portal AND branch.company_id = contact.company_id"
        " WHERE contact.email = wanted AND contact.status IN ('invited', 'active')"
        " AND (customer.home_branch_id = branch.id OR EXISTS (SELECT FROM property_role"
        " JOIN property ON property.id = property_role.property_id"
        " WHERE property_role.contact_id = contact.id AND property.branch_id = branch.id))"
        " ORDER BY contact.status = 'active' DESC, contact.id LIMIT 1",
        reads=["contact", "customer", "branch", "property_role", "property"],
    )


def company_id() -> sa.Column:
    return sa.Column("company_id", sa.Uuid, sa.ForeignKey("company.id"), nullable=False)


def invitee_columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False, index=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id")),
    ]


def listed_by_name(table: str) -> None:
    op.create_index(None, table, ["company_id", "name", "id"])
