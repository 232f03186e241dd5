"""What a guest may see and pay: the invoices that their secret stands for."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from services.billing import access, payables, rules
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.errors import not_found


def invoices(work: Work, invoice_ids: Collection[UUID], *, lock: bool = False) -> Sequence[Invoice]:
    """These invoices; not_found unless all of them are the guest's."""
    principal, portal = access.guest(work)
    wanted = set(invoice_ids)
    if not wanted <= set(principal.guest_invoice_ids):
        raise not_found()
    theirs = select(Invoice).where(
        Invoice.id.in_(wanted), Invoice.branch_id == portal.branch_id, Invoice.shared_at.is_not(None)
    )
    statement = theirs.order_by(Invoice.id)
    if lock:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = work.session.scalars(statement).all()
    if len(found) < len(wanted):
        raise not_found()
    return found


def debts(work: Work, invoice_ids: Collection[UUID], *, lock: bool) -> list[rules.Debt]:
    """What the rules need to know of them; with `lock` nobody else begins a payment of them meanwhile."""
    found = invoices(work, invoice_ids, lock=lock)
    # Asked after the lock: a snapshot from before it would miss the attempt that was waited for.
    asked = payables.open_attempts if lock else payables.standing_attempts
    attempts = asked(work, [each.id for each in found])
    return [payables.debt_of(work, each, attempts.get(each.id)) for each in found]
