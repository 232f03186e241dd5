"""Webhooks of the company's other systems: Evergreen's is of this machine and switched off: nobody is called."""

from typing import Any

from tests.e2e.access.shape import InOffice

WEBHOOK: dict[str, Any] = {"url": "https://127.0.0.1:8443/hooks", "event_types": ["job.created"], "enabled": False}
_ONE = "/office/webhooks/{webhook_id}"
_DELIVERY = f"{_ONE}/deliveries/{{delivery_id}}"

PORTAL = ()

OFFICE = (
    InOffice("GET /office/webhook-event-types", 200, 403, 200),
    InOffice("GET /office/webhooks", 200, 403, 200),
    InOffice("POST /office/webhooks", 201, 403, 201, WEBHOOK),
    InOffice(f"GET {_ONE}", 404, 403, 200),
    InOffice(f"PATCH {_ONE}", 404, 403, 200, {"description": "Accounting"}),
    InOffice(f"POST {_ONE}/rotate-secret", 404, 403, 200),
    InOffice(f"POST {_ONE}/test", 404, 403, 409),
    InOffice(f"POST {_ONE}/resend-failed", 404, 403, 409, {"since": "2026-11-20T00:00:00Z"}),
    InOffice(f"GET {_ONE}/deliveries", 404, 403, 200),
    InOffice(f"GET {_DELIVERY}", 404, 403, 404),
    InOffice(f"POST {_DELIVERY}/resend", 404, 403, 409),
    InOffice(f"DELETE {_ONE}", 404, 403, 204),
)
