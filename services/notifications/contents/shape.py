"""The shape of what a mail tells: plain JSON, with amounts, days and moments raw until they are written out."""

from collections.abc import Callable
from typing import Any

from pydantic_core import to_jsonable_python

from services.chassis.work import Work
from services.contracts.identity.portals import BranchView, Brand
from services.notifications.settings import notifications_settings

Content = dict[str, Any]
Contents = Callable[[Work, Any], Content]
"""Makes a mail's content of its event."""

OFFICE = "office"
"""The door of staff, where customers have a portal's."""


def plain(content: Content) -> Content:
    """The content as it is kept, and as templates read it."""
    told: Content = to_jsonable_python(content)
    return told


def in_portal(branch: BranchView) -> Content:
    """What every mail to a customer has: the brand, the clocks, and where they choose what they are mailed."""
    return {**in_office(branch), "preferences_url": notifications_settings().link(branch.slug, "preferences")}


def in_office(branch: BranchView) -> Content:
    """What every mail to staff has."""
    return {"brand": brand(branch.brand, branch.slug), "time_zone": branch.time_zone}


def brand(brand: Brand, slug: str | None) -> Content:
    """The brand as a letter shows it; its logo is at the portal's public address."""
    picture = None
    if brand.logo and slug:
        picture = notifications_settings().link(slug, f"logo?v={brand.logo.sha256[:12]}")
    return {"name": brand.name, "colour": brand.colour, "logo_url": picture}


def method(brand: str, last4: str) -> Content:
    """A payment method by what its holder recognises it by."""
    return {"brand": brand, "last4": last4}
