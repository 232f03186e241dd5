"""What is left on an intent fits there, and comes back as it was."""

import pytest

from services.billing.processor import memos
from services.billing.processor.memos import Memo, Part
from services.contracts.messages import new_id
from services.contracts.money import MAX_AMOUNT


def test_the_largest_payment_fits_into_what_the_provider_keeps() -> None:
    parts = tuple(Part(new_id(), MAX_AMOUNT, MAX_AMOUNT) for _ in range(100))
    memo = Memo(new_id(), parts, new_id(), by_autopay=True, keeps_fee=True)
    written = memo.written()
    assert len(written) <= 50
    assert max(map(len, written)) <= 40 and max(map(len, written.values())) <= 500
    assert memos.read(written, 200 * MAX_AMOUNT) == memo


def test_a_payment_without_a_contact_comes_back_without_one() -> None:
    memo = Memo(new_id(), (Part(new_id(), 12_000, 250),))
    assert memos.read(memo.written(), 12_250) == memo


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"payment_id": "01a202df-87d6-76cd-9699-c0b414ee7c10"},
        {"invoices_0": "01a202df-87d6-76cd-9699-c0b414ee7c10:1:0"},
        {"payment_id": "4711", "invoices_0": "01a202df-87d6-76cd-9699-c0b414ee7c10:1:0"},
        {"payment_id": "01a202df-87d6-76cd-9699-c0b414ee7c10", "invoices_0": "INV-1"},
        {"payment_id": "01a202df-87d6-76cd-9699-c0b414ee7c10", "invoices": "INV-1, INV-2"},
    ],
)
def test_what_somebody_else_wrote_is_not_taken_for_ours(metadata: dict[str, str]) -> None:
    assert memos.read(metadata, 1) is None


@pytest.mark.parametrize(
    "parts", ["{0}:99:0", "{0}:101:0", "{0}:100:1", "{0}:110:-10", "{0}:50:0 {0}:50:0", "{0}:0:100"]
)
def test_what_does_not_add_up_to_what_is_charged_is_not_taken_for_ours(parts: str) -> None:
    told = {"payment_id": str(new_id()), "invoices_0": parts.format(new_id())}
    assert memos.read(told, 100) is None
