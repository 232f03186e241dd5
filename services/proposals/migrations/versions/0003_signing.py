"""One evidence for documents of every kind, their seals, and a log of each whose entries hold each other.

Portico has not been released: what the signature's columns are called changes here, and that once only.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.migrate import lookup, tenant_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("sealed_at", sa.DateTime(timezone=True)))
    widen_signature()
    create_foreign_document()
    create_pending_seal()
    create_seal()
    create_signing_event()
    seal_earlier_signatures()


def widen_signature() -> None:
    """Of a proposal or of any other document; the final PDF is found by its seal."""
    op.drop_constraint("signature_proposal_id_shown_sha256_key", "signature")
    op.drop_constraint("signature_proposal_id_fkey", "signature")
    op.alter_column("signature", "proposal_id", new_column_name="document_id")
    op.alter_column("signature", "proposal_version", new_column_name="document_version")
    op.alter_column("signature", "property_role", nullable=True)
    op.add_column("signature", sa.Column("kind", sa.Text(), nullable=False, server_default="proposal"))
    op.alter_column("signature", "kind", server_default=None)
    op.drop_column("signature", "signed_document")
    name_what_was_signed()
    columns = ["document_id", "document_version"]
    op.create_unique_constraint("signature_document_id_document_version_key", "signature", columns)


def name_what_was_signed() -> None:
    """As it was called when it was signed, for the document itself may change."""
    described = ("number", "title", "branch_id", "customer_id")
    for column in described:
        op.add_column("signature", sa.Column(column, sa.Uuid() if column.endswith("_id") else sa.Text()))
    op.add_column("signature", sa.Column("portal_name", sa.Text(), nullable=False, server_default=""))
    op.alter_column("signature", "portal_name", server_default=None)
    with _for_all_companies("signature", "proposal"):
        op.execute(
            "UPDATE signature s SET number = p.number, title = p.title, branch_id = p.branch_id,"
            " customer_id = p.customer_id FROM proposal p WHERE p.id = s.document_id"
        )
    for column in described:
        op.alter_column("signature", column, nullable=False)


def create_foreign_document() -> None:
    op.create_table(
        "foreign_document",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("signature_id", sa.Uuid()),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("signed_by", sa.Text()),
        sa.Column("sealed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    tenant_table("foreign_document")


def create_pending_seal() -> None:
    op.create_table(
        "pending_seal",
        sa.Column("signature_id", sa.Uuid(), sa.ForeignKey("signature.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index("pending_seal_due_at_idx", "pending_seal", ["due_at"])
    tenant_table("pending_seal", privileges="SELECT, INSERT, UPDATE, DELETE")
    lookup(
        "due_seals(most integer)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, signature_id FROM pending_seal WHERE due_at <= now() ORDER BY due_at LIMIT most",
        reads=["pending_seal"],
    )


def create_seal() -> None:
    op.create_table(
        "seal",
        sa.Column("signature_id", sa.Uuid(), sa.ForeignKey("signature.id"), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("sealed_by", sa.Text(), nullable=False),
        sa.Column("certificate_sha256", sa.Text(), nullable=False),
        sa.Column("timestamped_by", sa.Text()),
        sa.UniqueConstraint("sha256", name="seal_sha256_key"),
    )
    tenant_table("seal", privileges="SELECT, INSERT")
    lookup(
        "seal_by_sha256(digest text)",
        "TABLE (company_id uuid, id uuid)",
        "SELECT company_id, signature_id FROM seal WHERE sha256 = digest",
        reads=["seal"],
    )


def create_signing_event() -> None:
    op.create_table(
        "signing_event",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("details", JSONB(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.UniqueConstraint("document_id", "position", name="signing_event_document_id_position_key"),
    )
    # Evidence is only ever added to.
    tenant_table("signing_event", privileges="SELECT, INSERT")
    lookup(
        "signing_companies()", "SETOF uuid", "SELECT DISTINCT company_id FROM signing_event", reads=["signing_event"]
    )


def seal_earlier_signatures() -> None:
    """What was signed before there were seals gets one when the service starts."""
    with _for_all_companies("signature", "pending_seal"):
        op.execute(
            "INSERT INTO pending_seal (signature_id, company_id, due_at, attempts)"
            " SELECT id, company_id, now(), 0 FROM signature"
        )


@contextmanager
def _for_all_companies(*tables: str) -> Iterator[None]:
    """The policies are forced on the owner too, who works for no company here."""
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
