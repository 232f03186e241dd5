"""Invoices: raised and shared by the office, read and owed by the customer."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Row, Select, Uuid, bindparam, func, select, tuple_

from services.billing import access, companies, ledger, rules
from services.billing.models import Allocation, Invoice, Payment
from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.billing.invoices import (
    BalanceView,
    CreateInvoice,
    GetBalance,
    GetInvoice,
    InvoiceLine,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
    ShareInvoice,
)
from services.contracts.billing.payments import PaymentStatus
from services.contracts.errors import not_found
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, PaymentMethodType, Principal
from services.contracts.snapshots import CustomerSnapshot, Person, PropertySnapshot


def create(work: Work, command: CreateInvoice) -> InvoiceView:
    """The office drafts; nobody owes a draft."""
    access.office(work, "invoices.write")
    company = companies.current(work)
    total = rules.invoice_total(command.lines, company.currency)
    rules.check_time_zone(command.time_zone)
    issued_on = work.today(command.time_zone)
    told = command.model_dump(mode="json", include={"customer", "property", "service_contact", "lines", "fees"})
    invoice = Invoice(
        **told,
        id=command.id,
        company_id=company.company_id,
        kind=command.kind,
        branch_id=command.branch_id,
        time_zone=command.time_zone,
        customer_id=command.customer.id,
        property_id=command.property.id if command.property else None,
        billing_contact_id=command.billing_contact_id,
        proposal_id=command.proposal_id,
        service_names=[line.service for line in command.lines],
        issued_on=issued_on,
        due_on=rules.due_date(issued_on, command.net_days),
        currency=company.currency,
        total=total,
        balance=0,
        created_at=work.now,
        number=next_number(work, "INV", command.time_zone),
    )
    work.session.add(invoice)
    return _view(work, invoice, None)


def share(work: Work, command: ShareInvoice) -> InvoiceView:
    """The office shows it to the customer, and from then it is owed."""
    access.office(work, "invoices.write")
    invoice = work.session.get(Invoice, command.invoice_id, with_for_update=True)
    if invoice is None:
        raise not_found()
    if invoice.shared_at is None:
        invoice.share(work.now)
        ledger.post(
            work,
            "invoice_shared",
            invoice.id,
            invoice.customer_id,
            invoice.currency,
            [
                ledger.Line("accounts_receivable", invoice.total, invoice.id),
                ledger.Line("revenue", -invoice.total, invoice.id),
            ],
        )
    return _view(work, invoice, open_attempts(work, [invoice.id]).get(invoice.id))


def get(work: Work, query: GetInvoice) -> InvoiceView:
    """One that the principal may see."""
    invoice = visible(work, query.invoice_id)
    return _view(work, invoice, open_attempts(work, [invoice.id]).get(invoice.id))


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
    Invoice.proposal_id,
    Invoice.shared_at,
)


def page(work: Work, query: ListInvoices) -> Page[InvoiceSummary]:
    """The newest due first; `due` includes what is overdue."""
    sight, told = access.sight_of_invoices(work, query.property_ids)
    told |= {"kind": query.kind, "most": query.limit + 1}
    if query.cursor:
        told["after_due_on"], told["after_id"] = cursors.position(query.cursor, date)
    listed = _listed(sight, query.status, by_kind=query.kind is not None, after=query.cursor is not None)
    rows = work.session.execute(listed, told).all()
    shown = rows[: query.limit]
    principal = work.principal
    more = len(rows) > query.limit
    return Page[InvoiceSummary](
        items=[_summary(work, principal, row) for row in shown],
        next_cursor=cursors.after(shown[-1].due_on, shown[-1].id) if more else None,
    )


@cache
def _listed(sight: access.Sight, status: str, *, by_kind: bool, after: bool) -> Select[Any]:
    """The statement of a list, made once for each shape that it can have."""
    statement = (
        select(*_LISTED_COLUMNS, Payment.status.label("attempt"))
        .outerjoin(Allocation, (Allocation.invoice_id == Invoice.id) & Allocation.is_open)
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .where(access.invoices_in(sight))
        .order_by(Invoice.due_on.desc(), Invoice.id.desc())
        .limit(bindparam("most", type_=Integer))
    )
    if status != "all":
        statement = statement.where(
            Invoice.shared_at.is_not(None), Invoice.balance > 0 if status == "due" else Invoice.balance == 0
        )
    if by_kind:
        statement = statement.where(Invoice.kind == bindparam("kind"))
    if after:
        last = tuple_(bindparam("after_due_on", type_=Date), bindparam("after_id", type_=Uuid))
        statement = statement.where(tuple_(Invoice.due_on, Invoice.id) < last)
    return statement


def _summary(work: Work, principal: Principal, row: Row[Any]) -> InvoiceSummary:
    shared = row.shared_at is not None
    return InvoiceSummary(
        id=row.id,
        number=row.number,
        kind=row.kind,
        status=rules.invoice_status(
            shared=shared,
            balance=row.balance,
            due_on=row.due_on,
            today=work.today(row.time_zone),
            attempt=row.attempt,
        ),
        due_on=row.due_on,
        total=Money(amount=row.total, currency=row.currency),
        balance=Money(amount=row.balance, currency=row.currency),
        property=row.property,
        services=row.service_names,
        proposal_id=row.proposal_id,
        payable=row.balance > 0 and rules.not_payable_because(principal, debt_of(row, row.attempt)) is None,
    )


def balance(work: Work, query: GetBalance) -> BalanceView:
    """What is owed at the selected properties; credit that is not applied yet stands beside it."""
    _, _, customer_id = access.contact(work, "invoices.view")
    currency = companies.current(work).currency
    sight, told = access.sight_of_invoices(work, query.property_ids)
    owed = select(func.coalesce(func.sum(Invoice.balance), 0)).where(
        access.invoices_in(sight), Invoice.balance > 0, Invoice.currency == currency
    )
    return BalanceView(
        current=Money(amount=int(work.session.scalar(owed, told) or 0), currency=currency),
        unapplied_credit=Money(amount=ledger.unapplied_credit(work, customer_id, currency), currency=currency),
    )


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
    attempts = open_attempts(work, wanted)
    return [debt_of(invoice, attempts.get(invoice.id)) for invoice in found]


def open_attempts(work: Work, invoice_ids: Sequence[UUID] | set[UUID]) -> dict[UUID, PaymentStatus]:
    """The status of the open payment of each invoice that has one."""
    rows = work.session.execute(
        select(Allocation.invoice_id, Payment.status)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id.in_(invoice_ids), Allocation.is_open)
    )
    return {row.invoice_id: row.status for row in rows}


def debt_of(invoice: Invoice | Row[Any], attempt: PaymentStatus | None) -> rules.Debt:
    """An invoice, or a row with the same columns, as the rules see it."""
    return rules.Debt(
        invoice_id=invoice.id,
        number=invoice.number,
        due_on=invoice.due_on,
        balance=invoice.balance,
        currency=invoice.currency,
        property_id=invoice.property_id,
        billing_contact_id=invoice.billing_contact_id,
        attempt=attempt,
        kind=invoice.kind,
        fees=_policies(invoice.fees),
    )


def _policies(told: dict[str, Any] | None) -> dict[PaymentMethodType, FeePolicy] | None:
    return {kind: FeePolicy.model_validate(policy) for kind, policy in told.items()} if told else None  # type: ignore[misc]


def service_contact(principal: Principal, told: dict[str, Any] | None) -> Person | None:
    """Whom to turn to; customers see the phone only where the portal's settings show it."""
    if told is None:
        return None
    person = Person.model_validate(told)
    hidden = principal.portal is not None and not principal.portal.settings.show_service_contact_phone
    return person.model_copy(update={"phone": None}) if hidden else person


def _view(work: Work, invoice: Invoice, attempt: PaymentStatus | None) -> InvoiceView:
    principal = work.principal
    asks = principal.kind == "contact" and invoice.shared_at is not None and invoice.balance > 0
    because = rules.not_payable_because(principal, debt_of(invoice, attempt)) if asks else None
    return InvoiceView(
        id=invoice.id,
        number=invoice.number,
        kind=invoice.kind,
        status=rules.invoice_status(
            shared=invoice.shared_at is not None,
            balance=invoice.balance,
            due_on=invoice.due_on,
            today=work.today(invoice.time_zone),
            attempt=attempt,
        ),
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=Money(amount=invoice.total, currency=invoice.currency),
        balance=Money(amount=invoice.balance, currency=invoice.currency),
        customer=CustomerSnapshot.model_validate(invoice.customer),
        property=PropertySnapshot.model_validate(invoice.property) if invoice.property else None,
        services=[InvoiceLine.model_validate(line) for line in invoice.lines],
        proposal_id=invoice.proposal_id,
        service_contact=service_contact(principal, invoice.service_contact),
        payable=asks and because is None,
        not_payable_because=because,
    )
