"""Seals identity's secrets that have to be read again, each purpose with a key of its own."""

from uuid import UUID

from services.chassis import sealing
from services.identity.settings import identity_settings


def sealed(plain: bytes, purpose: str, owner: UUID) -> bytes:
    """The secret, encrypted for one purpose and one owner: moved to another row it cannot be opened."""
    return sealing.sealed(identity_settings().key(purpose), plain, owner)


def opened(box: bytes, purpose: str, owner: UUID) -> bytes:
    """What was sealed; raises InvalidTag where the key is another, or the box not this owner's."""
    return sealing.opened(identity_settings().key(purpose), box, owner)
