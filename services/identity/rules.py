"""Identity's pure rules: names that are taken for paths, bounds on wrong passwords, who may enter a portal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from zoneinfo import available_timezones

from services.contracts.errors import invalid
from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.principals import PortalSettings, StaffRole

SESSION_LIFE = timedelta(hours=12)
INVITATION_LIFE = timedelta(days=7)

# fmt: off
RESERVED_SLUGS = frozenset({
    "about", "account", "admin", "api", "assets", "billing", "calendar", "demo", "docs", "favicon", "files",
    "guest", "healthz", "help", "home", "invitations", "invoices", "login", "logout", "mail", "media", "metrics",
    "office", "openapi", "pay", "payments", "portal", "portals", "portico", "privacy", "public", "readyz", "robots",
    "sandbox", "security", "session", "sessions", "sign-in", "sign-out", "sign-up", "signin", "signout", "signup",
    "static", "status", "support", "terms", "unsubscribe", "verify", "webhooks", "well-known", "www",
})
# fmt: on
"""First segments of a path that the gateway keeps, or may one day keep, for itself."""

ENTERING_STATUSES = frozenset({"invited", "active"})


def check_slug(slug: str) -> None:
    """Refuses a portal's address that means something else already."""
    if slug in RESERVED_SLUGS:
        raise invalid("This address is reserved.", field="slug", reason="reserved")


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_time_zone(name: str) -> None:
    """Refuses what is not a time zone's name, such as `America/Chicago`."""
    if name not in _time_zones():
        raise invalid("There is no such time zone.", field="time_zone")


def check_settings(settings: PortalSettings) -> None:
    """Refuses a flat fee that does not say how much."""
    for method_type, fee in settings.fees.items():
        if fee.kind == "flat" and (fee.amount is None or fee.amount.amount <= 0):
            raise invalid("A flat fee needs a positive amount.", field=f"settings.fees.{method_type}.amount")


def check_granted_roles(granted: Sequence[StaffRole], granter: Iterable[StaffRole]) -> None:
    """Refuses a staff member without a role, and an administrator made by somebody who is none."""
    if not granted:
        raise invalid("A staff member has at least one role.", field="roles")
    if "administrator" in granted and "administrator" not in granter:
        raise invalid("Only an administrator makes another one.", field="roles")


def check_property_roles(roles: Sequence[PropertyRoleView]) -> None:
    """Refuses two roles of one contact at one property."""
    if len({each.property_id for each in roles}) < len(roles):
        raise invalid("A contact has one role at a property.", field="property_roles")


def canonical_email(email: str) -> str:
    """An e-mail address as accounts are found by."""
    return email.strip().lower()


def may_enter(status: str, *, at_home: bool, served: bool) -> bool:
    """Whether a contact may enter a branch's portal.

    `at_home`: it is the home branch of the contact's customer. `served`: one of the contact's properties
    is served by it.
    """
    return status in ENTERING_STATUSES and (at_home or served)


# Wrong passwords


@dataclass(frozen=True)
class Bound:
    """How many wrong passwords are borne, and how slowly they are forgotten.

    Each failure beyond `bears` doubles the time that has to pass before the next attempt counts, from
    a second to `longest`. One failure is forgotten every `forgets`.
    """

    bears: int
    forgets: timedelta
    longest: timedelta

    def remembered(self, failures: float, since: timedelta) -> float:
        """How many of the failures still count after this time."""
        return max(0.0, failures - since / self.forgets)

    def after_another(self, failures: float, since: timedelta) -> float:
        """The count after one more; it stops rising where the wait does, or an attack's end would not be felt."""
        return min(self.remembered(failures, since) + 1, self.bears + 10.0)

    def wait(self, failures: float) -> timedelta:
        """How long after the last of the failures no attempt counts."""
        over = failures - self.bears
        return min(timedelta(seconds=2**over), self.longest) if over > 0 else timedelta()


ACCOUNT_BOUND = Bound(bears=10, forgets=timedelta(minutes=30), longest=timedelta(minutes=5))
"""Of one e-mail address, whether it has an account or not."""

ADDRESS_BOUND = Bound(bears=500, forgets=timedelta(seconds=2), longest=timedelta(minutes=5))
"""Of one client's address: generous, for a whole office or a mobile network may stand behind it."""

FORGOTTEN_AFTER = timedelta(days=1)
"""Longer than any failure counts under either bound."""


def left_to_wait(bound: Bound, failures: float, failed_at: datetime, now: datetime) -> timedelta:
    """How long it is, now, until an attempt counts again; zero where it does."""
    return max(timedelta(), failed_at + bound.wait(failures) - now)


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
