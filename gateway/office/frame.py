"""The frame of the office's pages: the ways that a staff member's roles let them go."""

from collections.abc import Iterator

from gateway.auth import Caller
from gateway.pages.frame import Frame, Way
from services.contracts.permissions import may_in_office
from services.contracts.principals import Principal, Scope

DOOR = Frame(name="Portico office", office=True)
"""Where nobody is signed in yet."""

_WAYS: tuple[tuple[Scope, Way], ...] = (
    ("customers.read", Way("customers", "Customers", "people", "/office/customers")),
    ("proposals.read", Way("proposals", "Proposals", "proposal", "/office/proposals")),
    ("quotes.read", Way("quotes", "Quotes", "quote", "/office/quotes")),
    ("requests.read", Way("requests", "Requests", "request", "/office/requests")),
    ("jobs.read", Way("jobs", "Jobs", "tool", "/office/jobs")),
    ("jobs.read", Way("equipment", "Equipment", "gear", "/office/equipment")),
    ("jobs.read", Way("visits", "Visits", "calendar", "/office/visits")),
    ("invoices.read", Way("invoices", "Invoices", "invoice", "/office/invoices")),
    ("payments.read", Way("payments", "Payments", "payment", "/office/payments")),
    ("invoices.read", Way("credits", "Credits", "credit", "/office/credits")),
    ("payments.read", Way("autopay", "Autopay", "method", "/office/autopay")),
    ("programs.read", Way("programs", "Programs", "shield", "/office/programs")),
    ("company.read", Way("portals", "Portals", "window", "/office/portals")),
    ("customers.read", Way("roles", "Roles", "shield", "/office/roles")),
    ("staff.read", Way("staff", "Staff", "badge", "/office/staff")),
    ("company.write", Way("mail-templates", "Mail templates", "mail", "/office/mail-templates")),
    ("company.read", Way("company", "Company", "building", "/office/company")),
    ("api_keys.read", Way("api-keys", "API keys", "key", "/office/api-keys")),
    ("customers.write", Way("imports", "Imports", "file", "/office/imports")),
    ("webhooks.read", Way("webhooks", "Webhooks", "switch", "/office/webhooks")),
    ("mails.read", Way("mails", "Mails", "mail", "/office/mails")),
    ("audit.read", Way("audit", "Audit trail", "list", "/office/audit")),
)


def frame_of(caller: Caller, csrf_token: str) -> Frame:
    """The frame of a page for a staff member; until they have their second factor, there is nowhere else to go."""
    principal = caller.principal
    return Frame(
        name="Portico office",
        office=True,
        person=principal.name,
        email=principal.email,
        csrf_token=csrf_token,
        nav=tuple(_nav(principal)),
        menu=() if principal.must_enrol else (Way("account", "My account", "settings", "/office/account"),),
    )


def _nav(principal: Principal) -> Iterator[Way]:
    yield Way("home", "Home", "home", "/office")
    if not principal.must_enrol:
        yield Way("activities", "Activities", "bell", "/office/activities")
    for scope, way in _WAYS:
        if may_in_office(principal, scope):
            yield way
