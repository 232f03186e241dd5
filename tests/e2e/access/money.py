"""Invoices, credits, payments, statements and payment methods."""

from tests.e2e.access.shape import USD, InOffice, InPortal

LINE = {"service": "Mowing", "quantity": 1, "unit_price": {"amount": 5000, **USD}}
PERIOD = "?since=2026-01-01&until=2026-12-31"

PORTAL = (
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
)  # fmt: skip

OFFICE = (
    InOffice("GET /office/invoices", 200, 200, 200),
    InOffice("GET /office/invoices/{invoice_id}/history", 404, 200, 200),
    InOffice("POST /office/invoices", 404, 403, 201, {"property_id": "{property_id}", "services": [LINE]}),
    InOffice("GET /office/invoices/{invoice_id}", 404, 200, 200),
    InOffice("GET /office/invoices/{invoice_id}/pdf", 404, 200, 200),
    InOffice("POST /office/invoices/{invoice_id}/share", 404, 403, 200),
    InOffice("GET /office/invoices/{invoice_id}/pay-link", 404, 200, 200),
    InOffice("POST /office/invoices/{invoice_id}/pay-link", 404, 403, 201),
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
    InOffice("POST /office/payments/{payment_id}/refund-quote", 404, 200, 200, {}),
    InOffice("GET /office/search", 200, 200, 200, query="?q=INV"),
    InOffice("GET /office/provider-events", 200, 200, 200),
    InOffice("POST /office/provider-events/{event_id}/replay", 404, 403, 404),
    InOffice("POST /office/payments/{payment_id}/refund", 404, 403, 200, {"amount": {"amount": 100, **USD}}),
    InOffice("GET /office/customers/{customer_id}/statement", 404, 200, 200, query=PERIOD),
    InOffice("GET /office/customers/{customer_id}/statement/pdf", 404, 200, 200, query=PERIOD),
    InOffice("GET /office/customers/{customer_id}/statement/csv", 404, 200, 200, query=PERIOD),
)  # fmt: skip
