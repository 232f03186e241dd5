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
        SELECT i.number, i.total, sum(a.amount) FROM invoice i
        JOIN allocation a ON a.invoice_id = i.id JOIN payment p ON p.id = a.payment_id AND p.status = 'succeeded'
        GROUP BY i.id HAVING sum(a.amount) > i.total
    """,
    "a shared invoice is not posted, or a draft is": """
        SELECT i.number FROM invoice i LEFT JOIN entry e ON e.subject_id = i.id AND e.kind = 'invoice_shared'
        WHERE (i.shared_at IS NULL) <> (e.id IS NULL)
    """,
    "a succeeded payment is not posted, or another is": """
        SELECT p.number, p.status FROM payment p
        LEFT JOIN entry e ON e.subject_id = p.id AND e.kind = 'payment_succeeded'
        WHERE (p.status = 'succeeded') <> (e.id IS NOT NULL)
    """,
    "a payment's cash is not what was charged": """
        SELECT p.number, p.subtotal + p.fee, coalesce(sum(g.amount), 0) FROM payment p
        JOIN entry e ON e.subject_id = p.id AND e.kind = 'payment_succeeded'
        LEFT JOIN posting g ON g.entry_id = e.id AND g.account = 'cash_in_transit'
        GROUP BY p.id HAVING p.subtotal + p.fee <> coalesce(sum(g.amount), 0)
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
