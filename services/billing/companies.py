"""The companies that bill, as identity tells of them."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.billing.models import Merchant
from services.chassis.work import Work
from services.contracts.errors import conflict
from services.contracts.identity.portals import CompanyOpened


def remember(work: Work, event: CompanyOpened) -> None:
    """Keeps the company's name and its account at the payment provider."""
    told = {"name": event.name, "payment_account": event.payment_account}
    row = insert(Merchant).values(company_id=event.company_id, **told)
    work.session.execute(row.on_conflict_do_update(index_elements=["company_id"], set_=told))


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
