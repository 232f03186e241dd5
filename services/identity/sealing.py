"""Seals secrets that have to be read again: the database alone tells nothing of them."""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.identity.settings import identity_settings

_NONCE_BYTES = 12


def sealed(plain: bytes, purpose: str, owner: UUID) -> bytes:
    """The secret, encrypted for one purpose and one owner: moved to another row it cannot be opened."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(purpose).encrypt(nonce, plain, owner.bytes)


def opened(box: bytes, purpose: str, owner: UUID) -> bytes:
    """What was sealed; raises InvalidTag where the key is another, or the box not this owner's."""
    return _cipher(purpose).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], owner.bytes)


def _cipher(purpose: str) -> AESGCM:
    return AESGCM(identity_settings().key(purpose))
