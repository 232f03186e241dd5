"""Invoices: read and owed by the customer, read by the office."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)

from services.billing import access, companies, invoice_views, ledger, payables, rules
from services.billing.models import Allocation, Invoice, Payment
from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.billing.invoices import (
    BalanceView,
    GetBalance,
    GetInvoice,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
)
from services.contracts.errors import not_found
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.principals import Portal


def get(work: Work, query: GetInvoice) -> InvoiceView:
    """One that the principal may see."""
    return invoice_views.view(work, visible(work, query.invoice_id))


def visible(work: Work, invoice_id: UUID) -> Invoice:
    """The invoice, if the principal may see it."""
    sight, told = access.sight_of_invoices(work)
    found = select(Invoice).where(Invoice.id == invoice_id, access.invoices_in(sight))
    invoice = work.session.scalar(found, told)
    if invoice is None:
        raise not_found()
    return invoice


_LISTED_COLUMNS = (
    Invoice.id,
    Invoice.number,
    Invoice.kind,
    Invoice.due_on,
    Invoice.time_zone,
    Invoice.currency,
    Invoice.total,
    Invoice.balance,
    Invoice.property_id,
    Invoice.property,
    Invoice.billing_contact_id,
    Invoice.service_names,
    Invoice.fees,
    Invoice.method_types,
    Invoice.proposal_id,
    Invoice.program_id,
    Invoice.shared_at,
    Invoice.voided_at,
)


def page(work: Work, query: ListInvoices) -> Page[InvoiceSummary]:
    """The newest due first; `due` includes what is overdue."""
    sight, told = access.sight_of_invoices(work, query.property_ids)
    told |= {"kind": query.kind, "most": query.limit + 1, "now": work.now}
    told |= {"of_customer": query.customer_id, "of_branch": query.branch_id}
    if query.cursor:
        told["after_due_on"], told["after_id"] = cursors.position(query.cursor, date)
    chosen = tuple(name for name in ("kind", "customer_id", "branch_id") if getattr(query, name) is not None)
    listed = _listed(sight, query.status, chosen, after=query.cursor is not None)
    rows = work.session.execute(listed, told).all()
    shown = rows[: query.limit]
    principal = work.principal
    more = len(rows) > query.limit
    return Page[InvoiceSummary](
        items=[invoice_views.summary(work, principal, row, row.attempt) for row in shown],
        next_cursor=cursors.after(shown[-1].due_on, shown[-1].id) if more else None,
    )


_OWED = and_(Invoice.shared_at.is_not(None), Invoice.balance > 0)
_IS_PROCESSING = payables.STANDING_STATUS.is_not_distinct_from("processing")
_THERE = cast(func.timezone(Invoice.time_zone, bindparam("now", type_=DateTime(timezone=True))), Date)
"""The day that it is where an invoice was raised."""
_IN_STATUS: dict[str, ColumnElement[bool]] = {
    "draft": and_(Invoice.shared_at.is_(None), Invoice.voided_at.is_(None)),
    "due": _OWED,
    "overdue": and_(_OWED, Invoice.due_on < _THERE, ~_IS_PROCESSING),
    "processing": and_(_OWED, _IS_PROCESSING),
    "paid": and_(Invoice.shared_at.is_not(None), Invoice.balance == 0, Invoice.voided_at.is_(None)),
    "void": Invoice.voided_at.is_not(None),
}
"""What a list shows of a status; `due` has all that is owed in it, as customers understand it."""
_CHOSEN: dict[str, ColumnElement[bool]] = {
    "kind": Invoice.kind == bindparam("kind"),
    "customer_id": Invoice.customer_id == bindparam("of_customer"),
    "branch_id": Invoice.branch_id == bindparam("of_branch"),
}


@cache
def _listed(sight: access.Sight, status: str, chosen: tuple[str, ...], *, after: bool) -> Select[Any]:
    """The statement of a list, made once for each shape that it can have."""
    in_office = sight in ("all", "all, chosen")
    statement = (
        select(*_LISTED_COLUMNS, *((Invoice.customer,) if in_office else ()), payables.STANDING_STATUS.label("attempt"))
        .outerjoin(Allocation, (Allocation.invoice_id == Invoice.id) & Allocation.is_open)
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .where(access.invoices_in(sight), *(_CHOSEN[each] for each in chosen))
        .order_by(Invoice.due_on.desc(), Invoice.id.desc())
        .limit(bindparam("most", type_=Integer))
    )
    if status != "all":
        statement = statement.where(_IN_STATUS[status])
    if after:
        last = tuple_(bindparam("after_due_on", type_=Date), bindparam("after_id", type_=Uuid))
        statement = statement.where(tuple_(Invoice.due_on, Invoice.id) < last)
    return statement


def balance(work: Work, query: GetBalance) -> BalanceView:
    """What is owed at the selected properties, without installments that are far ahead; credit stands beside it."""
    _, portal, customer_id = access.contact(work, "invoices.view")
    currency = companies.current(work).currency
    sight, told = access.sight_of_invoices(work, query.property_ids)
    owed = select(func.coalesce(func.sum(Invoice.balance), 0)).where(
        access.invoices_in(sight), Invoice.balance > 0, Invoice.currency == currency, _is_billed(work, portal)
    )
    return BalanceView(
        current=Money(amount=int(work.session.scalar(owed, told) or 0), currency=currency),
        unapplied_credit=Money(amount=ledger.unapplied_credit(work, customer_id, currency), currency=currency),
    )


def _is_billed(work: Work, portal: Portal) -> ColumnElement[bool]:
    """Whether an invoice counts in the current balance today: a loan's installments do shortly before they are due."""
    soon = work.today(portal.time_zone) + rules.BILLED_BEFORE
    return or_(Invoice.kind != "installment", Invoice.due_on <= soon)


def debts(work: Work, invoice_ids: Sequence[UUID], *, lock: bool) -> list[rules.Debt]:
    """What the rules need to know of these invoices; not_found unless the principal may see all of them.

    With `lock`, nobody else begins a payment of them until this transaction ends.
    """
    wanted = set(invoice_ids)
    sight, told = access.sight_of_invoices(work)
    statement = select(Invoice).where(Invoice.id.in_(wanted), access.invoices_in(sight)).order_by(Invoice.id)
    found = work.session.scalars(statement.with_for_update(key_share=True) if lock else statement, told).all()
    if len(found) < len(wanted):
        raise not_found()
    # Asked after the lock: a snapshot from before it would miss the attempt that was waited for.
    attempts = payables.open_attempts(work, wanted) if lock else payables.standing_attempts(work, wanted)
    return [payables.debt_of(work, invoice, attempts.get(invoice.id)) for invoice in found]
