"""Between a staff member's password and their code: the password is kept by nobody, in two halves that say nothing.

Signing in takes password and code at once, and nobody should type the password twice. So the page with the code's
field carries one half and a cookie the other; each alone is noise.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from fastapi import Request, Response

from gateway.settings import GatewaySettings

COOKIE = "portico_second_step"
PATH = "/office/login"
SECONDS = 300
_BLOCK = 64


def split(password: str) -> tuple[str, str]:
    """Two halves that only together are the password, and that hardly tell its length."""
    text = password.encode()
    padded = text.ljust(-(-len(text) // _BLOCK) * _BLOCK, b"\0")
    noise = secrets.token_bytes(len(padded))
    return _write(_mixed(padded, noise)), _write(noise)


def join(half: str, other: str) -> str | None:
    """The password; None where these are no two halves of one."""
    try:
        return _mixed(urlsafe_b64decode(half), urlsafe_b64decode(other)).rstrip(b"\0").decode()
    except ValueError:
        return None


def keep(response: Response, half: str, settings: GatewaySettings) -> None:
    """Gives the browser its half, for a few minutes and for the sign-in page alone."""
    response.set_cookie(
        COOKIE, half, max_age=SECONDS, path=PATH, httponly=True, samesite="strict", secure=settings.is_https
    )


def drop(response: Response, settings: GatewaySettings) -> None:
    """Has the browser forget its half."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=settings.is_https)


def password_of(request: Request, half: str) -> str | None:
    """The password that was typed a step before; None where too much time has passed."""
    return join(half, request.cookies.get(COOKIE, "")) or None


def _mixed(text: bytes, noise: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, noise, strict=True))


def _write(half: bytes) -> str:
    return urlsafe_b64encode(half).decode()
