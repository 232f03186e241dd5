"""Mails inside the office's pages: each in a frame of its own, where it runs nothing and leads nowhere."""

from fastapi.responses import HTMLResponse

from gateway.security import content_policy

_LETTER = "; ".join(
    ("sandbox", "default-src 'none'", "style-src 'unsafe-inline'", "img-src 'self' data:", "frame-ancestors 'self'")
)
"""A mail styles itself and may show its pictures, and nothing else."""


def letter(html: str) -> HTMLResponse:
    """The mail as the frame shows it."""
    return HTMLResponse(html, headers={"content-security-policy": _LETTER, "x-frame-options": "SAMEORIGIN"})


def around(page: HTMLResponse) -> HTMLResponse:
    """The page, which may have the frame in it."""
    page.headers["content-security-policy"] = content_policy().replace("frame-src 'none'", "frame-src 'self'")
    return page
