"""The secrets in guests' addresses: signed, so that nothing is kept of them and none can be made up."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from services.billing.settings import billing_settings

_MARK = 16
"""Bytes of the signature: nobody finds 128 bits, and the QR code stays coarse enough for a printed page."""
_LINK = 16 + 4 + 3
_SESSION = 16 + 16 + 8 + 8
_LINK_PURPOSE, _SESSION_PURPOSE = "pay link", "guest session"
SESSION_SIGN = "~"
"""What the token of a session begins with, and that of a link never does."""


@dataclass(frozen=True)
class Link:
    """What a pay link says: for which invoice, of which version, and its last day at the invoice's branch."""

    invoice_id: UUID
    version: int
    expires_on: date


@dataclass(frozen=True)
class Session:
    """What a third party's token says: which program they have found, and until when; `nonce` is theirs alone."""

    company_id: UUID
    program_id: UUID
    nonce: bytes
    expires_at: datetime


def write(link: Link) -> str:
    """The link's token, of 58 characters that any address can hold."""
    said = link.invoice_id.bytes + link.version.to_bytes(4) + link.expires_on.toordinal().to_bytes(3)
    return urlsafe_b64encode(said + signature(_LINK_PURPOSE, said)).decode().rstrip("=")


def read(token: str) -> Link | None:
    """What a token says that we have signed; None for any other."""
    told = unsealed(_LINK_PURPOSE, token, _LINK)
    if told is None:
        return None
    return Link(UUID(bytes=told[:16]), int.from_bytes(told[16:20]), date.fromordinal(int.from_bytes(told[20:])))


def new_nonce() -> bytes:
    """What tells one session from another of the same program."""
    return secrets.token_bytes(8)


def write_session(session: Session) -> str:
    """The session's token."""
    ends = int(session.expires_at.timestamp())
    said = session.company_id.bytes + session.program_id.bytes + session.nonce + ends.to_bytes(8)
    return SESSION_SIGN + urlsafe_b64encode(said + signature(_SESSION_PURPOSE, said)).decode().rstrip("=")


def read_session(token: str) -> Session | None:
    """What a session's token says that we have signed; None for any other."""
    told = unsealed(_SESSION_PURPOSE, token.removeprefix(SESSION_SIGN), _SESSION)
    if told is None:
        return None
    ends = datetime.fromtimestamp(int.from_bytes(told[40:]), UTC)
    return Session(UUID(bytes=told[:16]), UUID(bytes=told[16:32]), told[32:40], ends)


def signature(purpose: str, said: bytes) -> bytes:
    """Our mark on these bytes for this purpose, and no other."""
    return hmac.digest(billing_settings().guest_key(purpose), said, "sha256")[:_MARK]


def unsealed(purpose: str, token: str, length: int) -> bytes | None:
    """The bytes, so many, that a token carries, if the mark on them is ours; compared in constant time."""
    try:
        told = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    said, mark = told[:length], told[length:]
    # Decoding overlooks what is no base64, so one token could be written in many ways; only the first counts.
    is_ours = hmac.compare_digest(mark, signature(purpose, said))
    return said if is_ours and urlsafe_b64encode(told).decode().rstrip("=") == token else None
