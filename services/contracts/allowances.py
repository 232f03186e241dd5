"""Rules of what strangers may do how often: allowances that renew, and what one client is known by."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network


@dataclass(frozen=True)
class Allowance:
    """How many are had at once; one more every `renews`."""

    most: int
    renews: timedelta

    def used(self, used: float, since: timedelta) -> float:
        """How much of it is still used up after this time."""
        return max(0.0, used - since / self.renews)

    def admits(self, used: float, since: timedelta) -> bool:
        """Whether there is one more."""
        return self.used(used, since) + 1 <= self.most

    def wait(self, used: float, since: timedelta) -> timedelta:
        """How long it is until there is one more."""
        return max(timedelta(), (self.used(used, since) + 1 - self.most) * self.renews)


def network_of(ip: str) -> str:
    """What one client is known by: an IPv4 address, or the /64 network that one IPv6 client owns whole."""
    try:
        address = ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((address.packed[:8] + bytes(8), 64)))
    return str(address)
