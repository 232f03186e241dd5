"""Renders the sandbox's own pages, each under a policy that lets in nothing from elsewhere."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'"


def money(amount: int, currency: str) -> str:
    """`1250, "usd"` as `$12.50`."""
    sign = {"usd": "$", "cad": "CA$", "eur": "€", "gbp": "£"}.get(currency, f"{currency.upper()} ")
    return f"{sign}{amount // 100:,}.{amount % 100:02}"


_TEMPLATES.filters["money"] = money


def render(template: str, status: int = 200, framed: bool = False, **values: Any) -> HTMLResponse:
    """A page; only one that is made for a frame may be framed."""
    ancestors = "*" if framed else "'none'"
    headers = {
        "Content-Security-Policy": f"{_POLICY}; frame-ancestors {ancestors}",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(_TEMPLATES.get_template(template).render(**values), status, headers)
