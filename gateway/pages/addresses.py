"""Addresses within a portal: with a query, and only those that lead nowhere else."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi.responses import RedirectResponse


def address(path: str, query: Mapping[str, Any] | None = None) -> str:
    """A path with its query; what is empty is left out, and a list becomes a repeated name."""
    pairs = [(name, each) for name, value in (query or {}).items() for each in _each(value) if each]
    if not pairs:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode(pairs)}"


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def own(slug: str, asked: str, otherwise: str) -> str:
    """The asked address where it is a page of this portal, else the other one: nobody is led astray."""
    inside = asked.startswith(f"/{slug}/") and "\\" not in asked and "//" not in asked and asked.isprintable()
    # Browsers take a step up however it is written.
    climbs = ".." in unquote(asked.partition("?")[0]).split("/")
    return asked if inside and not climbs else otherwise


def see(location: str) -> RedirectResponse:
    """After a form: the browser goes on to look at this page."""
    return RedirectResponse(location, 303)
