"""Offline payments: checks, cash and transfers that the office received, written down as what they are."""

from collections.abc import Sequence

from sqlalchemy import select

from services.billing import access, books, companies, payables, rules, settlement, views
from services.billing.announcements import tell_payer
from services.billing.models import Allocation, Invoice, Payment
from services.chassis.numbers import next_number
from services.chassis.work import Steps, Work
from services.contracts.billing.payments import PaymentSucceeded, PaymentView, RecordPayment
from services.contracts.errors import conflict, invalid, not_found


def record(work: Work, command: RecordPayment) -> Steps[PaymentView]:
    """Pays the named invoices, the oldest due first; what is beyond them, or all where none is named, is credit."""
    access.office(work, "payments.write")
    rules.check_time_zone(command.time_zone)
    _check(work, command, companies.current(work).currency)
    yield from settlement.make_way(work, command.invoice_ids)
    found = _locked_invoices(work, command)
    debts = _debts(work, found)
    problem = rules.standing_refusal(debts)
    if problem:
        raise problem
    payment = _payment(work, command, found)
    work.session.add(payment)
    work.session.flush()
    work.session.add_all(_allocations(payment, debts))
    work.session.flush()
    books.receive(work, payment)
    payment.succeed(work.now)
    payment.receipt_number = next_number(work, "RCP", payment.time_zone)
    tell_payer(work, PaymentSucceeded, payment)
    return views.payment_view(work, payment)


def _check(work: Work, command: RecordPayment, currency: str) -> None:
    if command.amount.amount <= 0:
        raise invalid("The amount must be positive.", field="amount", reason="not_positive")
    if command.amount.currency != currency:
        raise invalid(f"These invoices are paid in {currency}.", field="amount", reason="currency")
    if command.received_on > work.today(command.time_zone):
        raise invalid("It cannot have been received in the future.", field="received_on")


def _locked_invoices(work: Work, command: RecordPayment) -> Sequence[Invoice]:
    """The customer's, all of one branch, so that it is plain in which portal the payment shows."""
    wanted = set(command.invoice_ids)
    statement = select(Invoice).where(Invoice.id.in_(wanted)).order_by(Invoice.id)
    found = work.session.scalars(statement.with_for_update(key_share=True)).all()
    if len(found) < len(wanted) or any(each.customer_id != command.customer.id for each in found):
        raise not_found("There is no such invoice of this customer.", field="invoice_ids")
    if any(each.shared_at is None for each in found):
        raise conflict("A draft is not owed yet. Share it first.", reason="draft")
    if len({each.branch_id for each in found}) > 1:
        raise invalid("These invoices are of several branches. Record a payment for each.", field="invoice_ids")
    return found


def _debts(work: Work, found: Sequence[Invoice]) -> list[rules.Debt]:
    attempts = payables.open_attempts(work, [each.id for each in found])
    return [payables.debt_of(work, each, attempts.get(each.id)) for each in found]


def _payment(work: Work, command: RecordPayment, found: Sequence[Invoice]) -> Payment:
    place = found[0] if found else command
    return Payment(
        id=command.id,
        company_id=work.company_id,
        status="created",
        branch_id=place.branch_id,
        time_zone=place.time_zone,
        customer_id=command.customer.id,
        property_ids=sorted({each.property_id for each in found if each.property_id}),
        payer=command.customer.name,
        currency=command.amount.currency,
        subtotal=command.amount.amount,
        fee=0,
        method_type=command.received_as,
        method_brand=command.received_as,
        method_last4="",
        account="",
        provider_customer="",
        provider_method="",
        return_url="",
        reference=command.reference,
        received_on=command.received_on,
        created_at=work.now,
        number=next_number(work, "PAY", place.time_zone),
    )


def _allocations(payment: Payment, debts: Sequence[rules.Debt]) -> list[Allocation]:
    numbers = {debt.invoice_id: debt.number for debt in debts}
    return [
        Allocation(
            payment_id=payment.id,
            invoice_id=invoice_id,
            company_id=payment.company_id,
            invoice_number=numbers[invoice_id],
            amount=amount,
            is_open=False,
        )
        for invoice_id, amount in rules.allocate(debts, payment.subtotal).items()
    ]
