"""Secrets of sessions, invitations, resets and one-time codes: told once, kept only as a hash."""

import hashlib
import hmac
import secrets
import string
from uuid import UUID

from services.identity.settings import identity_settings

API_KEY_MARK = "pk_"
_LENGTH_OF_A_TOKEN = 43
_LETTERS_OF_A_WORD = 45


def new_token() -> str:
    """256 random bits, safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    """As random, and marked as what it is, so that one left in a file or a log is found."""
    return API_KEY_MARK + new_token()


def is_api_key(token: str) -> bool:
    """Whether it is an API key: a session's token may begin so by chance, but is shorter."""
    return token.startswith(API_KEY_MARK) and len(token) > _LENGTH_OF_A_TOKEN


def digest(token: str) -> bytes:
    """What is stored of it; it is random enough that a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(token.encode()).digest()


def new_word() -> str:
    """256 random bits in letters alone: beside a code in a mail, nothing else must look like one."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(_LETTERS_OF_A_WORD))


def new_code() -> str:
    """Eight random digits."""
    return f"{secrets.randbelow(10**8):08}"


def code_digest(branch_id: UUID, email: str, code: str) -> bytes:
    """What is stored of a code: it opens this portal to this address alone.

    Keyed, for all eight-digit codes are tried in a minute: whoever has the database alone learns none. And not
    slow, like a password's: it lives for minutes, and a wrong one must cost no more than a look-up.
    """
    said = f"{branch_id}:{email}:{code}".encode()
    return hmac.digest(identity_settings().key("login code"), said, "sha256")
