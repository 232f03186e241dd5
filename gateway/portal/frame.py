"""The frame of a portal's pages: its brand, and the ways that this person may go."""

from collections.abc import Iterator

from gateway.auth import Caller
from gateway.pages.frame import Frame, Way
from services.contracts import permissions
from services.contracts.identity.portals import PortalView
from services.contracts.principals import Permission, Principal, Section

_VIEWS: dict[Section, Permission] = {
    "invoices": "invoices.view",
    "proposals": "proposals.view",
    "requests": "requests.view",
}


def frame_of_portal(portal: PortalView) -> Frame:
    """The frame of a page that anybody may see."""
    return Frame(slug=portal.slug, name=portal.brand.name)


def frame_of(caller: Caller, csrf_token: str) -> Frame:
    """The frame of a page for somebody who is signed in to a portal."""
    principal = caller.principal
    assert principal.portal
    shown = sections_of(principal)
    root = f"/{principal.portal.slug}"
    return Frame(
        slug=principal.portal.slug,
        name=principal.portal.name,
        time_zone=principal.portal.time_zone,
        person=principal.name,
        email=principal.email,
        csrf_token=csrf_token,
        nav=tuple(_nav(root, shown)),
        menu=tuple(_menu(root, principal)),
    )


def sections_of(principal: Principal) -> frozenset[Section]:
    """The sections that the portal offers and that this person may see."""
    return frozenset(name for name, permission in _VIEWS.items() if permissions.may(principal, permission))


def _nav(root: str, shown: frozenset[Section]) -> Iterator[Way]:
    yield Way("dashboard", "Dashboard", "home", f"{root}/dashboard")
    if "invoices" in shown:
        yield Way("invoices", "Invoices", "invoice", f"{root}/invoices")
    if "proposals" in shown:
        yield Way("proposals", "Proposals", "proposal", f"{root}/proposals")
    if "requests" in shown:
        yield Way("requests", "Requests", "request", f"{root}/requests")


def _menu(root: str, principal: Principal) -> Iterator[Way]:
    if "invoices" in sections_of(principal):
        yield Way("payments", "Payments and receipts", "payment", f"{root}/payments")
        if permissions.may_keep_methods(principal):
            yield Way("methods", "Payment methods", "method", f"{root}/payment-methods")
    yield Way("preferences", "Preferences", "settings", f"{root}/preferences")
