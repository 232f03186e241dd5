"""What must hold between the ledger and everything else: each a sentence, and the rows that break it."""

from services.billing.loan_invariants import LOAN_CHECKS

CHECKS = LOAN_CHECKS | {
    "the ledger does not add up to nothing": """
        SELECT currency, sum(amount) FROM posting GROUP BY currency HAVING sum(amount) <> 0
    """,
    "an entry does not balance": """
        SELECT entry_id, currency, sum(amount) FROM posting GROUP BY entry_id, currency HAVING sum(amount) <> 0
    """,
    "an invoice's balance is not what its entries say": """
        SELECT i.number, i.balance, coalesce(sum(p.amount), 0) FROM invoice i
        LEFT JOIN posting p ON p.invoice_id = i.id AND p.account = 'accounts_receivable'
        GROUP BY i.id HAVING i.balance <> coalesce(sum(p.amount), 0)
    """,
    "an invoice is paid beyond its total": """
        SELECT i.number, i.total, sum(a.amount - a.returned) FROM invoice i
        JOIN allocation a ON a.invoice_id = i.id JOIN payment p ON p.id = a.payment_id AND p.succeeded_at IS NOT NULL
        GROUP BY i.id HAVING sum(a.amount - a.returned) > i.total
    """,
    "a shared invoice is not posted, or a draft is": """
        SELECT i.number FROM invoice i LEFT JOIN entry e ON e.subject_id = i.id AND e.kind = 'invoice_shared'
        WHERE (i.shared_at IS NULL) <> (e.id IS NULL)
    """,
    "a payment that has moved money is not posted, or another is": """
        SELECT p.number, p.status FROM payment p
        LEFT JOIN entry e ON e.subject_id = p.id AND e.kind IN ('payment_succeeded', 'payment_recorded')
        WHERE (p.succeeded_at IS NULL) = (e.id IS NOT NULL)
    """,
    "a payment's cash is not what was charged": """
        SELECT p.number, p.subtotal + p.fee, coalesce(sum(g.amount), 0) FROM payment p
        JOIN entry e ON e.subject_id = p.id AND e.kind IN ('payment_succeeded', 'payment_recorded')
        LEFT JOIN posting g ON g.entry_id = e.id AND g.account IN ('cash_in_transit', 'cash_received')
        GROUP BY p.id HAVING p.subtotal + p.fee <> coalesce(sum(g.amount), 0)
    """,
    "a refund in force is not posted, or another is": """
        SELECT r.id, r.status FROM refund r
        LEFT JOIN entry made ON made.subject_id = r.id AND made.kind = 'refund_made'
        LEFT JOIN entry undone ON undone.subject_id = r.id AND undone.kind = 'refund_failed'
        WHERE (r.status IN ('pending', 'succeeded')) <> (made.id IS NOT NULL AND undone.id IS NULL)
    """,
    "more was paid back than was paid": """
        SELECT p.number, p.subtotal + p.fee, sum(r.amount) FROM payment p
        JOIN refund r ON r.payment_id = p.id AND r.status <> 'failed'
        GROUP BY p.id HAVING sum(r.amount) > p.subtotal + p.fee
    """,
    "a dispute's money is not where its state says": """
        SELECT d.provider_id, d.state FROM dispute d
        LEFT JOIN entry o ON o.subject_id = d.id AND o.kind = 'dispute_opened'
        LEFT JOIN entry c ON c.subject_id = d.id AND c.kind = 'dispute_' || d.state
        WHERE (d.withdrawn_at IS NULL) = (o.id IS NOT NULL) OR (d.state IN ('won', 'lost')) <> (c.id IS NOT NULL)
    """,
    "an attempt that has ended still holds its invoices": """
        SELECT p.number, p.status FROM payment p JOIN allocation a ON a.payment_id = p.id AND a.is_open
        WHERE p.status NOT IN ('created', 'requires_action', 'processing', 'unknown')
    """,
    # Invoices
    "an invoice's balance is not its total less what reduced it": """
        SELECT i.number, i.balance, i.total FROM invoice i
        LEFT JOIN (
            SELECT a.invoice_id, sum(a.amount - a.returned) AS amount FROM allocation a
            JOIN payment p ON p.id = a.payment_id AND p.succeeded_at IS NOT NULL GROUP BY a.invoice_id
        ) paid ON paid.invoice_id = i.id
        LEFT JOIN (
            SELECT invoice_id, sum(amount) AS amount FROM credit_application WHERE taken_back_at IS NULL
            GROUP BY invoice_id
        ) applied ON applied.invoice_id = i.id
        WHERE i.balance <> CASE WHEN i.shared_at IS NULL OR i.voided_at IS NOT NULL THEN 0 ELSE i.total END
            - coalesce(paid.amount, 0) - coalesce(applied.amount, 0)
    """,
    "an invoice's tax is not what its entries say": """
        SELECT i.number, i.tax, coalesce(-sum(g.amount), 0) FROM invoice i
        LEFT JOIN posting g ON g.invoice_id = i.id AND g.account = 'sales_tax'
        GROUP BY i.id HAVING coalesce(-sum(g.amount), 0)
            <> CASE WHEN i.shared_at IS NULL OR i.voided_at IS NOT NULL THEN 0 ELSE i.tax END
    """,
    "a void invoice is not taken out of the ledger, or another is": """
        SELECT i.number FROM invoice i LEFT JOIN entry e ON e.subject_id = i.id AND e.kind = 'invoice_voided'
        WHERE (i.shared_at IS NOT NULL AND i.voided_at IS NOT NULL) <> (e.id IS NOT NULL)
    """,
    # Payments
    "what a payment pays of an invoice is not what its entries say": """
        WITH subject AS (
            SELECT id AS payment_id, id FROM payment UNION ALL SELECT payment_id, id FROM refund
            UNION ALL SELECT payment_id, id FROM dispute
        ), posted AS (
            SELECT s.payment_id, g.invoice_id, -sum(g.amount) AS amount FROM subject s
            JOIN entry e ON e.subject_id = s.id
            JOIN posting g ON g.entry_id = e.id AND g.account = 'accounts_receivable'
            GROUP BY s.payment_id, g.invoice_id
        )
        SELECT p.number, a.invoice_number, a.amount - a.returned, posted.amount FROM allocation a
        JOIN payment p ON p.id = a.payment_id AND p.succeeded_at IS NOT NULL
        LEFT JOIN posted ON posted.payment_id = a.payment_id AND posted.invoice_id = a.invoice_id
        WHERE a.amount - a.returned <> coalesce(posted.amount, 0)
    """,
    "a fee's shares do not add up to it": """
        SELECT p.number, p.fee, sum(a.fee) FROM payment p JOIN allocation a ON a.payment_id = p.id
        GROUP BY p.id HAVING p.fee <> sum(a.fee)
    """,
    "a refund's cash is not what went back": """
        SELECT r.id, r.amount, coalesce(-sum(g.amount), 0) FROM refund r
        LEFT JOIN entry e ON e.subject_id = r.id AND e.kind IN ('refund_made', 'refund_failed')
        LEFT JOIN posting g ON g.entry_id = e.id AND g.account IN ('cash_in_transit', 'cash_received')
        GROUP BY r.id HAVING coalesce(-sum(g.amount), 0)
            <> CASE WHEN r.status IN ('pending', 'succeeded') THEN r.amount ELSE 0 END
    """,
    # Credits
    "a credit's rest is not what its applications leave": """
        SELECT c.number, c.unapplied, c.amount - c.returned - coalesce(sum(a.amount), 0) FROM credit c
        LEFT JOIN credit_application a ON a.credit_id = c.id AND a.taken_back_at IS NULL
        GROUP BY c.id HAVING c.unapplied <> c.amount - c.returned - coalesce(sum(a.amount), 0)
    """,
    "a customer's free credits are not what the ledger owes them": """
        SELECT customer_id, currency, sum(amount) FROM (
            SELECT customer_id, currency, unapplied AS amount FROM credit
            UNION ALL SELECT customer_id, currency, amount FROM posting WHERE account = 'unapplied_credit'
        ) both_sides GROUP BY customer_id, currency HAVING sum(amount) <> 0
    """,
    "a granted credit is not posted, or not as it is": """
        SELECT c.number, c.amount, coalesce(sum(g.amount), 0) FROM credit c
        LEFT JOIN entry e ON e.subject_id = c.id AND e.kind = 'credit_granted'
        LEFT JOIN posting g ON g.entry_id = e.id AND g.account = 'credits_granted'
        WHERE c.payment_id IS NULL GROUP BY c.id HAVING c.amount <> coalesce(sum(g.amount), 0)
    """,
    "what a credit gives to an invoice is not posted as it is": """
        SELECT a.credit_number, a.invoice_number, a.amount, coalesce(-sum(g.amount), 0) FROM credit_application a
        LEFT JOIN entry e ON e.subject_id = a.id AND e.kind IN ('credit_applied', 'credit_unapplied')
        LEFT JOIN posting g ON g.entry_id = e.id AND g.invoice_id = a.invoice_id
        GROUP BY a.id HAVING coalesce(-sum(g.amount), 0) <> CASE WHEN a.taken_back_at IS NULL THEN a.amount ELSE 0 END
    """,
    "a credit reduces another customer's invoice": """
        SELECT a.credit_number, a.invoice_number FROM credit_application a JOIN credit c ON c.id = a.credit_id
        JOIN invoice i ON i.id = a.invoice_id WHERE c.customer_id <> i.customer_id
    """,
}
