"""Secrets of sessions and invitations: told once, kept only as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of it; it is random enough that a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(token.encode()).digest()
