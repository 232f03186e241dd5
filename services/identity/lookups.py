"""The ways past row-level security, for what starts without a principal; each answers ids and the company."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


class Found(NamedTuple):
    """A row that some company has."""

    company_id: UUID
    id: UUID


class FoundSession(NamedTuple):
    """A session, and whether it is a `contact`'s or a `staff` member's."""

    company_id: UUID
    id: UUID
    person_kind: str


_SESSION = text("SELECT company_id, id, person_kind FROM lookups.session_by_token(:token_hash)")
_INVITATION = text("SELECT company_id, id FROM lookups.invitation_by_token(:token_hash)")
_PORTAL = text("SELECT company_id, id FROM lookups.portal_by_slug(:slug)")
_CONTACT = text("SELECT company_id, id FROM lookups.contact_by_email(:email, :branch_id)")
_STAFF = text("SELECT company_id, id FROM lookups.staff_by_email(:email)")


def session_by_token(session: Session, token_hash: bytes) -> FoundSession | None:
    """The session of this token, expired or not."""
    row = session.execute(_SESSION, {"token_hash": token_hash}).first()
    return FoundSession(*row) if row else None


def invitation_by_token(session: Session, token_hash: bytes) -> Found | None:
    """The invitation that this token was minted for, open or not."""
    return _found(session, _INVITATION, token_hash=token_hash)


def portal_by_slug(session: Session, slug: str) -> Found | None:
    """The branch whose portal is at this address."""
    return _found(session, _PORTAL, slug=slug)


def contact_by_email(session: Session, email: str, branch_id: UUID) -> Found | None:
    """The contact with this address who may enter the branch's portal; of several the one who already did."""
    return _found(session, _CONTACT, email=email, branch_id=branch_id)


def staff_by_email(session: Session, email: str) -> Found | None:
    """The staff member with this address who may enter the office; of several the one who already did."""
    return _found(session, _STAFF, email=email)


def _found(session: Session, statement: Any, **wanted: Any) -> Found | None:
    row = session.execute(statement, wanted).first()
    return Found(*row) if row else None
