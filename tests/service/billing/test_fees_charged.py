"""Convenience fees as they are quoted, charged, kept with each invoice and shown."""

from decimal import Decimal
from typing import Any

from services.contracts.billing.payments import GetReceiptPdf, ListPayments, QuotePayment
from services.contracts.money import Money
from services.contracts.principals import FeePolicy
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.test_documents import text_of
from tests.service.billing.test_offline_payments import check
from tests.service.billing.test_refunds import sums

SURCHARGE = FeePolicy(kind="credit_surcharge", percent=Decimal(3))


def quoted(desk: Desk, who: Any, method: Any, *invoices: Any) -> int:
    """The fee that is shown before paying."""
    query = QuotePayment(invoice_ids=[each.id for each in invoices], payment_method_id=method.id)
    return int(desk.ask(who, query).fee.amount)


def test_only_credit_cards_bear_a_surcharge(desk: Desk, people: People) -> None:
    settings = {"fees": {"card": SURCHARGE}, "payment_method_types": ["card", "us_bank_account"]}
    priya, invoice = with_settings(people.priya, **settings), desk.bill(people, 10_050)
    fees = {
        card: quoted(desk, priya, desk.add_card(priya, card), invoice)
        for card in ("pm_card_visa", "pm_card_visa_debit", "pm_card_mastercard_prepaid")
    }
    # 3 % of 100.50 is 3.015, and the cap is cut off.
    assert fees == {"pm_card_visa": 301, "pm_card_visa_debit": 0, "pm_card_mastercard_prepaid": 0}
    assert quoted(desk, priya, desk.add_bank_account(priya), invoice) == 0


def test_an_invoices_own_policy_comes_first_and_the_cheapest_holds_for_all(desk: Desk, people: People) -> None:
    priya = people.priya
    card = desk.add_card(priya)
    plain = desk.bill(people, 10_000)
    free = desk.bill(people, 10_000, fees={"card": FeePolicy()})
    dear = desk.bill(people, 10_000, fees={"card": FeePolicy(kind="flat", amount=Money(amount=900))})
    assert [quoted(desk, priya, card, each) for each in (plain, free, dear)] == [250, 0, 900]
    assert quoted(desk, priya, card, plain, dear) == 250
    assert quoted(desk, priya, card, plain, dear, free) == 0


def test_the_fee_is_kept_with_each_invoice_and_is_a_line_of_its_own(desk: Desk, people: People) -> None:
    first, second = desk.bill(people, 10_000, net_days=1), desk.bill(people, 5_000, net_days=2)
    payment = desk.pay(people.priya, desk.add_card(people.priya), first, second)
    rows = desk.rows(people, "SELECT invoice_number, fee FROM allocation ORDER BY invoice_number")
    assert rows == [(first.number, 167), (second.number, 83)]
    assert sums(desk, people)["fees"] == -250
    text = text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))
    assert "Convenience fee $2.50" in text and "Total paid $152.50" in text
    assert desk.audit(people) == []


def test_payments_are_listed_by_status_customer_and_property(desk: Desk, people: People) -> None:
    card = desk.add_card(people.priya)
    at_club = desk.pay(people.priya, card, desk.bill(people))
    at_gate = desk.pay(people.priya, card, desk.bill(people, property=people.north_gate))
    declined = desk.pay(people.priya, desk.add_card(people.priya, "pm_card_chargeCustomerFail"), desk.bill(people))
    somebody = people.customer.model_copy(update={"id": people.company_id})
    theirs = desk.ask(people.office, check(people, 500, customer=somebody))

    def listed(who: Any, **chosen: Any) -> set[Any]:
        return {each.id for each in desk.ask(who, ListPayments(**chosen)).items}

    assert listed(people.office) == {at_club.id, at_gate.id, declined.id, theirs.id}
    assert listed(people.office, customer_id=somebody.id) == {theirs.id}
    assert listed(people.office, status="failed") == {declined.id}
    assert listed(people.priya, property_ids=[people.north_gate.id]) == {at_gate.id}
    assert listed(people.priya, status="succeeded") == {at_club.id, at_gate.id}
    assert listed(people.priya, customer_id=somebody.id) == set(), "naming another customer shows nothing of theirs"
