"""Rows of invoices: each makes one, unless it is there already. Nobody is told of an invoice that was imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.billing import companies, invoicing
from services.billing.imports import asking, numbering
from services.billing.models import Invoice
from services.chassis.imports.kinds import Parsed, Verdict
from services.chassis.work import Work
from services.contracts.billing.invoices import InvoiceLine
from services.contracts.errors import DomainError
from services.contracts.identity.references import FoundCustomer, FoundProperty
from services.contracts.imports.rows import InvoiceRow
from services.contracts.messages import new_id
from services.contracts.money import Money

Checked = tuple[Parsed[InvoiceRow], Verdict]

USUAL_DAYS = timedelta(days=30)
"""Between an invoice's issue and its due date, where the file says no other."""


@dataclass(frozen=True)
class _Known:
    """What the rows name, and which invoices are there."""

    there: frozenset[str]
    currency: str
    customers: Mapping[str, FoundCustomer]
    properties: Mapping[tuple[UUID, str], FoundProperty]


class Invoices:
    """What is there stays as it is: customers may have seen it."""

    model = InvoiceRow
    key = ("external_id",)
    group = None

    def check(self, work: Work, rows: Sequence[Parsed[InvoiceRow]], *, lock: bool) -> Mapping[int, Verdict]:
        """Customer and property are there, the amounts can be billed, and it falls due after it is issued."""
        known = _known(work, [each.values for each in rows])
        return {each.row: _verdict(work, each.values, known) for each in rows}

    def apply(self, work: Work, rows: Sequence[Checked]) -> None:
        """Drafts, and what is owed from now on where a row says that it is shared."""
        made = [_invoice(work, parsed, verdict.made) for parsed, verdict in rows]
        work.session.add_all(made)
        work.session.flush()
        for invoice, (parsed, _) in zip(made, rows, strict=True):
            if parsed.values.status == "shared":
                invoicing.owe(work, invoice)

    def finish(self, work: Work) -> None:
        """Numbers the invoices."""
        numbering.number_all(work, Invoice, "INV")


def _known(work: Work, rows: Sequence[InvoiceRow]) -> _Known:
    named = {each.external_id for each in rows}
    there = select(Invoice.external_id).where(Invoice.company_id == work.company_id, Invoice.external_id.in_(named))
    customers = asking.customers(work, {each.customer for each in rows})
    ids = {name: each.customer.id for name, each in customers.items() if each.customer}
    places = {(ids[each.customer], each.property) for each in rows if each.property and each.customer in ids}
    return _Known(
        frozenset(each for each in work.session.scalars(there) if each),
        companies.current(work).currency,
        customers,
        asking.properties(work, places),
    )


def _verdict(work: Work, values: InvoiceRow, known: _Known) -> Verdict:
    if values.external_id in known.there:
        return Verdict("same")
    verdict, customer = Verdict(), known.customers[values.customer]
    asking.blame_customer(customer, verdict)
    asking.blame_currency(values.currency, known.currency, verdict)
    place = None
    if values.property and customer.customer:
        place = known.properties[customer.customer.id, values.property]
        if place.property is None:
            verdict.blame("property", "The customer has no such property.")
    issued_on = values.issued_on or work.today(customer.time_zone)
    due_on = values.due_on or issued_on + USUAL_DAYS
    if due_on < issued_on:
        verdict.blame("due_on", "It cannot fall due before it is issued.")
    verdict.made = _told(values, known.currency, customer, place, issued_on, due_on, verdict)
    return verdict


def _told(
    values: InvoiceRow,
    currency: str,
    customer: FoundCustomer,
    place: FoundProperty | None,
    issued_on: date,
    due_on: date,
    verdict: Verdict,
) -> dict[str, Any]:
    """The columns that the row comes to; blames it where it cannot be billed."""
    line = InvoiceLine(
        service=values.service,
        description=values.description or "",
        quantity=values.quantity,
        unit_price=Money(amount=values.unit_price, currency=currency),
        tax_percent=values.tax_percent,
    )
    try:
        sums = invoicing.billed([line], currency)
    except DomainError as refusal:
        verdict.blame("unit_price", refusal.message)
        return {}
    if verdict.problems or customer.customer is None:
        return {}
    at = place or customer
    return {
        **sums,
        "branch_id": at.branch_id,
        "time_zone": at.time_zone,
        "customer_id": customer.customer.id,
        "customer": customer.customer.model_dump(mode="json"),
        "property_id": place.property.id if place and place.property else None,
        "property": place.property.model_dump(mode="json") if place and place.property else None,
        "issued_on": issued_on,
        "due_on": due_on,
        "currency": currency,
    }


def _invoice(work: Work, parsed: Parsed[InvoiceRow], told: Mapping[str, Any]) -> Invoice:
    invoice_id = new_id()
    return Invoice(
        **told,
        id=invoice_id,
        number=numbering.until_numbered(parsed.row, invoice_id),
        company_id=work.company_id,
        external_id=parsed.values.external_id,
        kind="service",
        visit_ids=[],
        balance=0,
        created_at=work.now,
    )
