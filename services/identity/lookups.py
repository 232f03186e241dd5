"""The ways past row-level security, for what starts without a principal; each answers ids and the company."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


class Found(NamedTuple):
    """A row that some company has."""

    company_id: UUID
    id: UUID


class FoundPortal(NamedTuple):
    """What anybody may know of a portal."""

    slug: str
    name: str


class FoundSession(NamedTuple):
    """A session, and whether it is a `contact`'s or a `staff` member's."""

    company_id: UUID
    id: UUID
    person_kind: str


_SESSION = text("SELECT company_id, id, person_kind FROM lookups.session_by_token(:token_hash)")
_INVITATION = text("SELECT company_id, id FROM lookups.invitation_by_token(:token_hash)")
_PORTAL = text("SELECT company_id, id FROM lookups.portal_by_slug(:slug)")
_CONTACT = text("SELECT company_id, id FROM lookups.contact_by_email(:email, :branch_id)")
_MAILED_CONTACT = text("SELECT company_id, id FROM lookups.mailed_contact(:email, :branch_id)")
_MAILED_CONTACTS = text("SELECT company_id, id FROM lookups.mailed_contacts(:email)")
_LOGIN_BY_CODE = text("SELECT company_id, id FROM lookups.login_by_code(:code_hash)")
_LOGIN_BY_TOKEN = text("SELECT company_id, id FROM lookups.login_by_token(:token_hash)")
_RESET = text("SELECT company_id, id FROM lookups.password_reset_by_token(:token_hash)")
_PEOPLE = text("SELECT company_id, id FROM lookups.people_of_account(:account_id)")
_API_KEY = text("SELECT company_id, id FROM lookups.api_key_by_hash(:key_hash)")
_PORTALS = text("SELECT slug, name FROM lookups.portals_of_email(:email)")
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


def mailed_contact(session: Session, email: str, branch_id: UUID) -> Found | None:
    """The contact with this address who may enter the branch's portal by what is mailed to them, invited or not."""
    return _found(session, _MAILED_CONTACT, email=email, branch_id=branch_id)


def mailed_contacts(session: Session, email: str) -> list[Found]:
    """Likewise, at any portal; one contact of each company."""
    return _all(session, _MAILED_CONTACTS, email=email)


def login_by_code(session: Session, code_hash: bytes) -> Found | None:
    """The login that this code was minted for, open or not; of several the latest."""
    return _found(session, _LOGIN_BY_CODE, code_hash=code_hash)


def login_by_token(session: Session, token_hash: bytes) -> Found | None:
    """The login that this link was minted for, open or not."""
    return _found(session, _LOGIN_BY_TOKEN, token_hash=token_hash)


def password_reset_by_token(session: Session, token_hash: bytes) -> Found | None:
    """The reset that this token was minted for, open or not."""
    return _found(session, _RESET, token_hash=token_hash)


def people_of_account(session: Session, account_id: UUID) -> list[Found]:
    """The contacts and staff members, of all companies, who sign in with this account."""
    return _all(session, _PEOPLE, account_id=account_id)


def api_key_by_hash(session: Session, key_hash: bytes) -> Found | None:
    """The API key, good or not."""
    return _found(session, _API_KEY, key_hash=key_hash)


def portals_of_email(session: Session, email: str) -> list[FoundPortal]:
    """The portals, of all companies, that the address opens with its account's password; by name."""
    return [FoundPortal(*row) for row in session.execute(_PORTALS, {"email": email})]


def _all(session: Session, statement: Any, **wanted: Any) -> list[Found]:
    return [Found(*row) for row in session.execute(statement, wanted)]


def _found(session: Session, statement: Any, **wanted: Any) -> Found | None:
    row = session.execute(statement, wanted).first()
    return Found(*row) if row else None
