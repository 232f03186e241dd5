"""Requests."""

from tests.e2e.access.shape import InOffice, InPortal

PORTAL = (
    InPortal("GET /requests", 200, 200, 403, 200),
    InPortal("POST /requests", 404, 404, 403, 201, {"property_id": "{property_id}", "title": "A", "description": "B"}),
    InPortal("GET /requests/{request_id}", 404, 404, 404, 200),
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/requests", 200, 200, 200),
    InOffice("POST /office/requests", 404, 403, 201, {
        "property_id": "{property_id}", "title": "A leak", "description": "At the pump",
    }),
    InOffice("GET /office/requests/{request_id}", 404, 200, 200),
)  # fmt: skip
