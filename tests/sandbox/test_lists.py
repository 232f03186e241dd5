"""The lists that a reconciliation walks through, page by page and by time."""

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox

LISTS = ("payment_intents", "charges", "refunds", "disputes", "balance_transactions", "events")


@pytest.fixture
def busy(provider: Provider, sandbox: Sandbox) -> Provider:
    """An account with three payments, each refunded in part and disputed."""
    for amount in (1000, 2000, 3000):
        intent = provider.pay("pm_card_visa", amount)
        provider.v1.refunds.create({"payment_intent": intent.id, "amount": 100}, provider.options)
        sandbox.post(f"/sandbox/payment_intents/{intent.id}/dispute")
    return provider


def ids(listed: Any) -> list[str]:
    """What a list has on all its pages."""
    return [item.id for item in listed.auto_paging_iter()]


@pytest.mark.parametrize("name", LISTS)
def test_pages_together_are_the_whole_list(busy: Provider, name: str) -> None:
    listing = getattr(busy.v1, name).list
    whole = [item.id for item in listing({"limit": 100}, busy.options).data]
    assert len(whole) >= 3
    assert ids(listing({"limit": 2}, busy.options)) == whole
    last = listing({"limit": 2, "ending_before": whole[2]}, busy.options)
    assert [item.id for item in last.data] == whole[:2]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_narrowed_by_time(busy: Provider, name: str) -> None:
    listing = getattr(busy.v1, name).list
    newest = listing({"limit": 1}, busy.options).data[0].created
    assert ids(listing({"created": {"gt": newest}}, busy.options)) == []
    assert ids(listing({"created": {"gte": newest - 3600, "lte": newest}}, busy.options)) == ids(
        listing({"limit": 100}, busy.options)
    )
    assert ids(listing({"created": {"lt": newest - 3600}}, busy.options)) == []


def test_the_balance_adds_up(busy: Provider) -> None:
    moved = busy.v1.balance_transactions.list({"limit": 100}, busy.options).data
    by_category: dict[str, int] = {}
    for each in moved:
        by_category[each.reporting_category] = by_category.get(each.reporting_category, 0) + each.amount
        assert each.net == each.amount - each.fee
    assert by_category == {"charge": 6000, "refund": -300, "dispute": -5700}
    charges = busy.v1.balance_transactions.list({"type": "charge"}, busy.options)
    assert len(charges.data) == 3


def test_nonsense_in_a_list_is_refused(provider: Provider) -> None:
    for wrong in ({"limit": 0}, {"starting_after": "ch_none"}, {"created": {"around": 5}}):
        with pytest.raises(stripe.InvalidRequestError):
            provider.v1.charges.list(wrong, provider.options)
