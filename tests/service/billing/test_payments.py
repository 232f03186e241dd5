"""Paying: what is charged, what is refused, and what is left behind."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.contracts.billing.invoices import GetBalance, GetInvoice, ListInvoices
from services.contracts.billing.payments import (
    GetPayment,
    GetPaymentSecret,
    ListPayments,
    PayInvoices,
    QuotePayment,
    RefreshPayment,
)
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import Viewer
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def test_a_payment_settles_the_invoice_and_is_charged_once(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people, 12_000), desk.add_card(people.priya)
    payment = desk.pay(people.priya, card, invoice)
    assert (payment.status, payment.total.amount, payment.fee.amount) == ("succeeded", 12_250, 250)
    paid = desk.ask(people.priya, GetInvoice(invoice_id=invoice.id))
    assert (paid.status, paid.balance.amount, paid.payable) == ("paid", 0, False)
    assert [each["amount"] for each in desk.charges(people)] == [12_250]
    (event,) = desk.events(people)
    assert (event["payment"]["id"], event["payer_id"]) == (str(payment.id), str(people.priya.id))
    assert desk.audit(people) == []


def test_numbers_have_no_gaps_even_where_a_payment_was_refused(desk: Desk, people: People) -> None:
    first, second = desk.bill(people), desk.bill(people)
    card = desk.add_card(people.priya)
    stale = desk.order(people.priya, card, first).model_copy(update={"expected_total": Money(amount=1)})
    refused(desk, people.priya, stale)
    numbers = [desk.pay(people.priya, card, each).number for each in (first, second)]
    assert (first.number[-5:], second.number[-5:]) == ("00001", "00002")
    assert [number[-5:] for number in numbers] == ["00001", "00002"]


def test_a_part_of_two_invoices_pays_the_older_first(desk: Desk, people: People) -> None:
    newer, older = desk.bill(people, 5_000, net_days=30), desk.bill(people, 4_000, net_days=10)
    payment = desk.pay(people.priya, desk.add_card(people.priya), newer, older, amount=Money(amount=6_000))
    assert {each.invoice_number: each.amount.amount for each in payment.allocations} == {
        older.number: 4_000,
        newer.number: 2_000,
    }
    assert desk.ask(people.priya, GetBalance()).current == Money(amount=3_000)


def test_a_declined_card_leaves_the_invoice_due_and_another_card_pays_it(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    declined = desk.pay(people.priya, desk.add_card(people.priya, "pm_card_chargeCustomerFail"), invoice)
    assert declined.status == "failed"
    assert declined.decline_reason is not None and declined.decline_reason.startswith("Your card was declined.")
    due = desk.ask(people.priya, GetInvoice(invoice_id=invoice.id))
    assert (due.status, due.payable) == ("due", True)
    assert desk.pay(people.priya, desk.add_card(people.priya, "pm_card_mastercard"), invoice).status == "succeeded"
    assert len(desk.charges(people)) == 1
    assert desk.audit(people) == []


def test_a_repeated_command_charges_once_and_answers_the_same(desk: Desk, people: People) -> None:
    order = desk.order(people.priya, desk.add_card(people.priya), desk.bill(people))
    first, again = desk.ask(people.priya, order), desk.ask(people.priya, order)
    assert first == again
    assert len(desk.charges(people)) == 1


def test_two_people_at_the_same_moment_charge_once(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people, billing_contact_id=people.ben.id), desk.add_card(people.priya)
    orders = [(who, desk.order(who, card, invoice)) for who in (people.priya, people.ben, people.priya, people.ben)]
    with ThreadPoolExecutor(len(orders)) as together:
        outcomes = list(together.map(lambda each: _outcome(desk, *each), orders))
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "succeeded"]
    assert len(desk.charges(people)) == 1


def _outcome(desk: Desk, who: Any, order: PayInvoices) -> str:
    try:
        return str(desk.ask(who, order).status)
    except DomainError as refusal:
        return refusal.code


def test_the_payer_confirms_at_the_bank_and_the_payment_goes_through(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    payment = desk.pay(people.priya, card, invoice)
    secret = desk.ask(people.priya, GetPaymentSecret(payment_id=payment.id))
    assert payment.status == "requires_action" and secret.client_secret.startswith("pi_")
    looking = people.priya.model_copy(update={"viewer": Viewer(id=people.rosa.id, name="Rosa Diaz")})
    for other in (people.chen, looking):
        assert refused(desk, other, GetPaymentSecret(payment_id=payment.id)).code == "forbidden"
    assert refused(desk, people.priya, forged(card, invoice, payment.total)).details["reason"] == "open_attempt"
    desk.sandbox.answer_challenge(secret.action_url, "complete")
    assert desk.ask(people.priya, RefreshPayment(payment_id=payment.id)).status == "succeeded"
    assert refused(desk, people.priya, GetPaymentSecret(payment_id=payment.id)).details["reason"] == "not_waiting"
    assert len(desk.events(people)) == 1


def test_what_lets_the_payer_confirm_is_kept_nowhere(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    payment = desk.pay(people.priya, card, invoice)
    desk.ask(people.priya, RefreshPayment(payment_id=payment.id))
    secret = desk.ask(people.priya, GetPaymentSecret(payment_id=payment.id))
    kept = desk.rows(people, "SELECT to_jsonb(payment)::text FROM payment UNION SELECT answer::text FROM inbox")
    assert str(payment.id) in str(kept)
    assert secret.client_secret not in str(kept) and secret.action_url not in str(kept)


def test_a_payer_who_fails_at_the_bank_is_told_and_may_try_again(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    payment = desk.pay(people.priya, card, invoice)
    desk.sandbox.answer_challenge(desk.bank(people.priya, payment), "fail")
    failed = desk.ask(people.priya, RefreshPayment(payment_id=payment.id))
    assert failed.status == "failed" and "confirm" in str(failed.decline_reason)
    assert desk.ask(people.priya, GetInvoice(invoice_id=invoice.id)).payable


def forged(card: Any, invoice: Any, total: Money) -> PayInvoices:
    """An order that never asked for a quote."""
    return PayInvoices(
        invoice_ids=[invoice.id],
        payment_method_id=card.id,
        expected_total=total,
        return_url="https://portico.test/back",
    )


def test_each_wrong_amount_is_refused_with_its_reason(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people, 10_000), desk.add_card(people.priya)
    order = forged(card, invoice, Money(amount=10_250))
    reasons = {
        "more_than_balance": {"amount": Money(amount=10_001)},
        "not_positive": {"amount": Money(amount=0)},
        "below_minimum": {"amount": Money(amount=49)},
        "currency": {"amount": Money(amount=5_000, currency="EUR")},
        "stale_total": {"expected_total": Money(amount=10_000)},
    }
    for reason, fields in reasons.items():
        refusal = refused(desk, people.priya, order.model_copy(update={"id": new_id(), **fields}))
        assert (refusal.code, refusal.details["reason"]) == ("invalid", reason)
    assert desk.ask(people.priya, ListPayments()).items == []
    assert desk.charges(people) == []


def test_a_part_is_refused_where_the_portal_takes_none(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 10_000)
    priya = with_settings(people.priya, partial_payments=False)
    refusal = refused(desk, priya, QuotePayment(invoice_ids=[invoice.id], amount=Money(amount=5_000)))
    assert refusal.details["reason"] == "partial_payments"


def test_only_who_may_pay_can_pay(desk: Desk, people: People) -> None:
    at_gate = desk.bill(people, property=people.north_gate)
    at_club = desk.bill(people, billing_contact_id=people.ben.id)
    without = desk.bill(people, property=None)
    card = desk.add_card(people.priya)
    total = Money(amount=12_250)
    assert refused(desk, people.chen, forged(card, at_club, total)).code == "forbidden"
    assert refused(desk, people.ben, forged(card, at_gate, total)).code == "not_found"
    assert refused(desk, people.ben, forged(card, without, total)).code == "forbidden"
    assert refused(desk, people.dana, forged(card, at_club, total)).code == "not_found"
    assert refused(desk, people.office, forged(card, at_club, total)).code == "forbidden"
    assert refused(desk, None, forged(card, at_club, total)).code == "forbidden"
    assert desk.pay(people.ben, card, at_club).status == "succeeded"
    assert desk.pay(people.priya, card, at_gate, without).status == "succeeded"


def test_a_contact_without_the_permission_cannot_pay(desk: Desk, people: People) -> None:
    reader = people.contact("Tom Berg", {people.clubhouse: "primary"}, permissions=frozenset({"invoices.view"}))
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    assert refused(desk, reader, forged(card, invoice, Money(amount=12_250))).code == "forbidden"
    shown = desk.ask(reader, GetInvoice(invoice_id=invoice.id))
    assert (shown.payable, "primary contact" in shown.not_payable_because) == (False, True)


def test_the_portals_settings_hold_at_once(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    order = forged(card, invoice, Money(amount=12_250))
    off = with_settings(people.priya, electronic_payments=False)
    assert refused(desk, off, order).details["reason"] == "electronic_payments"
    no_cards = with_settings(people.priya, payment_method_types=["us_bank_account"])
    assert refused(desk, no_cards, order).details["reason"] == "type_not_accepted"
    free = with_settings(people.priya, fees={})
    assert desk.ask(free, QuotePayment(invoice_ids=[invoice.id])).total == Money(amount=12_000)


def test_another_customers_card_cannot_be_used(desk: Desk, people: People) -> None:
    invoice, danas = desk.bill(people), desk.add_card(people.dana)
    assert refused(desk, people.priya, forged(danas, invoice, Money(amount=12_250))).code == "not_found"


def test_another_companys_ids_are_unknown(desk: Desk, people: People) -> None:
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    payment = desk.pay(people.priya, card, invoice)
    others = desk.open_company()
    # Even with the same customer, branch and properties: the database knows whose rows they are.
    thief = people.priya.model_copy(update={"company_id": others.company_id})
    assert refused(desk, thief, GetInvoice(invoice_id=invoice.id)).code == "not_found"
    assert refused(desk, thief, GetPayment(payment_id=payment.id)).code == "not_found"
    assert refused(desk, thief, forged(card, invoice, payment.total)).code == "not_found"
    own = desk.bill(others)
    assert refused(desk, others.priya, forged(card, own, payment.total)).code == "not_found"
    assert desk.ask(others.office, ListInvoices()).items[0].id == own.id
    assert desk.ask(others.office, ListPayments()).items == []


def test_the_list_shows_each_its_payments_newest_first(desk: Desk, people: People) -> None:
    card = desk.add_card(people.priya)
    at_gate = desk.pay(people.priya, card, desk.bill(people, property=people.north_gate))
    at_club = desk.pay(people.priya, card, desk.bill(people))
    both = desk.pay(people.priya, card, desk.bill(people), desk.bill(people, property=people.north_gate))
    assert [each.id for each in desk.ask(people.chen, ListPayments()).items] == [both.id, at_club.id, at_gate.id]
    assert [each.id for each in desk.ask(people.ben, ListPayments()).items] == [at_club.id]
    assert desk.ask(people.dana, ListPayments()).items == []
    first = desk.ask(people.chen, ListPayments(limit=2))
    rest = desk.ask(people.chen, ListPayments(limit=2, cursor=first.next_cursor))
    assert [each.id for each in rest.items] == [at_gate.id] and rest.next_cursor is None


@pytest.mark.parametrize("cursor", ["!", "bm90aGluZw==", "MjAyNi0wMS0wMSBub3QtYS11dWlk", "é"])
def test_a_cursor_of_no_list_is_refused(desk: Desk, people: People, cursor: str) -> None:
    for message in (ListPayments(cursor=cursor), ListInvoices(cursor=cursor)):
        assert refused(desk, people.priya, message).details["field"] == "cursor"


def test_an_unknown_invoice_is_not_found(desk: Desk, people: People) -> None:
    assert refused(desk, people.priya, QuotePayment(invoice_ids=[new_id()])).code == "not_found"
