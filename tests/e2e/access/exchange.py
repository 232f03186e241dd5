"""Files of rows: imports, and every list of the office as CSV."""

from tests.e2e.access.shape import InOffice, InPortal

_LISTS = (
    "customers", "properties", "contacts", "staff", "invoices", "payments", "credits", "programs", "proposals",
    "quotes", "jobs", "visits", "equipment", "requests", "activities",
)  # fmt: skip

PORTAL: tuple[InPortal, ...] = ()

OFFICE = (
    InOffice("GET /office/imports", 200, 403, 200),
    InOffice("POST /office/imports", 422, 403, 422, {"file": "no rows"}),
    InOffice("GET /office/imports/template.csv", 200, 403, 200, query="?kind=customers"),
    InOffice("GET /office/imports/{import_id}", 404, 404, 200),
    InOffice("GET /office/imports/{import_id}/problems", 404, 404, 200),
    InOffice("GET /office/imports/{import_id}/problems.csv", 404, 404, 200),
    InOffice("POST /office/imports/{import_id}/confirm", 404, 404, 409, {}),
    InOffice("DELETE /office/imports/{import_id}", 404, 404, 200),
    *(InOffice(f"GET /office/{name}.csv", 200, 200, 200) for name in _LISTS),
    InOffice("GET /office/mails.csv", 200, 403, 200),
    InOffice("GET /office/audit-events.csv", 200, 403, 200),
)
