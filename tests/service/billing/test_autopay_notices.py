"""What autopay announces besides the first charge and a new amount: what comes after its day, what has grown."""

from datetime import timedelta

import pytest

from services.contracts.billing.autopay import ChangeAutopay
from services.contracts.billing.payments import RefundPayment
from tests.service.billing.autopay_desk import AutopayDesk, now
from tests.service.billing.conftest import Desk
from tests.service.billing.loans import settle
from tests.service.billing.people import People


@pytest.fixture
def autopay(desk: Desk, people: People) -> AutopayDesk:
    return AutopayDesk(desk, people)


def test_what_comes_after_its_day_is_announced_even_if_it_is_the_same_amount(autopay: AutopayDesk) -> None:
    first = autopay.owe(days=20)
    autopay.turn_on(autopay.add_card(autopay.priya))
    late = autopay.owe(days=30)
    autopay.change(autopay.people, "UPDATE autopay SET authorized_on = authorized_on - 60")
    autopay.change(autopay.people, f"UPDATE invoice SET due_on = due_on - 40 WHERE id = '{late.id}'")
    autopay.plan()
    told = [each["debits"][0]["invoice_number"] for each in autopay.told("autopay_announced")]
    assert told == [first.number, late.number]
    assert autopay.debit(late.id)["due_at"] >= now() + timedelta(days=9, hours=23, minutes=59)


def test_what_has_grown_while_it_was_off_is_announced_anew(autopay: AutopayDesk) -> None:
    invoice, card = autopay.owe(12_000), autopay.add_card(autopay.priya)
    part = settle(autopay, autopay.people, invoice, 5_000)
    autopay.turn_on(card)
    autopay.ask(autopay.priya, ChangeAutopay(enabled=False))
    autopay.ask(autopay.people.office, RefundPayment(payment_id=part.id, reopen=True))
    autopay.turn_on(card)
    assert [each["debits"][0]["amount"]["amount"] for each in autopay.told("autopay_announced")] == [7_000, 12_000]
    assert autopay.run().charged == 1
    assert [each["amount"] for each in autopay.charges(autopay.people)] == [12_000]
