"""Jobs, equipment, and what is attached to them and to requests, comments and quotes."""

from tests.e2e.access.shape import InOffice, InPortal

_FILE = {"file": "A photo"}
_OWNERS = (
    ("/jobs/{job_id}/attachments", "rosa"),
    ("/equipment/{equipment_id}/attachments", "rosa"),
    ("/requests/{request_id}/attachments", "rosa"),
    ("/requests/{request_id}/comments/{comment_id}/attachments", "rosa"),
    ("/quotes/{quote_id}/attachments", "omar"),
)
"""Each with somebody of the staff who may only look."""
_JOB = {"property_id": "{property_id}", "description": "Prune the oak"}
_EQUIPMENT = {"property_id": "{property_id}", "kind": "Pump"}

PORTAL = (
    InPortal("GET /jobs", 200, 200, 403, 200),
    InPortal("POST /jobs", 404, 404, 403, 201, _JOB),
    InPortal("GET /jobs/{job_id}", 404, 404, 404, 200),
    InPortal("GET /equipment", 200, 200, 403, 200),
    InPortal("POST /equipment", 404, 404, 403, 201, _EQUIPMENT),
    InPortal("GET /equipment/{equipment_id}", 404, 404, 404, 200),
    InPortal("PATCH /equipment/{equipment_id}", 404, 404, 404, 200, {"location": "Pump house"}),
    *(row for path, _ in _OWNERS for row in (
        InPortal(f"GET {path}", 404, 404, 404, 200),
        InPortal(f"POST {path}", 404, 404, 404, 201, _FILE),
        InPortal(f"GET {path}/{{attachment_id}}", 404, 404, 404, 200),
        InPortal(f"GET {path}/{{attachment_id}}/thumbnail", 404, 404, 404, 200),
    )),
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/jobs", 200, 200, 200),
    InOffice("POST /office/jobs", 404, 403, 201, _JOB),
    InOffice("GET /office/jobs/{job_id}", 404, 200, 200),
    InOffice("PATCH /office/jobs/{job_id}", 404, 403, 200, {"date_booked": "2027-03-01"}),
    InOffice("POST /office/jobs/{job_id}/time", 404, 403, 201, {"worked_on": "2026-01-05", "minutes": 30}),
    InOffice("DELETE /office/jobs/{job_id}/time/{entry_id}", 404, 403, 200),
    InOffice("GET /office/equipment", 200, 200, 200),
    InOffice("POST /office/equipment", 404, 403, 201, _EQUIPMENT),
    InOffice("GET /office/equipment/{equipment_id}", 404, 200, 200),
    InOffice("PATCH /office/equipment/{equipment_id}", 404, 403, 200, {"make": "Grundfos"}),
    InOffice("GET /office/equipment/{equipment_id}/label", 404, 200, 200),
    InOffice("POST /office/equipment/{equipment_id}/label", 404, 403, 201),
    InOffice("DELETE /office/equipment/{equipment_id}/label", 404, 403, 200),
    *(row for path, looks in _OWNERS for row in (
        InOffice(f"GET /office{path}", 404, 200, 200, by=looks),
        InOffice(f"POST /office{path}", 404, 403, 201, _FILE, by=looks),
        InOffice(f"GET /office{path}/{{attachment_id}}", 404, 200, 200, by=looks),
        InOffice(f"GET /office{path}/{{attachment_id}}/thumbnail", 404, 200, 200, by=looks),
        InOffice(f"PATCH /office{path}/{{attachment_id}}", 404, 403, 200, {"visible": True}, by=looks),
        InOffice(f"DELETE /office{path}/{{attachment_id}}", 404, 403, 200, by=looks),
    )),
)  # fmt: skip
