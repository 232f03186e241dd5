"""The statement of account: what a customer owed, what changed it, and what they owe, out of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, select, union_all

from services.billing import access, companies, documents, ledger, statement_rules
from services.billing.credit_models import CreditApplication
from services.billing.ledger_models import Entry, Posting
from services.billing.models import Invoice, Payment
from services.billing.refund_models import Dispute, Refund
from services.billing.statement_rules import Movement
from services.chassis.work import Work
from services.contracts.billing.credits import GetStatement, GetStatementPdf, StatementView
from services.contracts.errors import invalid, not_found
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot

LONGEST = timedelta(days=3 * 366)
MOST_LINES = 5_000

DAY = cast(func.timezone(Invoice.time_zone, Entry.posted_at), Date)
"""The day of an entry where the invoice's branch is."""


@dataclass(frozen=True)
class Scope:
    """Whose statement it is, and which of their invoices it is about."""

    customer_id: UUID
    condition: ColumnElement[bool]
    values: dict[str, Any]


def get(work: Work, query: GetStatement) -> StatementView:
    """What the customer owes and owed."""
    return _statement(work, query)


def pdf(work: Work, query: GetStatementPdf) -> FileView:
    """The same as a document."""
    view = _statement(work, query)
    data = {
        "company": companies.current(work).name,
        "number": f"{view.since.isoformat()} to {view.until.isoformat()}",
        "date": view.until.isoformat(),
        "customer": {"name": view.customer.name, "address": documents.address(view.customer.address)},
        "since": documents.day(view.since),
        "first": _short(view.since),
        "until": documents.day(view.until),
        "opening": documents.money(view.opening),
        "closing": documents.money(view.closing),
        "unapplied": documents.money(view.unapplied_credit) if view.unapplied_credit.amount else None,
        "lines": [
            {
                "on": _short(each.on),
                "number": each.number,
                "description": each.description,
                "amount": documents.money(each.amount),
                "balance": documents.money(each.balance),
            }
            for each in view.lines
        ],
    }
    name = f"statement-{view.since}-{view.until}.pdf"
    return documents.kept(work, "statement", f"statements/{view.customer.id}", name, data)


def _statement(work: Work, query: GetStatement | GetStatementPdf) -> StatementView:
    """From one day to another; the closing balance is what the same invoices' balances were at that day's end."""
    _check(query.since, query.until)
    scope = _scope(work, query)
    currency = companies.current(work).currency
    opening = Money(amount=_opening(work, scope, query.since), currency=currency)
    lines = statement_rules.lines(opening.amount, _movements(work, scope, query), currency)
    return StatementView(
        customer=query.customer or _customer(work, scope.customer_id),
        since=query.since,
        until=query.until,
        opening=opening,
        lines=lines,
        closing=lines[-1].balance if lines else opening,
        unapplied_credit=opening.with_amount(ledger.unapplied_credit(work, scope.customer_id, currency)),
    )


def _short(day: date) -> str:
    """Such as Nov 3, 2026."""
    return f"{day:%b} {day.day}, {day.year}"


def _check(since: date, until: date) -> None:
    if since > until:
        raise invalid("The period ends before it begins.", field="until", reason="period")
    if until - since > LONGEST:
        raise invalid("A statement is of three years at most.", field="since", reason="period")


def _scope(work: Work, query: GetStatement | GetStatementPdf) -> Scope:
    """A contact's own invoices in this portal; the office names the customer."""
    sight, values = access.sight_of_invoices(work, query.property_ids)
    customer_id = work.principal.customer_id or query.customer_id
    if customer_id is None:
        raise invalid("Name the customer.", field="customer_id")
    if query.customer_id not in (None, customer_id) or (query.customer and query.customer.id != customer_id):
        raise not_found("There is no such customer.", field="customer_id")
    theirs = and_(Posting.customer_id == customer_id, Invoice.customer_id == customer_id)
    return Scope(customer_id, and_(access.invoices_in(sight), theirs), values)


def _receivable(scope: Scope, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Posting)
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .where(Posting.account == "accounts_receivable", scope.condition)
    )


def _opening(work: Work, scope: Scope, since: date) -> int:
    """What was owed as the first day began, in minor units."""
    before = _receivable(scope, func.coalesce(func.sum(Posting.amount), 0)).where(since > DAY)
    return int(work.session.scalar(before, scope.values) or 0)


def _movements(work: Work, scope: Scope, query: GetStatement | GetStatementPdf) -> list[Movement]:
    """One for each entry and day, in the order in which they were posted."""
    found = (
        _receivable(
            scope,
            Entry.kind,
            Entry.subject_id,
            DAY.label("day"),
            func.sum(Posting.amount).label("amount"),
            func.array_agg(Invoice.number).label("invoices"),
            func.min(func.array_to_string(_services(), ", ")).label("services"),
        )
        .where(DAY.between(query.since, query.until))
        .group_by(Entry.id, DAY)
        .order_by(DAY, Entry.posted_at, Entry.id)
        .limit(MOST_LINES + 1)
    )
    rows = work.session.execute(found, scope.values).all()
    if len(rows) > MOST_LINES:
        raise invalid("This is too much for one statement. Choose a shorter period.", field="since", reason="period")
    numbers = _numbers(work, [row.subject_id for row in rows])
    return [
        Movement(row.day, row.kind, numbers[row.subject_id], int(row.amount), sorted(row.invoices), row.services)
        for row in rows
    ]


def _services() -> Any:
    """An invoice's services as an array of text."""
    names = func.jsonb_array_elements_text(Invoice.service_names).column_valued("name")
    return func.array(select(names).scalar_subquery())


def _numbers(work: Work, subject_ids: Sequence[UUID]) -> dict[UUID, str]:
    """By what number people know the subject of each entry."""
    of_payment = Payment.number.label("number")
    every = union_all(
        select(Invoice.id, Invoice.number.label("number")).where(Invoice.id.in_(subject_ids)),
        select(Payment.id, of_payment).where(Payment.id.in_(subject_ids)),
        select(Refund.id, of_payment).join(Payment, Payment.id == Refund.payment_id).where(Refund.id.in_(subject_ids)),
        select(Dispute.id, of_payment)
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Dispute.id.in_(subject_ids)),
        select(CreditApplication.id, CreditApplication.credit_number).where(CreditApplication.id.in_(subject_ids)),
    )
    return {row.id: row.number for row in work.session.execute(every)}


def _customer(work: Work, customer_id: UUID) -> CustomerSnapshot:
    """As the newest invoice names them."""
    told = select(Invoice.customer).where(Invoice.customer_id == customer_id).order_by(Invoice.created_at.desc())
    found = work.session.scalar(told.limit(1))
    if found is None:
        raise not_found("There is nothing on this customer's account.", field="customer_id")
    return CustomerSnapshot.model_validate(found)
