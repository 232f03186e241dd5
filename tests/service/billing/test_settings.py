"""What a portal's settings change in billing, from the next request on."""

from typing import Any

import pytest

from services.contracts.billing.invoices import GetBalance, GetInvoice, GetInvoicePdf, InvoiceView, ListInvoices
from services.contracts.billing.methods import FinishSetups, GetProviderForm, ListPaymentMethods, StartSetup
from services.contracts.billing.payments import (
    GetPayment,
    GetReceiptPdf,
    ListPayments,
    PayInvoices,
    PaymentView,
    QuotePayment,
)
from services.contracts.messages import Ask, new_id
from services.contracts.money import Money
from services.contracts.principals import FeePolicy
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused

CARD_SETUP = StartSetup(type="card", return_url="https://portico.test/methods")


@pytest.fixture
def invoice(desk: Desk, people: People) -> InvoiceView:
    return desk.bill(people, 10_000)


def quote(invoice: InvoiceView, **fields: Any) -> QuotePayment:
    return QuotePayment(invoice_ids=[invoice.id], **fields)


def test_without_the_section_there_is_nothing_of_billing(desk: Desk, people: People, invoice: InvoiceView) -> None:
    card = desk.add_card(people.priya)
    paid: PaymentView = desk.pay(people.priya, card, invoice)
    off = with_settings(people.priya, sections=["proposals"])
    asks: list[Ask[Any]] = [
        ListInvoices(),
        GetInvoice(invoice_id=invoice.id),
        GetInvoicePdf(invoice_id=invoice.id),
        GetBalance(),
        quote(invoice),
        PayInvoices(
            invoice_ids=[invoice.id], payment_method_id=card.id, expected_total=paid.total, return_url="https://p.test"
        ),
        ListPayments(),
        GetPayment(payment_id=paid.id),
        GetReceiptPdf(payment_id=paid.id),
        ListPaymentMethods(),
        CARD_SETUP,
        FinishSetups(),
        GetProviderForm(),
    ]
    for ask in asks:
        assert refused(desk, off, ask).code == "not_found"
    assert desk.ask(people.priya, GetReceiptPdf(payment_id=paid.id)).content_type == "application/pdf"
    assert desk.ask(people.office, GetInvoice(invoice_id=invoice.id)).balance.amount == 0


def test_without_electronic_payments_nothing_is_quoted_charged_or_kept_and_it_is_said_why(
    desk: Desk, people: People, invoice: InvoiceView
) -> None:
    card = desk.add_card(people.priya)
    order = desk.order(people.priya, card, invoice)
    off = with_settings(people.priya, electronic_payments=False)
    for ask in (quote(invoice), quote(invoice, payment_method_id=card.id), order, CARD_SETUP):
        refusal = refused(desk, off, ask.model_copy(update={"id": new_id()}))
        assert (refusal.code, refusal.details["reason"]) == ("forbidden", "electronic_payments")
    shown = desk.ask(off, GetInvoice(invoice_id=invoice.id))
    assert not shown.payable
    assert shown.not_payable_because == "Online payments are switched off. Please contact the office."
    assert [each.payable for each in desk.ask(off, ListInvoices()).items] == [False]
    assert desk.charges(people) == []
    assert desk.ask(people.priya, order).status == "succeeded"


def test_a_type_that_is_not_accepted_is_neither_kept_nor_charged(
    desk: Desk, people: People, invoice: InvoiceView
) -> None:
    card = desk.add_card(people.priya)
    order = desk.order(people.priya, card, invoice)
    bank_only = with_settings(people.priya, payment_method_types=["us_bank_account"])
    for ask in (CARD_SETUP, quote(invoice, payment_method_id=card.id), order):
        refusal = refused(desk, bank_only, ask.model_copy(update={"id": new_id()}))
        assert (refusal.code, refusal.details["reason"]) == ("invalid", "type_not_accepted")
    assert desk.charges(people) == []


def test_a_part_is_paid_only_where_that_is_on(desk: Desk, people: People, invoice: InvoiceView) -> None:
    part = quote(invoice, amount=Money(amount=4_000))
    off = with_settings(people.priya, partial_payments=False)
    refusal = refused(desk, off, part)
    assert (refusal.code, refusal.details["reason"]) == ("invalid", "partial_payments")
    assert desk.ask(off, quote(invoice, amount=Money(amount=10_000))).subtotal.amount == 10_000
    assert desk.ask(with_settings(people.priya, partial_payments=True), part).subtotal.amount == 4_000


def test_a_fee_is_the_portals_of_the_moment_and_an_older_total_charges_nothing(
    desk: Desk, people: People, invoice: InvoiceView
) -> None:
    card = desk.add_card(people.priya)
    order = desk.order(people.priya, card, invoice)
    dearer = with_settings(people.priya, fees={"card": FeePolicy(kind="flat", amount=Money(amount=400))})
    assert desk.ask(dearer, quote(invoice)).fee.amount == 400
    refusal = refused(desk, dearer, order.model_copy(update={"id": new_id()}))
    assert (refusal.code, refusal.details["reason"]) == ("invalid", "stale_total")
    free = with_settings(people.priya, fees={})
    assert desk.ask(free, quote(invoice)).fee.amount == 0
    assert desk.charges(people) == []


def test_before_a_method_is_chosen_the_fee_is_that_of_a_type_that_is_accepted(
    desk: Desk, people: People, invoice: InvoiceView
) -> None:
    fees = {"us_bank_account": FeePolicy(kind="flat", amount=Money(amount=75))}
    bank_only = with_settings(people.priya, payment_method_types=["us_bank_account"], fees=fees)
    assert desk.ask(bank_only, quote(invoice)).fee.amount == 75


def test_the_service_contacts_phone_is_shown_where_that_is_on(desk: Desk, people: People, invoice: InvoiceView) -> None:
    for shown in (True, False):
        who = with_settings(people.priya, show_service_contact_phone=shown)
        contact = desk.ask(who, GetInvoice(invoice_id=invoice.id)).service_contact
        assert (contact.name, contact.phone) == ("Rosa Diaz", "512-555-0101" if shown else None)
