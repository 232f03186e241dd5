"""Takes in what happened at the payment provider after the moment that these books are of: after a restore.

    python -m services.billing.recovery --since 2026-11-22T03:00:00+00:00

It works with billing's own variables and as its own role, while no replica of billing runs, and may be repeated. Of
each company it takes in the payments that were made since, and what the provider has told since of refunds, disputes
and methods; it charges nothing and pays nothing back, and closes what guests have left open.
Then it audits: what is still charged and not posted is printed, and it ends with 1.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Engine, func, select

from services.billing import audit, processor, provider_events, settlement
from services.billing.models import Merchant, Payment
from services.billing.payment_rules import OPEN_STATUSES
from services.billing.processor import Intent, ProviderError
from services.billing.provider_models import ProviderEvent
from services.chassis.database import connect, tenant_session
from services.chassis.executor import Executor
from services.chassis.settings import chassis_settings
from services.chassis.work import Work

OVERLAP = timedelta(hours=1)
"""Asked for again: an intent may be older than its payment's last change, and the provider's clock is not ours."""


def of_all(company_ids: Iterable[UUID], recovered: Callable[[UUID], int]) -> tuple[int, list[str]]:
    """How many payments were taken in, and a sentence for each company of which the provider did not answer."""
    taken_in, unanswered = 0, []
    for company_id in company_ids:
        try:
            taken_in += recovered(company_id)
        except ProviderError as error:
            unanswered.append(f"{company_id}: {audit.unanswered(error)}")
    return taken_in, unanswered


def of_company(engine: Engine, executor: Executor, company_id: UUID, since: datetime) -> int:
    """Takes in one company's payments and news since then; answers how many payments were not known.

    Raises ProviderError where the provider did not answer.
    """
    before = _payments(engine, company_id)
    with tenant_session(engine, company_id) as session:
        account = session.get_one(Merchant, company_id).payment_account
    processor.close_pages_since(account, since - OVERLAP)
    _take_in(engine, executor, company_id, processor.payments_since(account, since - OVERLAP))
    executor.due(partial(_look_back, since=since), company_id, company_id)
    executor.due(provider_events.catch_up, company_id, company_id)
    _apply(engine, executor, company_id)
    return _payments(engine, company_id) - before


def _payments(engine: Engine, company_id: UUID) -> int:
    with tenant_session(engine, company_id) as session:
        return session.scalar(select(func.count()).select_from(Payment)) or 0


def _take_in(engine: Engine, executor: Executor, company_id: UUID, told: Sequence[Intent]) -> None:
    """Those that are known first, so that they let go of what one made after them holds.

    Of one that moved to the provider's page, the page's intent is the newer one, and counts. What is still open then
    is older than what was asked for.
    """
    with tenant_session(engine, company_id) as session:
        named = [each.payment_id for each in told if each.payment_id]
        known = set(session.scalars(select(Payment.id).where(Payment.id.in_(named))))
    for intent in reversed(told):
        if intent.payment_id in known:
            executor.due(partial(_settle, intent=intent), company_id, company_id)
    with tenant_session(engine, company_id) as session:
        still_open = session.scalars(select(Payment.id).where(Payment.status.in_(OPEN_STATUSES))).all()
    for payment_id in still_open:
        executor.due(settlement.consult, company_id, payment_id)
    for intent in told:
        if intent.payment_id not in known:
            executor.due(partial(_settle, intent=intent), company_id, company_id)


def _settle(work: Work, _: UUID, intent: Intent) -> None:
    settlement.settle_late(work, intent)


def _look_back(work: Work, company_id: UUID, since: datetime) -> None:
    """Has the provider be asked again for what it has told since then."""
    merchant = work.session.get_one(Merchant, company_id, with_for_update=True)
    merchant.caught_up_at = min(merchant.caught_up_at, since, work.now - provider_events.CATCH_UP_EVERY)


def _apply(engine: Engine, executor: Executor, company_id: UUID) -> None:
    """What was told and waits, once; what cannot be applied now is left to billing's own worklist."""
    waiting = select(ProviderEvent.id).where(ProviderEvent.state == "received").order_by(ProviderEvent.id)
    with tenant_session(engine, company_id) as session:
        row_ids = session.scalars(waiting).all()
    for row_id in row_ids:
        executor.due(provider_events.apply, company_id, row_id)


def main() -> int:
    """Takes in, audits, and prints both; the exit code says whether anything is left that does not agree."""
    parser = argparse.ArgumentParser(prog="python -m services.billing.recovery", description=__doc__)
    parser.add_argument("--since", type=datetime.fromisoformat, required=True, help="the moment of the backup")
    since = parser.parse_args().since.astimezone(UTC)
    settings = chassis_settings()
    engine = connect(settings.database_url.get_secret_value(), pool_size=2)
    executor = Executor(engine, settings.inbox_secret.get_secret_value().encode())
    recovered = partial(of_company, engine, executor, since=since)
    taken_in, unanswered = of_all(audit.companies(engine), recovered)
    print(f"{taken_in} payments that these books did not know are taken in.")
    found = unanswered + audit.discrepancies(engine) + audit.disagreements(engine, since - OVERLAP, datetime.now(UTC))
    print("\n".join(found) or "The books and the provider agree.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
