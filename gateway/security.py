"""The headers that every answer carries, and the address that a call came from."""

import re
from ipaddress import ip_address

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.settings import GatewaySettings

HSTS = "max-age=63072000; includeSubDomains"
STATIC_CACHE = "public, max-age=3600"
LONGEST_USER_AGENT = 500

_WITH_PORT = re.compile(r"\[([^]]+)\](?::\d+)?|([0-9.]+):\d+")
_NOT_PRINTABLE = re.compile(r"[^ -~]")


def content_policy(provider_origins: str | None = None) -> str:
    """The content security policy of a page; with `provider_origins` it may show the provider's payment fields."""
    also = f" {provider_origins}" if provider_origins else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{also}",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self'{also}",
            f"frame-src{also}" if also else "frame-src 'none'",
            # A form's answer may redirect to the provider's hosted page, which browsers check here too.
            f"form-action 'self'{also}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Gives each answer the headers that it has not set itself."""

    def __init__(self, app: ASGIApp, settings: GatewaySettings) -> None:
        self._app = app
        self._always = {
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            # Not no-referrer: then browsers send `Origin: null` with our own forms.
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), usb=(), browsing-topics=()",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "content-security-policy": content_policy(),
        }
        if settings.is_https:
            self._always["strict-transport-security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cache = STATIC_CACHE if scope["path"].startswith("/static/") else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", cache)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def client_address(scope: Scope, settings: GatewaySettings) -> str:
    """The caller's address: the nearest one that is no trusted proxy of ours."""
    nearest = _address(scope["client"][0]) if scope.get("client") else ""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",") if hop.strip()] if forwarded else []
    while hops and _is_trusted(nearest, settings):
        nearest = _address(hops.pop())
    return nearest


def client_name(user_agent: str) -> str:
    """What the caller's program calls itself, bounded and printable, for it is kept and shown."""
    return _NOT_PRINTABLE.sub("?", user_agent[:LONGEST_USER_AGENT])


def _address(hop: str) -> str:
    """The one spelling of an address: without a port, which some proxies add, and IPv4 never within IPv6."""
    with_port = _WITH_PORT.fullmatch(hop)
    try:
        address = ip_address(with_port[1] or with_port[2] if with_port else hop)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def _is_trusted(address: str, settings: GatewaySettings) -> bool:
    return address != "" and any(ip_address(address) in network for network in settings.trusted_networks)
