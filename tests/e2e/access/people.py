"""Companies, portals, staff, customers, contacts and their own accounts."""

from tests.e2e.access.shape import ADDRESS, InOffice, InPortal

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
)  # fmt: skip
