"""Autopay: a customer's own, a program's, and the office's runs."""

from tests.e2e.access.shape import InOffice, InPortal

OFF = {"enabled": False}

PORTAL = (
    InPortal("GET /autopay", 200, 200, 403, 200),
    InPortal("PUT /autopay", 200, 200, 403, 200, OFF),
    InPortal("GET /autopay/terms", 404, 404, 403, 404, query="?payment_method_id={payment_method_id}"),
    InPortal("POST /autopay/skip", 409, 409, 403, 409, {}),
    InPortal("GET /programs/{program_id}/autopay", 404, 404, 403, 200),
    InPortal("PUT /programs/{program_id}/autopay", 404, 404, 403, 200, OFF),
    InPortal("GET /programs/{program_id}/autopay/terms", 404, 404, 403, 404,
             query="?payment_method_id={payment_method_id}"),
    InPortal("POST /programs/{program_id}/autopay/skip", 404, 404, 403, 409, {}),
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/autopay-runs", 200, 200, 200),
    InOffice("GET /office/autopay-runs/preview", 404, 200, 200, query="?branch_id={branch_id}&until=2026-12-31"),
    InOffice("GET /office/autopay-runs/{run_id}", 404, 404, 404),
    InOffice("GET /office/autopay-runs/{run_id}/attempts", 404, 404, 404),
)  # fmt: skip
