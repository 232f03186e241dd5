"""Proves the money: every company's ledger, invoices and payments against each other, and says what does not agree.

    DATABASE_URL=postgresql://portico_billing:…@host/portico_billing python -m services.billing.audit

It works as the service's own role, one company's unit at a time, and changes nothing.
"""

import os
import sys
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from services.chassis.database import connect, tenant_session

CHECKS = {
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
}


def discrepancies(engine: Engine) -> list[str]:
    """One sentence for each row of any company that breaks an invariant; none when the money is right."""
    with Session(engine) as session:
        companies = list(session.scalars(text("SELECT lookups.companies()")))
    return [found for company_id in companies for found in _of_company(engine, company_id)]


def _of_company(engine: Engine, company_id: UUID) -> list[str]:
    with tenant_session(engine, company_id) as session:
        return [
            f"{company_id}: {name}: {', '.join(map(str, row))}"
            for name, statement in CHECKS.items()
            for row in session.execute(text(statement))
        ]


if __name__ == "__main__":
    found = discrepancies(connect(os.environ["DATABASE_URL"], pool_size=1))
    print("\n".join(found) or "The money is right.")
    sys.exit(1 if found else 0)
