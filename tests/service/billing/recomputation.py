"""What the books of one company come to, computed anew from the rows that they rest on."""

UNBALANCED = "SELECT entry_id FROM posting GROUP BY entry_id, currency HAVING sum(amount) <> 0"
"""Entries that do not balance."""

BALANCES = """
    SELECT i.number, i.balance, coalesce(
        (SELECT sum(p.amount) FROM posting p WHERE p.invoice_id = i.id AND p.account = 'accounts_receivable'), 0
    ), CASE WHEN i.shared_at IS NULL OR i.voided_at IS NOT NULL THEN 0 ELSE i.total - coalesce(
        (SELECT sum(a.amount - a.returned) FROM allocation a JOIN payment p ON p.id = a.payment_id
         WHERE a.invoice_id = i.id AND p.succeeded_at IS NOT NULL), 0
    ) - coalesce(
        (SELECT sum(c.amount) FROM credit_application c WHERE c.invoice_id = i.id AND c.taken_back_at IS NULL), 0
    ) END
    FROM invoice i
"""
"""Of each invoice: its balance as it is kept, as it is posted, and as everything that reduced it says."""

UNAPPLIED = "SELECT -coalesce(sum(amount), 0) FROM posting WHERE account = 'unapplied_credit'"
"""All credit that is free, by the ledger."""

FREE = """
    SELECT coalesce(sum(c.amount - c.returned - coalesce(
        (SELECT sum(a.amount) FROM credit_application a WHERE a.credit_id = c.id AND a.taken_back_at IS NULL), 0)), 0),
        coalesce(sum(c.unapplied), 0) FROM credit c
"""
"""The same by what is left of each credit, and as the credits keep it."""

CASH = """
    SELECT m.id, m.intent_id, m.succeeded_at IS NOT NULL, m.subtotal + m.fee,
        coalesce((SELECT sum(g.amount) FROM posting g JOIN entry e ON e.id = g.entry_id
         WHERE g.account = 'cash_in_transit' AND (e.subject_id = m.id
            OR e.subject_id IN (SELECT id FROM refund WHERE payment_id = m.id)
            OR e.subject_id IN (SELECT id FROM dispute WHERE payment_id = m.id))), 0)
    FROM payment m WHERE m.received_on IS NULL
"""
"""Of each online payment: its intent, whether it moved money, its total, and what the books have of it now."""

OVERPAID = """
    SELECT e.subject_id FROM entry e JOIN posting g ON g.entry_id = e.id AND g.account = 'unapplied_credit'
    WHERE e.kind = 'payment_succeeded' AND NOT EXISTS (SELECT FROM entry WHERE kind = 'refund_failed')
"""
"""Online payments that brought more than was owed: only a refund that came back meanwhile is an excuse for that."""
