"""The secrets in guests' addresses: signed, so that nothing is kept of them and none can be made up."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.billing.settings import billing_settings

_MARK = 16
"""Bytes of the signature: nobody finds 128 bits, and the QR code stays coarse enough for a printed page."""
_LINK = 16 + 4 + 3
_PURPOSE = "pay link"


@dataclass(frozen=True)
class Link:
    """What a pay link says: for which invoice, of which version, and its last day at the invoice's branch."""

    invoice_id: UUID
    version: int
    expires_on: date


def write(link: Link) -> str:
    """The link's token, of 58 characters that any address can hold."""
    said = link.invoice_id.bytes + link.version.to_bytes(4) + link.expires_on.toordinal().to_bytes(3)
    return urlsafe_b64encode(said + signature(_PURPOSE, said)).decode().rstrip("=")


def read(token: str) -> Link | None:
    """What a token says that we have signed; None for any other."""
    told = unsealed(_PURPOSE, token, _LINK)
    if told is None:
        return None
    return Link(UUID(bytes=told[:16]), int.from_bytes(told[16:20]), date.fromordinal(int.from_bytes(told[20:])))


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
