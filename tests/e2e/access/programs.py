"""Programs: an insured's, and what the agency does with them. The program is offered, and financed by nobody yet."""

from tests.e2e.access.shape import USD, InOffice, InPortal

_POLICY = {
    "number": "HIA-GL-9001", "carrier": "Gulf States Mutual", "line": "General Liability",
    "premium": {"amount": 100_000, **USD}, "effective_on": "2027-01-01", "expires_on": "2028-01-01",
}  # fmt: skip
PROGRAM = {"customer_id": "{customer_id}", "name": "Clubhouse liability", "policies": [_POLICY]}
OFFER = {
    "allowed_plans": ["pay_in_full", "financed"],
    "allowed_payment_methods": ["card"],
    "terms": {"annual_rate": "9", "installments": 10, "first_due_on": "2027-02-01", "late_fee_policy": "LA"},
}
_SIGNATURE = {
    "name": "Priya Shah",
    "signature": {"typed": "Priya Shah"},
    "consent_version": "old",
    "document_sha256": "0" * 64,
}
_ENDORSEMENT = {
    "effective_on": "2027-03-01", "change": {"amount": 10_000, **USD}, "keep": "term", "reason": "A new truck",
}  # fmt: skip

PORTAL = (
    InPortal("GET /programs", 404, 200, 403, 200),
    InPortal("GET /programs/{program_id}", 404, 404, 403, 200),
    InPortal("GET /programs/{program_id}/finance-agreement", 404, 404, 403, 404),
    InPortal("POST /programs/{program_id}/finance-agreement/signature", 404, 404, 403, 409, _SIGNATURE),
    InPortal("GET /programs/{program_id}/payoff-quote", 404, 404, 403, 409),
    InPortal("PUT /programs/{program_id}/plan", 404, 404, 403, 200, {"plan": "pay_in_full"}),
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/programs", 200, 200, 200),
    InOffice("POST /office/programs", 404, 403, 201, PROGRAM),
    InOffice("GET /office/programs/{program_id}", 404, 200, 200),
    InOffice("PATCH /office/programs/{program_id}", 404, 403, 200, {"name": "Clubhouse"}),
    InOffice("POST /office/programs/{program_id}/offer", 404, 403, 200, OFFER),
    InOffice("GET /office/programs/{program_id}/finance-agreement", 404, 404, 404),
    InOffice("GET /office/programs/{program_id}/payoff-quote", 404, 409, 409),
    InOffice("POST /office/programs/{program_id}/payoff", 404, 403, 409),
    InOffice("POST /office/programs/{program_id}/withdraw-payoff", 404, 403, 409),
    InOffice("POST /office/programs/{program_id}/endorse", 404, 403, 409, _ENDORSEMENT),
    InOffice("POST /office/programs/{program_id}/invoices", 404, 403, 201, {
        "description": "Inspection", "amount": {"amount": 5000, **USD}, "due_on": "2027-01-15",
    }),
    InOffice("POST /office/invoices/{invoice_id}/request-payment", 404, 403, 200),
    InOffice("POST /office/programs/{program_id}/renew", 404, 403, 201, {"policies": [_POLICY]}),
    InOffice("POST /office/programs/{program_id}/archive", 404, 403, 200),
    InOffice("POST /office/programs/{program_id}/restore", 404, 403, 200),
    InOffice("POST /office/programs/{program_id}/cancel", 404, 403, 200, {
        "cancelled_on": "2027-06-01", "reason": "Sold",
    }),
)  # fmt: skip
