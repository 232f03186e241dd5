"""Every route of the API, and what it answers those who may not use it as it is asked for here.

All that is asked for is Lakeside's, at Evergreen Grounds. `{names}` in paths and bodies are ids that
`access_world.py` makes.
"""

from dataclasses import dataclass
from typing import Any

PUBLIC = frozenset(
    {
        "GET /portals/{portal}",
        "POST /portals/{portal}/login-codes",
        "POST /portals/{portal}/sessions",
        "POST /portal-links",
        "POST /password-resets",
        "POST /password-resets/completion",
        "POST /invitations/acceptance",
        "POST /office/sessions",
        "POST /webhooks/stripe",
    }
)
"""3-http.md: what anybody may call."""


@dataclass(frozen=True)
class InPortal:
    """A customers' route. What Priya, who may, is answered proves that the request itself is a good one.

    A list answers 200 to strangers too, with nothing of Lakeside's in it; the test looks.
    """

    route: str
    stranger: int
    """Mia, another company's customer."""
    neighbour: int
    """Dana, another customer of the same company."""
    without: int
    """A contact of Lakeside's at the Clubhouse who has no permission."""
    right: int
    body: dict[str, Any] | None = None
    query: str = ""


@dataclass(frozen=True)
class InOffice:
    """An office's route; contacts, and keys without its scope, are refused with 403 always."""

    route: str
    stranger: int
    """Another company's administrator."""
    without: int
    """A staff member whose role does not reach so far: Rosa, a sales rep, or Omar where sales reps may."""
    right: int
    """An administrator."""
    body: dict[str, Any] | None = None
    by: str = "rosa"
    query: str = ""


USD = {"currency": "USD"}
ADDRESS = {"line1": "1 Lake Way", "city": "Austin", "state": "TX", "zip": "78701"}
OFFER = {"name": "Mowing", "lines": [{"description": "Mowing", "quantity": 1, "unit_price": {"amount": 5000, **USD}}]}
LINE = {"service": "Mowing", "quantity": 1, "unit_price": {"amount": 5000, **USD}}
SIGNATURE = {
    "name": "Priya Shah",
    "signature": {"typed": "Priya Shah"},
    "optional_service_ids": [],
    "consent_version": "old",
    "document_sha256": "0" * 64,
}

PERIOD = "?since=2026-01-01&until=2026-12-31"

ANYBODY = (
    # Whoever has a session: strangers have their own, and what is another's does not exist for them.
    InPortal("GET /me", 200, 200, 200, 200),
    InPortal("GET /sessions", 200, 200, 200, 200),
    InPortal("DELETE /sessions/{session_id}", 404, 404, 404, 204),
    InPortal("DELETE /sessions/current", 204, 204, 204, 204),
    # Customers have no second factor; staff's is their own.
    InPortal("POST /me/totp", 403, 403, 403, 403),
    InPortal("POST /me/totp/confirmation", 403, 403, 403, 403, {"code": "000000"}),
    InPortal("POST /me/totp/removal", 403, 403, 403, 403, {"code": "000000"}),
    InPortal("PUT /me/password", 422, 422, 422, 422, {"current_password": "not it", "password": "another-password"}),
)

PORTAL = (
    InPortal("GET /details", 200, 200, 403, 200),
    InPortal("PATCH /details", 200, 200, 403, 200, {}),
    InPortal("GET /details/history", 200, 200, 403, 200),
    InPortal("GET /colleagues", 200, 200, 403, 200),
    InPortal("GET /colleagues/{contact_id}", 404, 404, 403, 200),
    InPortal(
        "POST /colleagues", 404, 404, 403, 201,
        {
            "name": "A colleague", "email": "colleague@lakeside.test", "permissions": [],
            "property_roles": [{"property_id": "{property_id}", "role": "other"}],
        },
    ),
    InPortal("PATCH /colleagues/{contact_id}", 404, 404, 403, 200, {"permissions": ["invoices.view"]}),
    InPortal("POST /colleagues/{contact_id}/invitation", 404, 404, 403, 201),
    InPortal("GET /properties", 200, 200, 200, 200),
    InPortal("GET /me/property-filter", 200, 200, 200, 200),
    InPortal("PUT /me/property-filter", 404, 404, 200, 200, {"property_ids": ["{property_id}"]}),
    InPortal("GET /me/notification-preferences", 200, 200, 200, 200),
    InPortal("PUT /me/notification-preferences", 200, 200, 200, 200, {}),
    InPortal("GET /dashboard", 200, 200, 200, 200),
    InPortal("GET /balance", 200, 200, 403, 200),
    InPortal("GET /invoices", 200, 200, 403, 200),
    InPortal("GET /invoices/{invoice_id}", 404, 404, 403, 200),
    InPortal("GET /invoices/{invoice_id}/pdf", 404, 404, 403, 200),
    InPortal("POST /payment-quotes", 404, 404, 403, 200, {"invoice_ids": ["{invoice_id}"]}),
    InPortal(
        "POST /payments", 404, 404, 403, 404,
        {
            "invoice_ids": ["{invoice_id}"],
            "payment_method_id": "{nothing_id}",
            "expected_total": {"amount": 5000, **USD},
        },
    ),
    InPortal("GET /payments", 200, 200, 403, 200),
    InPortal("GET /payments/{payment_id}", 404, 404, 403, 200),
    InPortal("GET /payments/{payment_id}/receipt", 404, 404, 403, 200),
    InPortal("GET /credits", 200, 200, 403, 200),
    InPortal("GET /credits/{credit_id}", 404, 404, 403, 200),
    InPortal("GET /statement", 200, 200, 403, 200, query=PERIOD),
    InPortal("GET /statement/pdf", 200, 200, 403, 200, query=PERIOD),
    InPortal("GET /statement/csv", 200, 200, 403, 200, query=PERIOD),
    InPortal("GET /payment-methods", 200, 200, 403, 200),
    InPortal("POST /payment-methods/setups", 201, 201, 403, 201, {"type": "card"}),
    InPortal("PUT /payment-methods/{payment_method_id}/default", 404, 404, 403, 404),
    InPortal("DELETE /payment-methods/{payment_method_id}", 404, 404, 403, 404),
    InPortal("GET /proposals", 200, 200, 403, 200),
    InPortal("GET /proposals/{proposal_id}", 404, 404, 404, 200),
    InPortal("GET /proposals/{proposal_id}/pdf", 404, 404, 404, 200),
    InPortal("POST /proposals/{proposal_id}/signature", 404, 404, 404, 409, SIGNATURE),
    InPortal("GET /requests", 200, 200, 403, 200),
    InPortal("POST /requests", 404, 404, 403, 201, {"property_id": "{property_id}", "title": "A", "description": "B"}),
    InPortal("GET /requests/{request_id}", 404, 404, 404, 200),
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/companies/current", 200, 200, 200),
    InOffice("PATCH /office/companies/current", 200, 403, 200, {}),
    InOffice("GET /office/branches", 200, 200, 200),
    InOffice("POST /office/branches", 409, 403, 409, {
        "slug": "evergreen-austin", "brand": {"name": "Austin"}, "time_zone": "America/Chicago",
    }),
    InOffice("GET /office/branches/{branch_id}", 404, 200, 200),
    InOffice("PATCH /office/branches/{branch_id}", 404, 403, 200, {}),
    InOffice("GET /office/branches/{branch_id}/portal-link", 404, 200, 200),
    InOffice("GET /office/branches/{branch_id}/settings", 404, 200, 200),
    InOffice("PATCH /office/branches/{branch_id}/settings", 404, 403, 200, {}),
    InOffice("PUT /office/branches/{branch_id}/logo", 404, 403, 200, {"file": "a picture"}),
    InOffice("DELETE /office/branches/{branch_id}/logo", 404, 403, 200),
    InOffice("GET /office/staff", 200, 200, 200),
    InOffice("POST /office/staff", 201, 403, 201, {
        "name": "A clerk", "email": "clerk@evergreen.test", "roles": ["office"],
    }),
    InOffice("GET /office/staff/{staff_id}", 404, 200, 200),
    InOffice("PATCH /office/staff/{staff_id}", 404, 403, 200, {}),
    InOffice("POST /office/staff/{staff_id}/invitation", 404, 403, 201),
    InOffice("GET /office/customers", 200, 200, 200),
    InOffice("POST /office/customers", 404, 403, 201, {
        "name": "A customer", "home_branch_id": "{branch_id}", "mailing_address": ADDRESS,
    }),
    InOffice("GET /office/customers/{customer_id}", 404, 200, 200),
    InOffice("PATCH /office/customers/{customer_id}", 404, 403, 200, {}),
    InOffice("GET /office/customers/{customer_id}/details-history", 404, 200, 200),
    InOffice("GET /office/properties", 200, 200, 200),
    InOffice("POST /office/properties", 404, 403, 201, {
        "customer_id": "{customer_id}", "branch_id": "{branch_id}", "name": "South Gate", "address": ADDRESS,
    }),
    InOffice("GET /office/properties/{property_id}", 404, 200, 200),
    InOffice("PATCH /office/properties/{property_id}", 404, 403, 200, {}),
    InOffice("GET /office/contacts", 200, 200, 200),
    InOffice("POST /office/contacts", 404, 403, 201, {
        "customer_id": "{customer_id}", "name": "A contact", "email": "another@lakeside.test", "permissions": [],
    }),
    InOffice("GET /office/contacts/{contact_id}", 404, 200, 200),
    InOffice("PATCH /office/contacts/{contact_id}", 404, 403, 200, {}),
    InOffice("POST /office/contacts/{contact_id}/invitation", 404, 403, 201),
    InOffice("POST /office/contacts/{contact_id}/viewing-sessions", 404, 403, 201, {"portal": "evergreen-austin"}),
    InOffice("POST /office/invitations", 201, 403, 201, {"contact_ids": ["{contact_id}"]}),
    InOffice("GET /office/roles", 200, 200, 200),
    InOffice("POST /office/roles", 201, 403, 201, {"name": "Reader", "permissions": ["invoices.view"]}),
    InOffice("GET /office/roles/{role_id}", 404, 200, 200),
    InOffice("PATCH /office/roles/{role_id}", 404, 403, 200, {}),
    InOffice("DELETE /office/roles/{role_id}", 404, 403, 204),
    InOffice("DELETE /office/staff/{staff_id}/totp", 404, 403, 200),
    InOffice("GET /office/api-keys", 200, 403, 200),
    InOffice("POST /office/api-keys", 201, 403, 201, {"name": "Accounts", "scopes": ["invoices.read"]}),
    InOffice("GET /office/api-keys/{api_key_id}", 404, 403, 200),
    InOffice("DELETE /office/api-keys/{api_key_id}", 404, 403, 200),
    InOffice("GET /office/audit-events", 200, 403, 200),
    InOffice("GET /office/invoices", 200, 200, 200),
    InOffice("POST /office/invoices", 404, 403, 201, {"property_id": "{property_id}", "services": [LINE]}),
    InOffice("GET /office/invoices/{invoice_id}", 404, 200, 200),
    InOffice("GET /office/invoices/{invoice_id}/pdf", 404, 200, 200),
    InOffice("POST /office/invoices/{invoice_id}/share", 404, 403, 200),
    InOffice("PATCH /office/invoices/{invoice_id}", 404, 403, 409, {"net_days": 15}),
    InOffice("GET /office/credits", 200, 200, 200),
    InOffice("POST /office/credits", 404, 403, 201, {
        "customer_id": "{customer_id}", "amount": {"amount": 500, **USD}, "reason": "A late visit",
    }),
    InOffice("GET /office/credits/{credit_id}", 404, 200, 200),
    InOffice("POST /office/credits/{credit_id}/apply", 404, 403, 200, {
        "invoice_id": "{invoice_id}", "amount": {"amount": 100, **USD},
    }),
    InOffice("POST /office/credits/{credit_id}/unapply", 404, 403, 200, {"invoice_id": "{invoice_id}"}),
    InOffice("POST /office/invoices/{invoice_id}/void", 404, 403, 200, {"reason": "Raised twice"}),
    InOffice("GET /office/payments", 200, 200, 200),
    InOffice("POST /office/payments", 404, 403, 201, {
        "customer_id": "{customer_id}", "amount": {"amount": 100, **USD}, "received_as": "check",
        "received_on": "2026-11-20",
    }),
    InOffice("GET /office/payments/{payment_id}", 404, 200, 200),
    InOffice("GET /office/payments/{payment_id}/receipt", 404, 200, 200),
    InOffice("POST /office/payments/{payment_id}/refund", 404, 403, 200, {"amount": {"amount": 100, **USD}}),
    InOffice("GET /office/customers/{customer_id}/statement", 404, 200, 200, query=PERIOD),
    InOffice("GET /office/customers/{customer_id}/statement/pdf", 404, 200, 200, query=PERIOD),
    InOffice("GET /office/customers/{customer_id}/statement/csv", 404, 200, 200, query=PERIOD),
    InOffice("GET /office/proposals", 200, 200, 200),
    InOffice("POST /office/proposals", 404, 403, 201, {
        "kind": "contract", "title": "Mowing", "property_id": "{property_id}", "services": [OFFER],
    }, by="omar"),
    InOffice("GET /office/proposals/{proposal_id}", 404, 200, 200),
    InOffice("GET /office/proposals/{proposal_id}/pdf", 404, 200, 200),
    InOffice("POST /office/proposals/{proposal_id}/deliver", 404, 403, 409, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/approve", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/start-production", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/mark-won", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/mark-lost", 404, 403, 409, by="omar"),
    InOffice("GET /office/requests", 200, 200, 200),
    InOffice("POST /office/requests", 404, 403, 201, {
        "property_id": "{property_id}", "title": "A leak", "description": "At the pump",
    }),
    InOffice("GET /office/requests/{request_id}", 404, 200, 200),
)  # fmt: skip
