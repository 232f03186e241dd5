"""Credits: granted by the office, applied to invoices and taken back, read by the customer."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true, tuple_

from services.billing import access, applications, companies, credit_rules, ledger, payables, rules, settlement
from services.billing.credit_models import Credit, CreditApplication
from services.billing.credit_rules import Rest
from services.billing.models import Invoice
from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Steps, Work
from services.contracts import permissions
from services.contracts.billing.credits import (
    ApplyCredit,
    CreateCredit,
    CreditView,
    GetCredit,
    ListCredits,
    UnapplyCredit,
)
from services.contracts.billing.credits import CreditApplication as ApplicationView
from services.contracts.errors import not_found
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.snapshots import PropertySnapshot


def create(work: Work, command: CreateCredit) -> CreditView:
    """The office grants it; it reduces nothing until it is applied."""
    principal = access.office(work, "invoices.write")
    company = companies.current(work)
    rules.check_time_zone(command.time_zone)
    problem = credit_rules.granting_refusal(command.amount, company.currency)
    if problem:
        raise problem
    credit = Credit(
        id=command.id,
        branch_id=command.branch_id,
        customer_id=command.customer.id,
        property_id=command.property.id if command.property else None,
        property=command.property.model_dump(mode="json") if command.property else None,
        reason=command.reason,
        currency=company.currency,
        amount=command.amount.amount,
        created_by=principal.name,
    )
    grant(work, credit, command.time_zone)
    return _view(work, credit)


def grant(work: Work, credit: Credit, time_zone: str) -> None:
    """Keeps a new credit, which is free as yet, and posts it; whoever calls has checked that it may be."""
    credit.company_id, credit.created_at, credit.unapplied = work.company_id, work.now, credit.amount
    credit.number = next_number(work, "CR", time_zone)
    work.session.add(credit)
    lines = [ledger.Line("credits_granted", credit.amount), ledger.Line("unapplied_credit", -credit.amount)]
    ledger.post(work, "credit_granted", credit.id, credit.customer_id, credit.currency, lines)


def apply(work: Work, command: ApplyCredit) -> Steps[CreditView]:
    """Reduces an invoice of the same customer, at most to nothing, and by no more than is left of the credit."""
    credit, invoice, debt = yield from _both_locked(work, command.credit_id, command.invoice_id)
    rest = Rest(credit.unapplied, credit.currency)
    problem = credit_rules.applying_refusal(rest, debt, command.amount, shared=invoice.shared_at is not None)
    if problem:
        raise problem
    applications.give(work, credit, invoice, command.amount.amount)
    return _view(work, credit)


def unapply(work: Work, command: UnapplyCredit) -> Steps[CreditView]:
    """What the credit gave to the invoice is owed again; where that is nothing, nothing changes."""
    credit, invoice, debt = yield from _both_locked(work, command.credit_id, command.invoice_id)
    problem = credit_rules.under_way_refusal(debt)
    if problem:
        raise problem
    applications.take_back(work, credit, invoice)
    return _view(work, credit)


def _both_locked(work: Work, credit_id: UUID, invoice_id: UUID) -> Steps[tuple[Credit, Invoice, rules.Debt]]:
    """The credit and the invoice as they are now: the invoice is locked first, as everywhere."""
    access.office(work, "invoices.write")
    if work.session.get(Credit, credit_id) is None:
        raise not_found()
    yield from settlement.make_way(work, [invoice_id])
    invoice = work.session.get(Invoice, invoice_id, with_for_update={"key_share": True})
    credit = applications.locked_credits(work, [credit_id])[credit_id]
    if invoice is None or invoice.customer_id != credit.customer_id:
        raise not_found("There is no such invoice of this customer.", field="invoice_id")
    return credit, invoice, payables.debt_of(work, invoice, payables.open_attempts(work, [invoice.id]).get(invoice.id))


def get(work: Work, query: GetCredit) -> CreditView:
    """One that the principal may see."""
    credit = work.session.scalar(select(Credit).where(Credit.id == query.credit_id, _visible(work)))
    if credit is None:
        raise not_found()
    return _view(work, credit)


def page(work: Work, query: ListCredits) -> Page[CreditView]:
    """The newest first; a credit without a property is good for each that is chosen."""
    statement = select(Credit).where(_visible(work)).order_by(Credit.created_at.desc(), Credit.id.desc())
    if query.property_ids:
        statement = statement.where(or_(Credit.property_id.is_(None), Credit.property_id.in_(query.property_ids)))
    if query.customer_id:
        statement = statement.where(Credit.customer_id == query.customer_id)
    if query.unapplied_only:
        statement = statement.where(Credit.unapplied > 0)
    if query.cursor:
        statement = statement.where(tuple_(Credit.created_at, Credit.id) < cursors.position(query.cursor, datetime))
    found = work.session.scalars(statement.limit(query.limit + 1)).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page[CreditView](
        items=_views(work, shown),
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def _visible(work: Work) -> ColumnElement[bool]:
    """The office sees all of the company's; a contact their customer's, at their properties or at none.

    A credit without a property shows in each portal of the customer: it may be applied to any invoice of theirs.
    """
    if work.principal.kind != "contact":
        access.office(work, "invoices.read")
        return true()
    principal, _, customer_id = access.contact(work, "invoices.view")
    own = permissions.property_ids(principal, "invoices.view")
    return and_(Credit.customer_id == customer_id, or_(Credit.property_id.is_(None), Credit.property_id.in_(own)))


def _view(work: Work, credit: Credit) -> CreditView:
    return _views(work, [credit])[0]


def _views(work: Work, credits: Sequence[Credit]) -> list[CreditView]:
    """Several with what they are applied to, in as many statements as one."""
    in_force = select(CreditApplication).where(
        CreditApplication.credit_id.in_([each.id for each in credits]), CreditApplication.taken_back_at.is_(None)
    )
    rows = work.session.scalars(in_force.order_by(CreditApplication.credit_id, CreditApplication.id)).all()
    applied = {credit_id: list(found) for credit_id, found in groupby(rows, lambda row: row.credit_id)}
    return [_credit_view(each, applied.get(each.id, [])) for each in credits]


def _credit_view(credit: Credit, applied: list[CreditApplication]) -> CreditView:
    return CreditView(
        id=credit.id,
        number=credit.number,
        customer_id=credit.customer_id,
        property=PropertySnapshot.model_validate(credit.property) if credit.property else None,
        reason=credit.reason,
        amount=Money(amount=credit.amount, currency=credit.currency),
        unapplied=Money(amount=credit.unapplied, currency=credit.currency),
        applications=[
            ApplicationView(
                invoice_id=each.invoice_id,
                invoice_number=each.invoice_number,
                amount=Money(amount=each.amount, currency=credit.currency),
                applied_at=each.applied_at,
            )
            for each in applied
        ],
        created_at=credit.created_at,
        payment_id=credit.payment_id,
    )
