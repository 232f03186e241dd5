"""The companies that bill, as identity tells of them."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.billing.models import Merchant
from services.chassis.work import Work
from services.contracts.errors import conflict
from services.contracts.identity.portals import CompanyChanged, CompanyOpened

FIRST_VERSION = 1
"""Of a company that was just opened."""


def remember(work: Work, event: CompanyOpened | CompanyChanged) -> None:
    """Keeps the company's name and its account at the payment provider; news that is older than what is kept is not."""
    told = {
        "name": event.name,
        "payment_account": event.payment_account,
        "version": event.version if isinstance(event, CompanyChanged) else FIRST_VERSION,
    }
    row = insert(Merchant).values(company_id=event.company_id, **told)
    newer = Merchant.version < row.excluded.version
    work.session.execute(row.on_conflict_do_update(index_elements=["company_id"], set_=told, where=newer))


def current(work: Work) -> Merchant:
    """The unit's company; a conflict in the moment before billing has heard of it."""
    company = work.session.get(Merchant, work.company_id)
    if company is None:
        raise conflict("The company is being set up. Please try again in a moment.", reason="company_unknown")
    return company


def with_account(work: Work, account: str) -> UUID | None:
    """Whose account at the provider this is, over all companies."""
    found = select(func.lookups.company_by_account(account))
    return work.session.scalar(found)
