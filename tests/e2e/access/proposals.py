"""Proposals, signatures and quotes."""

from tests.e2e.access.shape import USD, InOffice, InPortal

OFFER = {"name": "Mowing", "lines": [{"description": "Mowing", "quantity": 1, "unit_price": {"amount": 5000, **USD}}]}
SIGNATURE = {
    "name": "Priya Shah",
    "signature": {"typed": "Priya Shah"},
    "optional_service_ids": [],
    "consent_version": "old",
    "document_sha256": "0" * 64,
}

PORTAL = (
    InPortal("GET /proposals", 200, 200, 403, 200),
    InPortal("GET /proposals/{proposal_id}", 404, 404, 404, 200),
    InPortal("GET /proposals/{proposal_id}/pdf", 404, 404, 404, 200),
    InPortal("GET /proposals/{proposal_id}/revisions/{revision}/pdf", 404, 404, 404, 200),
    InPortal("POST /proposals/{proposal_id}/signature", 404, 404, 404, 409, SIGNATURE),
    InPortal("POST /proposals/{proposal_id}/decline", 404, 404, 404, 200, {"reason": "We mow ourselves"}),
    InPortal("GET /quotes", 200, 200, 403, 200),
    InPortal("POST /quotes", 404, 404, 403, 201, {"property_id": "{property_id}", "description": "A hedge"}),
    InPortal("GET /quotes/{quote_id}", 404, 404, 404, 200),
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/proposals", 200, 200, 200),
    InOffice("POST /office/proposals", 404, 403, 201, {
        "kind": "contract", "title": "Mowing", "property_id": "{property_id}", "services": [OFFER],
    }, by="omar"),
    InOffice("GET /office/proposals/{proposal_id}", 404, 200, 200),
    InOffice("GET /office/proposals/{proposal_id}/pdf", 404, 200, 200),
    InOffice("GET /office/proposals/{proposal_id}/revisions/{revision}/pdf", 404, 200, 200),
    InOffice("GET /office/proposals/{proposal_id}/audit", 404, 200, 200),
    InOffice("POST /office/proposals/{proposal_id}/reset", 404, 403, 200, by="omar"),
    InOffice("PATCH /office/proposals/{proposal_id}", 404, 403, 200, {"title": "Mowing, cheaper"}, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/deliver", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/approve", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/start-production", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/mark-won", 404, 403, 200, by="omar"),
    InOffice("POST /office/proposals/{proposal_id}/mark-lost", 404, 403, 409, by="omar"),
    InOffice("GET /office/quotes", 200, 200, 200),
    InOffice("POST /office/quotes", 404, 403, 201, {
        "property_id": "{property_id}", "description": "A hedge", "contact_id": "{contact_id}",
    }, by="omar"),
    InOffice("GET /office/quotes/{quote_id}", 404, 200, 200),
    InOffice("PATCH /office/quotes/{quote_id}", 404, 403, 200, {"description": "A taller hedge"}, by="omar"),
    InOffice("POST /office/quotes/{quote_id}/finalize", 404, 403, 200, {"services": [OFFER]}, by="omar"),
)  # fmt: skip
