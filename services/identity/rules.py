"""Identity's pure rules: names that are taken for paths, bounds on wrong passwords, who may enter a portal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_args
from zoneinfo import available_timezones

from services.contracts import permissions
from services.contracts.allowances import Allowance
from services.contracts.errors import invalid
from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.principals import FeePolicy, PaymentMethodType, PortalSettings, Principal, Section, StaffRole

SESSION_LIFE = timedelta(hours=12)
VIEWING_LIFE = timedelta(hours=1)
API_KEY_LIFE = timedelta(days=1)
"""How long it is believed at most that a key without an end is good; it is looked at far more often."""
API_KEY_USE_NOTED = timedelta(minutes=1)
"""How exactly it is known when a key was last used."""
INVITATION_LIFE = timedelta(days=7)
LOGIN_CODE_LIFE = timedelta(minutes=15)
PASSWORD_RESET_LIFE = timedelta(hours=1)
MINTING_LIFE = timedelta(hours=1)
"""How long after a code or reset was asked for its mail may still be sent: nobody waits longer for it."""

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


SECTIONS: tuple[Section, ...] = get_args(Section)
METHOD_TYPES: tuple[PaymentMethodType, ...] = get_args(PaymentMethodType)
HIGHEST_SURCHARGE = 3
"""Percent; what card networks allow to be put on top of a payment by credit card."""


def checked_settings(settings: PortalSettings) -> PortalSettings:
    """The settings with each section and type named once, in one order; refuses what nobody could pay by."""
    checked_fees(settings.fees)
    if not settings.payment_method_types:
        message = "Accept at least one type of payment method, or switch electronic payments off."
        raise invalid(message, field="payment_method_types")
    return settings.model_copy(
        update={
            "sections": [each for each in SECTIONS if each in settings.sections],
            "payment_method_types": [each for each in METHOD_TYPES if each in settings.payment_method_types],
        }
    )


def checked_fees(fees: Mapping[PaymentMethodType, FeePolicy]) -> dict[str, Any]:
    """The fees of a company or a branch as they are kept; refuses one that makes no sense."""
    for method_type, fee in fees.items():
        _check_fee(fee, method_type)
    return {method_type: fee.model_dump(mode="json") for method_type, fee in fees.items()}


def with_company_fees(settings: PortalSettings, fees: Mapping[str, Any]) -> PortalSettings:
    """What the portal offers: the company's fee where the branch says nothing of a type of method."""
    if not fees.keys() - settings.fees.keys():
        return settings
    return PortalSettings.model_validate({**settings.model_dump(), "fees": {**fees, **settings.fees}})


def _check_fee(fee: FeePolicy, method_type: PaymentMethodType) -> None:
    """Refuses a fee that does not say how much, or more than is allowed."""
    field = f"fees.{method_type}"
    if fee.kind == "flat" and (fee.amount is None or fee.amount.amount <= 0):
        raise invalid("A flat fee needs a positive amount.", field=f"{field}.amount")
    if fee.kind in ("credit_surcharge", "percentage") and not fee.percent:
        raise invalid("This fee needs a positive percentage.", field=f"{field}.percent")
    if fee.kind == "credit_surcharge" and method_type != "card":
        raise invalid("A surcharge is for credit cards only.", field=f"{field}.kind")
    if fee.kind == "credit_surcharge" and (fee.percent or 0) > HIGHEST_SURCHARGE:
        raise invalid(f"A surcharge is at most {HIGHEST_SURCHARGE} percent.", field=f"{field}.percent")
    if fee.maximum is not None and fee.maximum.amount <= 0:
        raise invalid("A fee's maximum must be positive.", field=f"{field}.maximum")


def check_granted_roles(granted: Sequence[StaffRole], granter: Principal) -> None:
    """Refuses a staff member without a role, an administrator made by who is none, and more than the granter may."""
    if not granted:
        raise invalid("A staff member has at least one role.", field="roles")
    if "administrator" in granted and "administrator" not in granter.staff_roles:
        raise invalid("Only an administrator makes another one.", field="roles")
    own = permissions.scopes_of(granter)
    if not all(own.issuperset(permissions.SCOPES_OF[role]) for role in granted):
        raise invalid("Nobody gives a role that may do more than they may.", field="roles")


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


def may_be_viewed(status: str, *, at_home: bool, served: bool) -> bool:
    """Whether staff may look at the branch's portal as the contact, who need not have been invited yet."""
    return status != "disabled" and (at_home or served)


# Wrong passwords and codes


@dataclass(frozen=True)
class Bound:
    """How many failures are borne, and how slowly they are forgotten.

    Each failure beyond `bears` doubles the time that has to pass before the next attempt is looked at, from
    two seconds to `longest`. One failure is forgotten every `forgets`.
    """

    bears: int
    forgets: timedelta
    longest: timedelta = timedelta(minutes=5)

    def remembered(self, failures: float, since: timedelta) -> float:
        """How many of the failures still count after this time."""
        return max(0.0, failures - since / self.forgets)

    def after_another(self, failures: float, since: timedelta) -> float:
        """The count after one more; it stops rising where the wait does, or an attack's end would not be felt."""
        return min(self.remembered(failures, since) + 1, self.bears + 10.0)

    def wait(self, failures: float) -> timedelta:
        """How long after the last of the failures no attempt is looked at."""
        over = failures - self.bears
        return min(timedelta(seconds=2**over), self.longest) if over > 0 else timedelta()


PAIR_BOUND = Bound(bears=10, forgets=timedelta(minutes=30))
"""Of one e-mail address, whether it has an account or not, tried from one client network."""

ACCOUNT_BOUND = Bound(bears=300, forgets=timedelta(minutes=3))
"""Of one e-mail address from all networks together.

Whoever is stopped by `PAIR_BOUND` is forgotten here faster than they can go on, so no network reaches it alone:
it takes some thirty, and even then who comes from a network that the account is familiar with is let through.
"""

NETWORK_BOUND = Bound(bears=500, forgets=timedelta(seconds=2))
"""Of one client network at all addresses: generous, for a whole office or a mobile network may stand behind it."""

FORGOTTEN_AFTER = timedelta(days=1)
"""Longer than anything counts under any bound or allowance."""

FAMILIAR_FOR = timedelta(days=30)
"""How long after a sign-in an account is familiar with the client network that it came from."""


def left_to_wait(bound: Bound, failures: float, failed_at: datetime, now: datetime) -> timedelta:
    """How long it is, now, until an attempt is looked at again; zero where it is."""
    return max(timedelta(), failed_at + bound.wait(failures) - now)


# Mails that anybody may ask for

PAIR_MAILS = Allowance(most=10, renews=timedelta(seconds=90))
"""To one e-mail address at the wish of one client network: whoever uses it up keeps nobody else from theirs."""

ADDRESS_MAILS = Allowance(most=40, renews=timedelta(minutes=1))
"""To one e-mail address at anybody's wish, so that no inbox is flooded."""

FAMILIAR_MAILS = Allowance(most=80, renews=timedelta(minutes=1))
"""The same at the wish of a network that the account is familiar with: more than all others can use up."""

CUSTOMER_INVITATIONS = Allowance(most=50, renews=timedelta(minutes=10))
"""To anybody at the wish of one customer's contacts, who name the address themselves."""

NETWORK_MAILS = Allowance(most=200, renews=timedelta(seconds=5))
"""To all addresses at the wish of one client network."""
