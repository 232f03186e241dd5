"""Proves the money: each company's ledger against everything else, and against the payment provider.

    python -m services.billing.audit [--days 30] [--until 2026-11-22T03:00:00+00:00] [--without-provider]

It works with billing's own variables and as its own role, one company at a time, and changes nothing. It prints a
sentence for each thing that does not agree, and then ends with 1.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from services.billing import provider_audit
from services.billing.invariants import CHECKS
from services.billing.processor import ProviderError
from services.chassis.database import connect, tenant_session
from services.chassis.settings import chassis_settings

USUAL_DAYS = 30


def discrepancies(engine: Engine) -> list[str]:
    """One sentence for each row of any company that breaks an invariant; none when the money is right."""
    return [found for company_id in companies(engine) for found in of_company(engine, company_id)]


def companies(engine: Engine) -> list[UUID]:
    """Every company that bills."""
    with Session(engine) as session:
        return list(session.scalars(text("SELECT lookups.companies()")))


def of_company(engine: Engine, company_id: UUID) -> list[str]:
    """The same of one company."""
    with tenant_session(engine, company_id) as session:
        # Nobody waits for an answer, and a look at everything takes what it takes.
        session.execute(text("SET LOCAL statement_timeout = 0"))
        return [
            f"{company_id}: {name}: {', '.join(map(str, row))}"
            for name, statement in CHECKS.items()
            for row in session.execute(text(statement))
        ]


def disagreements(engine: Engine, since: datetime, until: datetime) -> list[str]:
    """One sentence for each movement of any company in this time on which the provider says something else.

    Where it says nothing there is a sentence of that, and the other companies are looked at all the same.
    """
    found: list[str] = []
    for company_id in companies(engine):
        try:
            found += [f"{company_id}: {each}" for each in provider_audit.of_company(engine, company_id, since, until)]
        except ProviderError as error:
            found.append(f"{company_id}: {unanswered(error)}")
    return found


def unanswered(error: ProviderError) -> str:
    """The sentence for a company of which the provider did not answer."""
    return f"the provider did not answer: {error!r}"


def main() -> int:
    """Prints what does not agree; the exit code says whether there was anything."""
    wanted = _arguments()
    engine = connect(chassis_settings().database_url.get_secret_value(), pool_size=1)
    found = discrepancies(engine)
    if not wanted.without_provider:
        until = wanted.until or datetime.now(UTC) - provider_audit.SETTLING
        found += disagreements(engine, until - timedelta(days=wanted.days), until)
    print("\n".join(found) or f"The money of {len(companies(engine))} companies is right.")
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.billing.audit", description=__doc__)
    parser.add_argument("--days", type=int, default=USUAL_DAYS, help="how far back the provider is asked")
    parser.add_argument("--until", type=datetime.fromisoformat, help="where that ends; a quarter of an hour ago")
    parser.add_argument("--without-provider", action="store_true", help="our own books alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
