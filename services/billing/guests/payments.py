"""Payments of guests: quoted, begun for the provider's fields, moved to its page. settlement.py ends them."""

from datetime import timedelta
from uuid import UUID

import structlog

from services.billing import access, books, companies, guest_rules, method_rules, processor, rules, settlement
from services.billing.guest_models import GuestMandate
from services.billing.guests import bounds, sights
from services.billing.models import Allocation, Payment
from services.billing.payment_rules import LIVE_FOR, LOOKS
from services.billing.processor import GuestOrder, OpenIntent, OpenPage, ProviderError
from services.billing.rules import Charge, Debt
from services.billing.settings import billing_settings
from services.chassis.numbers import next_number
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.allowances import network_of
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GuestPaymentView,
    HostedPageView,
    OpenHostedPage,
    QuoteGuestPayment,
)
from services.contracts.billing.payments import PaymentQuoteView
from services.contracts.errors import DomainError, conflict, invalid, not_found
from services.contracts.principals import Portal, Principal

log = structlog.get_logger()

FIRST_LOOK = timedelta(minutes=1)
"""When the provider is asked about an attempt of which it has told nothing."""


def quote(work: Work, query: QuoteGuestPayment) -> PaymentQuoteView:
    """What it would cost, under the same rules as paying."""
    principal, portal = access.guest(work)
    charge = _charge(principal, portal, sights.debts(work, query.invoice_ids, lock=False), query)
    return PaymentQuoteView(subtotal=charge.subtotal, fee=charge.fee, total=charge.total)


def _charge(
    principal: Principal, portal: Portal, debts: list[Debt], asked: QuoteGuestPayment | BeginGuestPayment
) -> Charge:
    problem = method_rules.type_refusal(asked.type, portal.settings, "type")
    if problem:
        raise problem
    return rules.plan_charge(principal, debts, asked.amount, asked.type)


def begin(work: Work, command: BeginGuestPayment) -> Steps[GuestPaymentView]:
    """Writes the attempt down, has its intent made, and tells the secret that confirms it.

    Attempts at these invoices that nobody has confirmed are closed at the provider first, so that one that was left
    lying keeps nobody from paying.
    """
    principal, portal = access.guest(work)
    if work.session.get(Payment, command.id) is None:
        _charge(principal, portal, sights.debts(work, command.invoice_ids, lock=False), command)
        _count(work, command)
        yield from settlement.make_way(work, command.invoice_ids)
        _write_down(work, command)
    return (yield from _introduced(work, command))


def _count(work: Work, command: BeginGuestPayment) -> None:
    """Bounds what one network and one invoice bear, so that nobody tries stolen cards here."""
    subjects = {f"pay invoice:{each}": guest_rules.INVOICE_ATTEMPTS for each in set(command.invoice_ids)}
    network = network_of(work.client.ip)
    bounds.spend(work, {**subjects, f"pay network:{network}": guest_rules.NETWORK_ATTEMPTS})


def _write_down(work: Work, command: BeginGuestPayment) -> None:
    """Checks everything under the invoices' locks and keeps the attempt, before the provider hears of it."""
    principal, portal = access.guest(work)
    debts = sights.debts(work, command.invoice_ids, lock=True)
    if work.session.get(Payment, command.id):
        return
    charge = _charge(principal, portal, debts, command)
    if command.expected_total != charge.total:
        raise invalid("The total has changed. Please review it again.", field="expected_total", reason="stale_total")
    invoice = sights.invoices(work, [debts[0].invoice_id])[0]
    work.session.add(_payment(work, command, portal, invoice.customer_id, charge, debts))
    work.session.flush()
    work.session.add_all(_allocations(work, command.id, charge, debts))
    if command.type == "us_bank_account":
        work.session.add(_mandate(work, command.id))


def _payment(
    work: Work, command: BeginGuestPayment, portal: Portal, customer_id: UUID, charge: Charge, debts: list[Debt]
) -> Payment:
    paid = [debt for debt in debts if debt.invoice_id in charge.allocations]
    return Payment(
        id=command.id,
        company_id=work.company_id,
        status="created",
        branch_id=portal.branch_id,
        time_zone=portal.time_zone,
        customer_id=customer_id,
        property_ids=sorted({debt.property_id for debt in paid if debt.property_id}),
        is_guest=True,
        payer=command.email,
        payer_email=command.email,
        currency=charge.subtotal.currency,
        subtotal=charge.subtotal.amount,
        fee=charge.fee.amount,
        fee_is_kept=charge.fee_is_kept,
        method_type=command.type,
        method_brand="",
        method_last4="",
        account=companies.current(work).payment_account,
        provider_customer="",
        provider_method="",
        return_url=command.return_url.replace("{payment_id}", str(command.id)),
        created_at=work.now,
        next_check_at=work.now + LIVE_FOR + timedelta(seconds=1),
        number=next_number(work, "PAY", portal.time_zone),
    )


def _allocations(work: Work, payment_id: UUID, charge: Charge, debts: list[Debt]) -> list[Allocation]:
    return [
        Allocation(
            payment_id=payment_id,
            invoice_id=debt.invoice_id,
            company_id=work.company_id,
            invoice_number=debt.number,
            amount=charge.allocations[debt.invoice_id],
            fee=charge.fees.get(debt.invoice_id, 0),
            is_open=True,
        )
        for debt in debts
        if debt.invoice_id in charge.allocations
    ]


def _mandate(work: Work, payment_id: UUID) -> GuestMandate:
    """What the payer reads beside the fields and agrees to by going on from them."""
    return GuestMandate(
        payment_id=payment_id,
        company_id=work.company_id,
        wording=guest_rules.mandate_text(companies.current(work).name),
        accepted_at=work.now,
        ip=work.client.ip,
        user_agent=work.client.user_agent,
    )


def _introduced(work: Work, command: BeginGuestPayment) -> Steps[GuestPaymentView]:
    _count_look(work, command.id)
    payment = _waiting(work, command.id)
    account, order = payment.account, _order(work, payment)
    try:
        intent: OpenIntent = yield lambda: processor.open_payment(order)
    except ProviderError as error:
        log.warning("a guest's payment could not be introduced", payment_id=str(command.id), error=repr(error))
        raise Unavailable from error
    payment = _waiting(work, command.id)
    if payment.status == "created":
        payment.intent_id = intent.id
        payment.require_action(work.now + FIRST_LOOK)
    return GuestPaymentView(
        id=payment.id,
        client_secret=intent.client_secret,
        publishable_key=billing_settings().stripe_publishable_key,
        account=account,
    )


def _count_look(work: Work, payment_id: UUID) -> None:
    """Bounds how often one payment has the provider asked: it bears few calls a second of everybody together."""
    bounds.spend(work, {f"look:{payment_id}": LOOKS})


def _waiting(work: Work, payment_id: UUID) -> Payment:
    """The guest's attempt, locked, as long as it can be confirmed in the provider's fields."""
    payment = _own(work, payment_id)
    if not payment.is_untouched or payment.is_hosted:
        raise _over()
    return payment


def _own(work: Work, payment_id: UUID) -> Payment:
    access.guest(work)
    found = settlement.locked_where(work, Payment.id == payment_id, access.one_payment(work))
    if found is None:
        raise not_found()
    return found


def _over() -> DomainError:
    return conflict("This attempt to pay is over. Please begin anew.", reason="attempt_over")


def _order(work: Work, payment: Payment) -> GuestOrder:
    numbers = [each.invoice_number for each in books.allocations(work, payment)]
    return GuestOrder(
        payment_id=payment.id,
        account=payment.account,
        method_type="us_bank_account" if payment.method_type == "us_bank_account" else "card",
        subtotal=payment.subtotal,
        fee=payment.fee,
        currency=payment.currency,
        description=f"{'Invoice' if len(numbers) == 1 else 'Invoices'} {', '.join(numbers)}"[:500],
        email=payment.payer_email,
        memo=books.memo(work, payment),
    )


def open_page(work: Work, command: OpenHostedPage) -> Steps[HostedPageView]:
    """Closes the fields' intent at the provider, and only then opens its page: never can both be paid."""
    _count_look(work, command.payment_id)
    payment = _own(work, command.payment_id)
    if not payment.is_untouched:
        raise _over()
    payment.is_hosted = True
    order, return_url, intent_id = _order(work, payment), payment.return_url, payment.intent_id
    if payment.hosted_session_id is None and intent_id:
        yield from _leave_fields(work, command.payment_id, order.account, intent_id)
    try:
        page: OpenPage = yield lambda: processor.open_page(order, return_url, command.cancel_url)
    except ProviderError as error:
        raise Unavailable from error
    payment = _own(work, command.payment_id)
    if not payment.is_untouched or page.url is None:
        raise _over()
    if payment.hosted_session_id is None:
        payment.host(page.session_id)
    return HostedPageView(url=page.url)


def _leave_fields(work: Work, payment_id: UUID, account: str, intent_id: str) -> Steps[None]:
    try:
        intent = yield lambda: processor.cancel_payment(account, intent_id, payment_id)
    except ProviderError as error:
        raise Unavailable from error
    if intent.state != "canceled":
        # The payer was faster in the fields, which therefore have it.
        payment = _own(work, payment_id)
        payment.is_hosted = False
        settlement.settle(work, payment, intent)
        yield lambda: None
        raise _over()
