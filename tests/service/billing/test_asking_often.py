"""Whoever asks often what becomes of one payment does not use up what the provider bears of everybody together."""

from typing import Any

import pytest

from services.billing.processor.client import CALLS
from services.contracts.billing.pay_links import OpenHostedPage
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, new_id
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.test_pay_links import begin, guest_of, order, status


def provider_calls() -> float:
    """How many this process has made."""
    (metric,) = CALLS.collect()
    return sum(each.value for each in metric.samples if each.name.endswith("_count"))


def test_who_asks_again_and_again_what_became_of_a_payment_does_not_keep_the_provider_busy(
    desk: Desk, people: People
) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    before = provider_calls()
    assert {status(desk, guest, begun) for _ in range(40)} == {"requires_action"}
    assert provider_calls() - before < 40


@pytest.mark.parametrize("again", ["the same payment", "its page"])
def test_who_begins_the_same_payment_again_and_again_is_asked_to_wait(desk: Desk, people: People, again: str) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begins = order(desk, guest, invoice)
    desk.ask(guest, begins)
    opens = OpenHostedPage(payment_id=begins.id, cancel_url="https://portico.test/evergreen-austin/pay/token")
    asked: Ask[Any] = begins if again == "the same payment" else opens
    with pytest.raises(DomainError) as wait:
        for _ in range(200):
            desk.ask(guest, asked.model_copy(update={"id": begins.id if asked is begins else new_id()}))
    assert wait.value.details["reason"] == "too_many_attempts"
