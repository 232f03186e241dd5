"""The frame of a portal's pages: its brand, and the ways that this person may go."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway import logos
from gateway.auth import Caller
from gateway.pages.frame import Frame, Way
from gateway.portal.filter import PropertyFilter, filter_of
from gateway.portal.surroundings import Surroundings
from services.contracts import permissions
from services.contracts.identity.portals import PortalView
from services.contracts.principals import Permission, Principal, Section

VIEWS: dict[Section, Permission] = {
    "programs": "programs.view",
    "invoices": "invoices.view",
    "proposals": "proposals.view",
    "quotes": "quotes.view",
    "jobs": "jobs.view",
    "visits": "visits.view",
    "equipment": "equipment.view",
    "requests": "requests.view",
}

_OWN: dict[Section, Permission] = {"quotes": "quotes.view_own", "jobs": "jobs.view_own"}
"""Sections of which some see only what is their own."""


@dataclass(frozen=True)
class PortalFrame(Frame):
    """What surrounds a page for somebody who is signed in to a portal."""

    filter: PropertyFilter | None = None
    portals: tuple[Way, ...] = ()
    """The other portals that they may go to."""
    viewer: str = ""
    """The staff member who looks at the portal as this person, where it is one."""


def frame_of_portal(portal: PortalView) -> Frame:
    """The frame of a page that anybody may see."""
    logo = portal.brand.logo
    return Frame(
        slug=portal.slug,
        name=portal.brand.name,
        logo=logos.address(portal.slug, logo.sha256 if logo else None),
        lets_guests_in=portal.settings.guest_payments and portal.settings.electronic_payments,
    )


def frame_of(caller: Caller, csrf_token: str, around: Surroundings, back: str) -> PortalFrame:
    """The frame of a page for somebody who is signed in; `back` is where choosing properties leads back to."""
    principal = caller.principal
    portal = principal.portal
    assert portal
    root = f"/{portal.slug}"
    return PortalFrame(
        slug=portal.slug,
        name=portal.name,
        logo=logos.address(portal.slug, portal.logo),
        time_zone=portal.time_zone,
        person=principal.name,
        email=principal.email,
        csrf_token=csrf_token,
        nav=tuple(_nav(root, sections_of(principal))),
        menu=tuple(_menu(root, principal)),
        filter=filter_of(principal, around.names, back),
        portals=tuple(_portals(portal.slug, around)),
        viewer=principal.viewer.name if principal.viewer else "",
    )


def sections_of(principal: Principal) -> frozenset[Section]:
    """The sections that the portal offers and that this person may see."""
    return frozenset(name for name in VIEWS if _sees(principal, name))


def _sees(principal: Principal, section: Section) -> bool:
    if permissions.may(principal, VIEWS[section]):
        return True
    return section in _OWN and permissions.may(principal, _OWN[section])


def _nav(root: str, shown: frozenset[Section]) -> Iterator[Way]:
    yield Way("dashboard", "Dashboard", "home", f"{root}/dashboard")
    if "programs" in shown:
        yield Way("programs", "Programs", "shield", f"{root}/programs")
    if "invoices" in shown:
        yield Way("invoices", "Invoices", "invoice", f"{root}/invoices")
    if "proposals" in shown:
        yield Way("proposals", "Proposals", "proposal", f"{root}/proposals")
    if "quotes" in shown:
        yield Way("quotes", "Quotes", "quote", f"{root}/quotes")
    if "jobs" in shown:
        yield Way("jobs", "Jobs", "tool", f"{root}/jobs")
    if "visits" in shown:
        yield Way("visits", "Visits", "calendar", f"{root}/visits")
    if "equipment" in shown:
        yield Way("equipment", "Equipment", "gear", f"{root}/equipment")
    if "requests" in shown:
        yield Way("requests", "Requests", "request", f"{root}/requests")


def _menu(root: str, principal: Principal) -> Iterator[Way]:
    if "invoices" in sections_of(principal):
        yield Way("payments", "Payments and receipts", "payment", f"{root}/payments")
        yield Way("statement", "Statement of account", "list", f"{root}/statement")
        yield Way("credits", "Credits", "credit", f"{root}/credits")
        if permissions.may_keep_methods(principal):
            yield Way("methods", "Payment methods", "method", f"{root}/payment-methods")
        if permissions.may(principal, "autopay.manage"):
            yield Way("autopay", "Autopay", "payment", f"{root}/autopay")
    if permissions.may(principal, "details.view"):
        yield Way("details", "My Details", "person", f"{root}/details")
    if permissions.may(principal, "contacts.manage"):
        yield Way("colleagues", "Colleagues", "people", f"{root}/colleagues")
    yield Way("preferences", "Preferences", "settings", f"{root}/preferences")
    if principal.viewer is None:
        yield Way("account", "Password and sessions", "key", f"{root}/account")


def _portals(slug: str, around: Surroundings) -> Iterator[Way]:
    for each in around.portals:
        if each.slug != slug:
            yield Way(each.slug, each.brand.name, "switch", f"/{each.slug}")
