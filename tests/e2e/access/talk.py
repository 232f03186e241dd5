"""What is said of requests and becomes of them, visits, calendars and activities."""

from tests.e2e.access.shape import InOffice, InPortal

PORTAL = (
    InPortal("POST /requests/{request_id}/comments", 404, 404, 404, 201, {"text": "Any news?"}),
    InPortal("GET /visits", 200, 200, 403, 200),
    InPortal("GET /visits/{visit_id}", 404, 404, 404, 200),
    InPortal("GET /me/calendar", 200, 200, 403, 200),
    InPortal("POST /me/calendar", 201, 201, 403, 201),
    # Whoever lost the right to see visits may still take their address back.
    InPortal("DELETE /me/calendar", 200, 200, 200, 200),
)  # fmt: skip

OFFICE = (
    InOffice("POST /office/requests/{request_id}/comments", 404, 403, 201, {"text": "For colleagues"}),
    InOffice("PATCH /office/requests/{request_id}", 404, 403, 200, {"priority": "high"}),
    InOffice("POST /office/requests/{request_id}/close", 404, 403, 200),
    InOffice("POST /office/requests/{request_id}/reopen", 404, 403, 200),
    InOffice("POST /office/requests/{request_id}/become-job", 404, 403, 200),
    InOffice("POST /office/requests/{request_id}/become-quote", 404, 403, 200),
    InOffice("GET /office/visits", 200, 200, 200),
    InOffice("POST /office/visits", 404, 403, 201, {
        "property_id": "{property_id}", "date": "2026-12-24", "services": ["Wreaths"],
    }),
    InOffice("GET /office/visits/{visit_id}", 404, 200, 200),
    InOffice("PATCH /office/visits/{visit_id}", 404, 403, 200, {"services": ["Hedges", "Edging"]}),
    InOffice("POST /office/visits/{visit_id}/notes", 404, 403, 201, {"text": "The gate sticks"}),
    InOffice("PATCH /office/visits/{visit_id}/notes/{note_id}", 404, 403, 200, {"shown_in_portal": False}),
    InOffice("POST /office/visits/{visit_id}/complete", 404, 403, 200),
    # By now it is completed.
    InOffice("POST /office/visits/{visit_id}/cancel", 404, 403, 409),
    InOffice("GET /office/mails", 200, 403, 200),
    InOffice("GET /office/mails/{mail_id}", 404, 403, 200),
    InOffice("POST /office/mails/{mail_id}/resend", 404, 403, 201),
    InOffice("GET /office/suppressions", 200, 403, 200),
    InOffice("POST /office/suppressions", 201, 403, 201, {"address": "gone@lakeside.test", "reason": "bounced"}),
    InOffice("DELETE /office/suppressions/{address}", 404, 403, 404),
    InOffice("GET /office/activities", 200, 200, 200),
    InOffice("POST /office/activities/read", 200, 200, 200, {"activity_ids": ["{nothing_id}"]}),
)  # fmt: skip
