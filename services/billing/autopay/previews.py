"""A dry run: what autopay would charge until a day, and what it would not, and why. It charges nothing."""

from datetime import date

from sqlalchemy import select, tuple_

from services.billing import access
from services.billing.autopay import branches, cases, telling
from services.billing.autopay.cases import Case
from services.billing.autopay_models import Debit
from services.billing.models import Invoice
from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.billing.autopay import PreviewAutopayRun, PreviewedDebit
from services.contracts.messages import Page
from services.contracts.money import Money


def preview(work: Work, query: PreviewAutopayRun) -> Page[PreviewedDebit]:
    """By the same conditions as charging, as they are now, by the day of the charge."""
    access.office(work, "payments.read")
    statement = (
        select(Debit.invoice_id, Debit.charge_on)
        .join(Invoice, Invoice.id == Debit.invoice_id)
        .where(Debit.branch_id == query.branch_id, Debit.charge_on <= query.until, Invoice.balance > 0)
        .where(Debit.state.in_(("planned", "skipped")))
        .order_by(Debit.charge_on, Debit.invoice_id)
        .limit(query.limit + 1)
    )
    if query.cursor:
        after = cursors.position(query.cursor, date)
        statement = statement.where(tuple_(Debit.charge_on, Debit.invoice_id) > after)
    found = work.session.execute(statement).all()
    shown = found[: query.limit]
    portal = branches.portal_of(work, query.branch_id)
    more = len(found) > query.limit
    return Page[PreviewedDebit](
        items=[_previewed(cases.of(work, row.invoice_id, portal, lock=False)) for row in shown],
        next_cursor=cursors.after(shown[-1].charge_on, shown[-1].invoice_id) if more else None,
    )


def _previewed(case: Case) -> PreviewedDebit:
    obstacle, invoice = case.obstacle, case.invoice
    because = cases.REASONS[obstacle] if obstacle else None
    charge = case.charge if obstacle is None else None
    balance = Money(amount=invoice.balance, currency=invoice.currency)
    return PreviewedDebit(
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        customer_name=invoice.customer["name"],
        program_id=invoice.program_id,
        due_on=invoice.due_on,
        charge_on=case.debit.charge_on,
        amount=balance,
        fee=charge.fee if charge else balance.with_amount(0),
        payment_method=telling.method_of(case.method),
        charged=obstacle is None,
        because=case.method_problem.message if obstacle == "method" and case.method_problem else because,
    )
