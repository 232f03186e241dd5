"""Where webhooks may lead, when a failed delivery is tried again, and when an endpoint is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_ENDPOINTS = 20
"""Of one company."""
MAX_SECRETS = 5
"""That sign at a time: the present one, and those that were replaced within the last day."""
MAX_WAITING = 10_000
"""Deliveries that wait at one endpoint; what happens beyond is logged as failed, and can be sent again."""
OLD_SECRET_GOOD = timedelta(hours=24)
KEPT_DAYS = 30


# Time

TURN = timedelta(seconds=5)
"""How long one endpoint is served before the others have their turn."""
LEASE = timedelta(seconds=60)
"""How long an attempt may take before another replica takes over: its time-out, a slow name server's, and some."""
BACK_OFF = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Before each further attempt, as Standard Webhooks suggests; ten attempts take a little more than three days."""
MAX_ATTEMPTS = len(BACK_OFF) + 1
LONGEST_REST = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=3)
"""Of nothing but failures, an endpoint is disabled."""
AWAY = 3
"""Failures in a row after which an endpoint counts as away, and not merely as refusing one delivery."""


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """When a delivery that was tried in vain `attempts` times is tried again; None: never."""
    return None if attempts >= MAX_ATTEMPTS else now + BACK_OFF[attempts - 1]


def rest(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row.

    Through a delivery's first two retries nothing overtakes it, so short troubles keep the order. One that goes on
    failing steps aside then, and an endpoint that is away is knocked at every five minutes.
    """
    return min(BACK_OFF[min(failures, len(BACK_OFF)) - 1], LONGEST_REST)


def is_given_up(now: datetime, failing_since: datetime) -> bool:
    """Whether it failed for so long that nobody seems to listen any more."""
    return now - failing_since >= GIVEN_UP_AFTER


# Addresses

PORTS = frozenset({443, 8443})

_CLOSED_V4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's metadata, at an address that is public otherwise
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_V6 = IPv6Network("2000::/3")
"""Everything beyond is local, reserved, multicast, or an IPv4 address in another coat (mapped, NAT64)."""
_CLOSED_V6 = tuple(IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def is_public(address: Address) -> bool:
    """Whether it is somebody's in the internet, and can be nobody's inside."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


def is_allowed(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether it lies in a network that the operator let through."""
    return any(address in network for network in networks)


@dataclass(frozen=True)
class Target:
    """Where a URL leads; `path` has the query, and `host` is as it is written in a certificate."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the header `Host` says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORT_OF[self.scheme] else f"{host}:{self.port}"


_PORT_OF = {"https": 443, "http": 80}


class NoTarget(ValueError):
    """This leads nowhere that we go to; the message is a sentence for a person."""


def target_of(url: str) -> Target:
    """Reads a webhook's URL. Raises NoTarget. Scheme and port may still be refused: see `check`."""
    if not url.isascii() or any(character <= " " or character in "\\\x7f" for character in url):
        raise NoTarget("An address has no spaces and no letters beyond ASCII.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NoTarget("This is not an address.") from None
    if parts.scheme not in _PORT_OF or not host or "%" in host:
        raise NoTarget("Enter an address that begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise NoTarget("Leave name and password out of the address: the signature proves who calls.")
    if parts.fragment:
        raise NoTarget("Leave out what is behind the #.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or _PORT_OF[parts.scheme], path)


def check(target: Target, addresses: list[str], allowed: tuple[Network, ...]) -> None:
    """Refuses what is not https at a public address, unless every address lies in an allowed network.

    A name that leads to a public address and a private one is refused: nobody can tell which would be taken.
    """
    found = [ip_address(each.partition("%")[0]) for each in addresses]
    if not found:
        raise NoTarget("This name is not known.")
    if all(is_allowed(each, allowed) for each in found):
        return
    if target.scheme != "https":
        raise NoTarget("Enter an address that begins with https://.")
    if target.port not in PORTS:
        raise NoTarget("Use port 443 or 8443.")
    if not all(is_public(each) for each in found):
        raise NoTarget("This address is not a public one.")
