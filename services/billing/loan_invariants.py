"""What must hold between loans, their invoices and the ledger: each a sentence, and the rows that break it."""

LOAN_CHECKS = {
    "an agreement's schedule does not add up to it": """
        SELECT a.number, a.version, a.amount_financed, sum(i.principal), a.total_of_payments, sum(i.amount)
        FROM finance_agreement a LEFT JOIN installment i ON i.agreement_id = a.id
        GROUP BY a.id HAVING coalesce(sum(i.principal), 0) <> a.amount_financed
            OR coalesce(sum(i.amount), 0) <> a.total_of_payments
    """,
    "an installment is not billed as it was agreed": """
        SELECT a.number, i.number, v.number FROM installment i JOIN finance_agreement a ON a.id = i.agreement_id
        JOIN invoice v ON v.id = i.invoice_id
        WHERE (v.total, v.principal, v.interest, v.kind, v.program_id)
            IS DISTINCT FROM (i.amount, i.principal, i.interest, 'installment', a.program_id)
    """,
    "an agreement in force has an installment that nobody owes and no payoff covers": """
        SELECT a.number, i.number FROM finance_agreement a JOIN installment i ON i.agreement_id = a.id
        LEFT JOIN invoice v ON v.id = i.invoice_id
        LEFT JOIN loan_payoff p ON p.agreement_id = a.id AND p.ended_at IS NULL
        WHERE a.stage IN ('in_force', 'cancelled') AND p.agreement_id IS NULL
            AND (v.id IS NULL OR v.shared_at IS NULL OR v.voided_at IS NOT NULL)
    """,
    "what repays a loan is not what is on loan": """
        SELECT a.number, a.amount_financed, coalesce(sum(v.principal), 0) FROM finance_agreement a
        LEFT JOIN invoice v ON v.program_id = a.program_id AND v.voided_at IS NULL
        WHERE a.stage IN ('in_force', 'cancelled')
        GROUP BY a.id HAVING coalesce(sum(v.principal), 0) <> a.amount_financed
    """,
    "what was lent is not what the agreement says": """
        SELECT a.number, a.amount_financed, coalesce(sum(g.amount), 0) FROM finance_agreement a
        LEFT JOIN finance_agreement version ON version.program_id = a.program_id
        LEFT JOIN entry e ON e.subject_id = version.id AND e.kind IN ('loan_made', 'loan_changed')
        LEFT JOIN posting g ON g.entry_id = e.id AND g.account = 'loan_receivable'
        WHERE a.stage IN ('in_force', 'cancelled')
        GROUP BY a.id HAVING coalesce(sum(g.amount), 0) <> a.amount_financed
    """,
    "what of an invoice repays a loan is not what its entries say": """
        SELECT v.number, v.principal, v.interest FROM invoice v
        LEFT JOIN posting g ON g.invoice_id = v.id AND g.account IN ('loan_receivable', 'interest')
        GROUP BY v.id HAVING (
            coalesce(-sum(g.amount) FILTER (WHERE g.account = 'loan_receivable'), 0),
            coalesce(-sum(g.amount) FILTER (WHERE g.account = 'interest'), 0)
        ) IS DISTINCT FROM CASE WHEN v.shared_at IS NULL OR v.voided_at IS NOT NULL
            THEN (0::numeric, 0::numeric) ELSE (v.principal::numeric, v.interest::numeric) END
    """,
    "what is lent to a customer is not what their invoices repay": """
        SELECT customer_id, sum(amount) FROM posting WHERE account = 'loan_receivable'
        GROUP BY customer_id HAVING sum(amount) <> 0
    """,
}
