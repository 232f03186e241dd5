"""Guests: their routes are opened by the secret of a program or of a pay link, and by no session."""

GUESTS = frozenset(
    {
        "GET /guest/program",
        "GET /guest/invoices/{invoice_id}",
        "POST /guest/payment-quotes",
        "POST /guest/payments",
        "GET /guest/payments/{payment_id}",
        "GET /guest/payments/{payment_id}/receipt",
    }
)
