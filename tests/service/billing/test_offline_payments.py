"""Checks, cash and transfers: written down by the office, settled at once, and never more or less than they are."""

from datetime import date
from typing import Any

import pytest

from services.contracts.billing.invoices import GetBalance, GetInvoice
from services.contracts.billing.payments import GetPayment, GetReceiptPdf, ListPayments, RecordPayment, RefundPayment
from services.contracts.messages import new_id
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_documents import text_of
from tests.service.billing.test_refunds import sums


def check(people: People, amount: int, *invoices: Any, **fields: Any) -> RecordPayment:
    """A check for these invoices."""
    told = {
        "customer": people.customer,
        "branch_id": people.branch_id,
        "time_zone": "America/Chicago",
        "invoice_ids": [invoice.id for invoice in invoices],
        "amount": Money(amount=amount),
        "received_as": "check",
        "reference": "1043",
        "received_on": date(2026, 1, 15),
    }
    return RecordPayment.model_validate({**told, **fields})


def test_a_check_pays_the_oldest_first_and_what_is_beyond_them_is_credit(desk: Desk, people: People) -> None:
    newer, older = desk.bill(people, 5_000), desk.bill(people, 4_000, net_days=10)
    payment = desk.ask(people.office, check(people, 9_700, newer, older))
    assert (payment.status, payment.fee.amount, payment.credited) == ("succeeded", 0, Money(amount=700))
    assert {each.invoice_number: each.amount.amount for each in payment.allocations} == {
        older.number: 4_000,
        newer.number: 5_000,
    }
    balance = desk.ask(people.priya, GetBalance())
    assert (balance.current.amount, balance.unapplied_credit.amount) == (0, 700)
    assert sums(desk, people) == {"cash_received": 9_700, "unapplied_credit": -700, "revenue": -9_000}
    assert desk.charges(people) == []
    assert desk.audit(people) == []


def test_too_little_pays_a_part_whatever_the_portal_takes(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 5_000)
    desk.ask(people.office, check(people, 1, invoice))
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 4_999


def test_the_customer_sees_it_with_its_receipt(desk: Desk, people: People) -> None:
    payment = desk.ask(people.office, check(people, 5_000, desk.bill(people, 5_000)))
    (shown,) = desk.ask(people.priya, ListPayments()).items
    assert (shown.id, shown.method_type, shown.reference) == (payment.id, "check", "1043")
    text = text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))
    assert "Check 1043" in text and "Lakeside HOA" in text and "January 15, 2026" in text


def test_a_check_without_an_invoice_is_all_credit(desk: Desk, people: People) -> None:
    payment = desk.ask(people.office, check(people, 5_000))
    assert (payment.allocations, payment.credited) == ([], Money(amount=5_000))
    assert desk.audit(people) == []


def test_a_check_that_bounces_is_given_back_and_the_invoice_owed_again(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 5_000)
    payment = desk.ask(people.office, check(people, 5_600, invoice))
    undone = desk.ask(people.office, RefundPayment(payment_id=payment.id, reopen=True))
    assert (undone.status, undone.refunds[0].status) == ("refunded", "succeeded")
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).balance.amount == 5_000
    assert sums(desk, people) == {"accounts_receivable": 5_000, "revenue": -5_000}
    assert desk.audit(people) == []


def test_what_of_a_payment_is_free_credit_goes_back_first(desk: Desk, people: People) -> None:
    payment = desk.ask(people.office, check(people, 5_600, desk.bill(people, 5_000)))
    desk.ask(people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=1_000)))
    assert sums(desk, people) == {"cash_received": 4_600, "refunds": 400, "revenue": -5_000}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": Money(amount=0)}, "amount"),
        ({"amount": Money(amount=100, currency="EUR")}, "amount"),
        ({"received_on": date(2200, 1, 1)}, "received_on"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, people: People, fields: dict[str, Any], field: str) -> None:
    refusal = refused(desk, people.office, check(people, 100).model_copy(update={"id": new_id(), **fields}))
    assert (refusal.code, refusal.details["field"]) == ("invalid", field)


def test_only_the_office_records_and_only_what_is_owed_by_this_customer(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 5_000)
    for nobody in (people.priya, people.sales_rep, None):
        assert refused(desk, nobody, check(people, 100, invoice)).code == "forbidden"
    others = desk.open_company()
    assert refused(desk, others.office, check(others, 100, invoice)).code == "not_found"
    somebody = people.customer.model_copy(update={"id": others.customer.id})
    assert refused(desk, people.office, check(people, 100, invoice, customer=somebody)).code == "not_found"
    assert refused(desk, people.office, check(people, 100, desk.draft(people, 500))).details["reason"] == "draft"
    desk.ask(people.office, check(people, 5_000, invoice))
    assert refused(desk, people.office, check(people, 100, invoice)).details["reason"] == "paid"


def test_a_check_does_not_pay_what_is_being_paid_already(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    waiting = desk.pay(people.priya, card, invoice)
    assert refused(desk, people.office, check(people, 12_000, invoice)).details["reason"] == "open_attempt"
    assert desk.ask(people.priya, GetPayment(payment_id=waiting.id)).status == "requires_action"


def test_a_check_written_down_twice_by_one_command_is_one(desk: Desk, people: People) -> None:
    order = check(people, 2_000, desk.bill(people, 5_000))
    assert desk.ask(people.office, order) == desk.ask(people.office, order)
    assert len(desk.ask(people.office, ListPayments()).items) == 1
