"""The secret in a mail's address to unsubscribe: signed, so that nothing is kept of it and none can be made up.

It does not expire: whoever unsubscribes from an old mail is to be heard as well.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from services.contracts.notifications.preferences import Kind
from services.notifications import wish_rules
from services.notifications.settings import notifications_settings

_MARK = 16
"""Bytes of the signature: nobody finds 128 bits."""
_PURPOSE = b"unsubscribe"
_IDS = 2 * 16
_KINDS: dict[str, Kind] = {kind: kind for kinds in wish_rules.KINDS_OF.values() for kind in kinds}


@dataclass(frozen=True)
class Subscription:
    """Whose mails of which kind."""

    company_id: UUID
    person_id: UUID
    kind: Kind


def write(subscription: Subscription) -> str:
    """The token, of letters that any address can hold."""
    said = subscription.company_id.bytes + subscription.person_id.bytes + subscription.kind.encode()
    return urlsafe_b64encode(_mark(said) + said).decode().rstrip("=")


def read(token: str) -> Subscription | None:
    """What a token says that we have signed; None for any other. Marks are compared in constant time."""
    try:
        told = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    mark, said = told[:_MARK], told[_MARK:]
    # Decoding overlooks what is no base64, so one token could be written in many ways; only the first counts.
    is_ours = hmac.compare_digest(mark, _mark(said)) and urlsafe_b64encode(told).decode().rstrip("=") == token
    kind = _KINDS.get(said[_IDS:].decode()) if is_ours else None
    return Subscription(UUID(bytes=said[:16]), UUID(bytes=said[16:_IDS]), kind) if kind else None


def _mark(said: bytes) -> bytes:
    key = notifications_settings().unsubscribe_secret.get_secret_value().encode()
    return hmac.digest(hmac.digest(key, _PURPOSE, "sha256"), said, "sha256")[:_MARK]
