"""Mailed codes, links and password resets, ending an account's sessions everywhere, and when people last signed in."""

import sqlalchemy as sa
from alembic import op

from services.chassis.migrate import lookup, shared_table, tenant_table

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
FOUND = "TABLE (company_id uuid, id uuid)"


def upgrade() -> None:
    op.add_column("account", sa.Column("epoch", sa.Integer, nullable=False, server_default="0"))
    op.add_column("session", sa.Column("account_epoch", sa.Integer, nullable=False, server_default="0"))
    for table in ("contact", "staff_member"):
        op.add_column(table, sa.Column("last_sign_in_at", MOMENT))
        op.create_index(None, table, ["account_id"])
    create_mail_requests()
    create_login_codes()
    create_password_resets()
    create_lookups()


def create_mail_requests() -> None:
    op.create_table(
        "mail_request",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "familiar_network",
        sa.Column("email_hash", sa.Text, primary_key=True),
        sa.Column("network", sa.Text, primary_key=True),
        sa.Column("seen_at", MOMENT, nullable=False, index=True),
    )
    for table in ("mail_request", "familiar_network"):
        shared_table(table, privileges="SELECT, INSERT, UPDATE, DELETE")


def create_login_codes() -> None:
    op.create_table(
        "login_code",
        *granted_columns(),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), nullable=False, index=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branch.id"), nullable=False),
    )
    op.create_table(
        "login_secret",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("code_hash", sa.LargeBinary, nullable=False, index=True),
        company_id(),
        sa.Column("login_code_id", sa.Uuid, sa.ForeignKey("login_code.id"), nullable=False, index=True),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    for table in ("login_code", "login_secret"):
        tenant_table(table)


def create_password_resets() -> None:
    op.create_table(
        "password_reset",
        *granted_columns(),
        sa.Column("person_kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False, index=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branch.id")),
    )
    op.create_table(
        "password_reset_token",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        company_id(),
        sa.Column("password_reset_id", sa.Uuid, sa.ForeignKey("password_reset.id"), nullable=False, index=True),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    for table in ("password_reset", "password_reset_token"):
        tenant_table(table)


def granted_columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid, primary_key=True),
        company_id(),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("account_epoch", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
    ]


def create_lookups() -> None:
    lookup(
        "due_mail_requests(most integer)",
        FOUND,
        "SELECT NULL::uuid, mail_request.id FROM mail_request"
        " WHERE mail_request.created_at > now() - interval '15 minutes'"
        " ORDER BY mail_request.created_at LIMIT most",
        reads=["mail_request"],
    )
    lookup(
        "login_by_code(wanted bytea)",
        FOUND,
        "SELECT login_secret.company_id, login_secret.login_code_id FROM login_secret"
        " WHERE login_secret.code_hash = wanted ORDER BY login_secret.expires_at DESC LIMIT 1",
        reads=["login_secret"],
    )
    lookup(
        "login_by_token(wanted bytea)",
        FOUND,
        "SELECT login_secret.company_id, login_secret.login_code_id FROM login_secret"
        " WHERE login_secret.token_hash = wanted",
        reads=["login_secret"],
    )
    lookup(
        "password_reset_by_token(wanted bytea)",
        FOUND,
        "SELECT password_reset_token.company_id, password_reset_token.password_reset_id FROM password_reset_token"
        " WHERE password_reset_token.token_hash = wanted",
        reads=["password_reset_token"],
    )
    create_lookups_of_people()


def create_lookups_of_people() -> None:
    lookup(
        "mailed_contact(wanted text, portal uuid)",
        FOUND,
        "SELECT contact.company_id, contact.id FROM contact"
        " JOIN customer ON customer.id = contact.customer_id"
        " JOIN branch ON branch.id = portal AND branch.company_id = contact.company_id"
        f" WHERE contact.email = wanted AND contact.status <> 'disabled' AND {ENTERS}"
        " ORDER BY contact.status = 'active' DESC, contact.status = 'invited' DESC, contact.id LIMIT 1",
        reads=["contact", "customer", "branch", "property_role", "property"],
    )
    lookup(
        "mailed_contacts(wanted text)",
        FOUND,
        "SELECT DISTINCT ON (contact.company_id) contact.company_id, contact.id FROM contact"
        " WHERE contact.email = wanted AND contact.status <> 'disabled'"
        " ORDER BY contact.company_id, contact.status = 'active' DESC, contact.id",
        reads=["contact"],
    )
    lookup(
        "people_of_account(wanted uuid)",
        FOUND,
        "SELECT contact.company_id, contact.id FROM contact WHERE contact.account_id = wanted"
        " UNION ALL"
        " SELECT staff_member.company_id, staff_member.id FROM staff_member WHERE staff_member.account_id = wanted",
        reads=["contact", "staff_member"],
    )
    # A portal's address and name are what anybody may know of it, so they may leave their company.
    lookup(
        "portals_of_email(wanted text)",
        "TABLE (slug text, name text)",
        "SELECT DISTINCT branch.slug, branch.name FROM contact"
        " JOIN customer ON customer.id = contact.customer_id"
        " JOIN branch ON branch.company_id = contact.company_id"
        f" WHERE contact.email = wanted AND contact.status IN ('invited', 'active') AND {ENTERS}"
        " ORDER BY branch.name, branch.slug",
        reads=["contact", "customer", "branch", "property_role", "property"],
    )


ENTERS = (
    "(customer.home_branch_id = branch.id OR EXISTS (SELECT FROM property_role"
    " JOIN property ON property.id = property_role.property_id"
    " WHERE property_role.contact_id = contact.id AND property.branch_id = branch.id))"
)
"""Of a contact, with its customer, and a branch: whether it is one that they may enter."""


def company_id() -> sa.Column:
    return sa.Column("company_id", sa.Uuid, sa.ForeignKey("company.id"), nullable=False)
