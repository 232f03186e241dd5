"""Payments: quoted, made, read. How they come to their end is in settlement.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, tuple_

from services.billing import access, books, companies, invoices, methods, payables, processor, rules, settlement, views
from services.billing.guests import bounds
from services.billing.method_models import CustomerAccount, PaymentMethod
from services.billing.models import Allocation, Invoice, Payment
from services.billing.payment_rules import LIVE_FOR, LOOKS
from services.billing.rules import Charge, Debt
from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts import permissions
from services.contracts.billing.payments import (
    ClientSecretView,
    GetPayment,
    GetPaymentSecret,
    ListPayments,
    PayInvoices,
    PaymentQuoteView,
    PaymentView,
    QuotePayment,
    RefreshPayment,
)
from services.contracts.errors import conflict, forbidden, invalid, not_found
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.principals import Portal


def quote(work: Work, query: QuotePayment) -> PaymentQuoteView:
    """What it would cost, under the same rules as paying; without a method, by the first type that is accepted."""
    principal, portal, customer_id = access.contact(work, "invoices.view")
    debts = invoices.debts(work, query.invoice_ids, lock=False)
    method = methods.owned(work, customer_id, query.payment_method_id) if query.payment_method_id else None
    charge = (
        rules.plan_charge(principal, debts, query.amount, method.type, method.funding)
        if method
        else rules.plan_charge(
            principal, debts, query.amount, rules.first_type(debts, portal.settings.payment_method_types)
        )
    )
    if method:
        methods.require_usable(work, portal, method)
    return PaymentQuoteView(subtotal=charge.subtotal, fee=charge.fee, total=charge.total)


def pay(work: Work, command: PayInvoices) -> Steps[PaymentView]:
    """Charges a kept method, once, however often the command comes; it goes on where it was interrupted."""
    if work.session.get(Payment, command.id) is None:
        yield from _make_way(work, command)
        _begin(work, command)
    yield from settlement.carry_out(work, command.id)
    return views.payment_view(work, work.session.get_one(Payment, command.id))


def _make_way(work: Work, command: PayInvoices) -> Steps[None]:
    """Has a guest's attempt that nobody has confirmed closed first, if this payment may be made at all."""
    if payables.untouched_attempts(work, command.invoice_ids):
        quote(
            work,
            QuotePayment(
                invoice_ids=command.invoice_ids,
                amount=command.amount,
                payment_method_id=command.payment_method_id,
            ),
        )
        yield from settlement.make_way(work, command.invoice_ids)


def _begin(work: Work, command: PayInvoices) -> None:
    """Checks everything under the invoices' locks and writes the attempt down, before the provider hears of it."""
    principal, portal, customer_id = access.contact(work, "invoices.view")
    debts = invoices.debts(work, command.invoice_ids, lock=True)
    method = methods.owned(work, customer_id, command.payment_method_id, stays=True)
    charge = rules.plan_charge(principal, debts, command.amount, method.type, method.funding)
    methods.require_usable(work, portal, method)
    if command.expected_total != charge.total:
        raise invalid("The total has changed. Please review it again.", field="expected_total", reason="stale_total")
    return_url = command.return_url.replace("{payment_id}", str(command.id))
    write_down(work, Draft(command.id, principal.id, principal.name, portal, method, charge, debts, return_url))


@dataclass(frozen=True)
class Draft:
    """An attempt that may begin: who pays by which method, in whose portal; `payer_id` is a contact's."""

    payment_id: UUID
    payer_id: UUID
    payer: str
    portal: Portal
    method: PaymentMethod
    charge: Charge
    debts: Sequence[Debt]
    return_url: str
    by_autopay: bool = False


def write_down(work: Work, draft: Draft) -> Payment:
    """Keeps the attempt, which holds its invoices from now on; their rows and the method's are locked by the caller."""
    payment = _payment(work, draft)
    work.session.add(payment)
    work.session.flush()
    work.session.add_all(_allocations(work, draft))
    work.session.flush()
    return payment


def _payment(work: Work, draft: Draft) -> Payment:
    charge, method, portal = draft.charge, draft.method, draft.portal
    paid = [debt for debt in draft.debts if debt.invoice_id in charge.allocations]
    return Payment(
        id=draft.payment_id,
        company_id=work.company_id,
        status="created",
        branch_id=portal.branch_id,
        time_zone=portal.time_zone,
        customer_id=method.customer_id,
        property_ids=sorted({debt.property_id for debt in paid if debt.property_id}),
        payer_id=draft.payer_id,
        payer=draft.payer,
        by_autopay=draft.by_autopay,
        currency=charge.subtotal.currency,
        subtotal=charge.subtotal.amount,
        fee=charge.fee.amount,
        fee_is_kept=charge.fee_is_kept,
        payment_method_id=method.id,
        method_type=method.type,
        method_brand=method.brand,
        method_last4=method.last4,
        account=companies.current(work).payment_account,
        provider_customer=work.session.get_one(CustomerAccount, method.customer_id).provider_id,
        provider_method=method.provider_id,
        return_url=draft.return_url,
        created_at=work.now,
        next_check_at=work.now + LIVE_FOR + timedelta(seconds=1),
        number=next_number(work, "PAY", portal.time_zone),
    )


def _allocations(work: Work, draft: Draft) -> Iterable[Allocation]:
    numbers = {debt.invoice_id: debt.number for debt in draft.debts}
    return [
        Allocation(
            payment_id=draft.payment_id,
            invoice_id=invoice_id,
            company_id=work.company_id,
            invoice_number=numbers[invoice_id],
            amount=amount,
            fee=draft.charge.fees.get(invoice_id, 0),
            is_open=True,
        )
        for invoice_id, amount in draft.charge.allocations.items()
    ]


def refresh(work: Work, command: RefreshPayment) -> Steps[PaymentView]:
    """Asks the provider at once about an open payment; where it does not answer, the payment stays open.

    Whoever asks too often is told how it stands here: a stranger with a pay link could use up what the provider bears.
    """
    payment = _visible(work, command.payment_id)
    if payment.is_open and bounds.admits(work, f"look:{payment.id}", LOOKS):
        yield from settlement.consult(work, command.payment_id)
    return views.payment_view(work, work.session.get_one(Payment, command.payment_id))


def get(work: Work, query: GetPayment) -> PaymentView:
    """One that the principal may see; the office also sees what may go back, and what is disputed."""
    payment = _visible(work, query.payment_id)
    view = views.payment_view(work, payment).model_copy(update={"program_id": _program_of(work, payment)})
    if not permissions.in_office(work.principal):
        return view
    return view.model_copy(
        update={
            "refundable": Money(amount=_refundable(work, payment), currency=payment.currency),
            "disputes": views.disputes(work, payment),
        }
    )


def _program_of(work: Work, payment: Payment) -> UUID | None:
    """The one program whose invoices it pays; None where it pays others' as well."""
    paid = select(Invoice.program_id).join(Allocation, Allocation.invoice_id == Invoice.id)
    programs = work.session.scalars(paid.where(Allocation.payment_id == payment.id).distinct()).all()
    return programs[0] if len(programs) == 1 else None


def _refundable(work: Work, payment: Payment) -> int:
    if payment.status != "succeeded":
        return 0
    return books.left(work, payment, fee_is_kept=payment.fee_is_kept).total


def secret(work: Work, query: GetPaymentSecret) -> Steps[ClientSecretView]:
    """The payer's browser may finish what waits for the payer."""
    payment = _visible(work, query.payment_id)
    if payment.payer_id != work.principal.id or work.principal.viewer:
        raise forbidden("Only the payer can confirm this payment.")
    if payment.status != "requires_action" or payment.intent_id is None:
        raise conflict("This payment waits for nobody.", reason="not_waiting")
    account, intent_id = payment.account, payment.intent_id
    try:
        told = yield lambda: processor.payment_secret(account, intent_id)
    except processor.ProviderError as error:
        raise Unavailable from error
    return ClientSecretView(client_secret=told.client_secret, action_url=told.action_url)


def page(work: Work, query: ListPayments) -> Page[PaymentView]:
    """Those the principal may see, the newest first; of chosen properties those that paid an invoice of one."""
    statement = select(Payment).where(access.visible_payments(work), *_chosen(query))
    statement = statement.order_by(Payment.created_at.desc(), Payment.id.desc()).limit(query.limit + 1)
    if query.cursor:
        statement = statement.where(tuple_(Payment.created_at, Payment.id) < cursors.position(query.cursor, datetime))
    found = work.session.scalars(statement).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page[PaymentView](
        items=views.payment_views(work, shown),
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def _chosen(query: ListPayments) -> Iterable[ColumnElement[bool]]:
    if query.status:
        yield Payment.status == query.status
    if query.customer_id:
        yield Payment.customer_id == query.customer_id
    if query.invoice_id:
        yield exists().where(Allocation.payment_id == Payment.id, Allocation.invoice_id == query.invoice_id)
    if query.property_ids:
        yield Payment.property_ids.overlap(query.property_ids)


def receipted(work: Work, payment_id: UUID) -> tuple[Payment, PaymentView]:
    """A payment that has a receipt, if the principal may see it."""
    payment = _visible(work, payment_id)
    if not payment.has_moved:
        raise conflict("There is a receipt once the payment has succeeded.", reason="not_succeeded")
    return payment, views.payment_view(work, payment)


def _visible(work: Work, payment_id: UUID) -> Payment:
    payment = work.session.scalar(select(Payment).where(Payment.id == payment_id, access.one_payment(work)))
    if payment is None:
        raise not_found()
    return payment
