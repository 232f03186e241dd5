"""Codes of authenticator apps (RFC 6238) and the recovery codes beside them."""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How far a telephone's clock may be off, either way."""
DIGITS = 6
RECOVERY_CODES = 10

_SECRET_BYTES = 20
_RECOVERY_BYTES = 10
_GROUP = 4


def new_secret() -> bytes:
    """As long as the hash that the apps know, as RFC 4226 has it."""
    return secrets.token_bytes(_SECRET_BYTES)


def in_base32(secret: bytes) -> str:
    """The secret as it is typed into an app."""
    return base64.b32encode(secret).decode()


def uri(secret: bytes, account: str, issuer: str) -> str:
    """The secret as an app reads it from a QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def matching_step(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The time step that the code belongs to, near now and later than `after`; None where there is none."""
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(max(present - DRIFT_STEPS, after + 1), present + DRIFT_STEPS + 1):
        if hmac.compare_digest(_totp(secret).generate(step * STEP_SECONDS), code.encode()):
            return step
    return None


def new_recovery_code() -> str:
    """80 random bits in groups of letters and digits, to be written down."""
    code = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def canonical(code: str) -> str:
    """A code of either kind without what people type into it."""
    return "".join(code.split()).replace("-", "").lower()


def _totp(secret: bytes) -> TOTP:
    # What the apps know: not one of them heeds another hash.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
