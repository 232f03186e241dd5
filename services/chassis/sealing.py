"""Seals secrets that have to be read again: the database alone tells nothing of them."""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def sealed(key: bytes, plain: bytes, owner: UUID) -> bytes:
    """The secret, encrypted with a key of 32 bytes for one owner: moved to another row it cannot be opened."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, owner.bytes)


def opened(key: bytes, box: bytes, owner: UUID) -> bytes:
    """What was sealed; raises InvalidTag where the key is another, or the box not this owner's."""
    return AESGCM(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], owner.bytes)
