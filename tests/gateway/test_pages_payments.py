"""Payments as their payers see them: what each came to, what went back, and when there is a receipt."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from services.contracts.billing.payments import GetPayment, ListPayments, PaymentView, RefundView
from services.contracts.messages import Page
from services.contracts.money import Money
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, priya, sign_in
from tests.gateway.world import dollars, id_of

pytestmark = pytest.mark.anyio

HERE = f"{PORTAL}/payments/{id_of('payment')}"
RECEIPT = f'href="{HERE}/receipt"'


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())
    yield client


def refund(status: str, cents: int, **more: Any) -> RefundView:
    """Money on its way back."""
    told = {"id": id_of(f"refund {status}"), "status": status, "amount": Money(amount=cents), "fee": dollars(0)}
    return RefundView.model_validate({**told, "created_at": datetime(2026, 11, 21, tzinfo=UTC), **more})


def refunded_in_part() -> PaymentView:
    """A payment of 482.50 of which 100.00 arrived, 50.00 is on its way, and 25.00 came back."""
    refunds = [
        refund("succeeded", 10_000),
        refund("pending", 5_000),
        refund("failed", 2_500, failure_reason="The account is closed."),
    ]
    return world.payment("succeeded", refunded=dollars(150), refunds=refunds)


@pytest.mark.parametrize(
    ("payment", "said"),
    [
        (
            refunded_in_part(),
            ["Partly refunded", "$150.00 of $482.50 is on its way back."],
        ),
        (
            world.payment("refunded", refunded=Money(amount=48_250)),
            ["All of it, $482.50, was paid back."],
        ),
        (world.payment("disputed"), ["This payment is disputed", "please do not pay them again"]),
        (
            world.payment("reversed", reversed=Money(amount=48_250)),
            ["The bank took this payment back", "What this payment had paid is owed again.", "-$482.50"],
        ),
    ],
)
async def test_what_became_of_a_payment_is_told_with_its_receipt(
    browser: httpx.AsyncClient, neighbours: Neighbours, payment: PaymentView, said: list[str]
) -> None:
    neighbours.answer(GetPayment, payment)

    page = (await browser.get(HERE)).text

    for each in (*said, RECEIPT, "The receipt shows this payment as it stands today"):
        assert each in page
    assert "Thank you" not in page


@pytest.mark.parametrize("status", ["created", "requires_action", "processing", "unknown", "failed"])
async def test_what_has_moved_no_money_has_no_receipt(
    browser: httpx.AsyncClient, neighbours: Neighbours, status: str
) -> None:
    neighbours.answer(GetPayment, world.payment(status))
    neighbours.answer(ListPayments, Page[PaymentView](items=[world.payment(status)]))

    for path in (HERE, f"{PORTAL}/payments"):
        assert RECEIPT not in (await browser.get(path)).text


async def test_each_refund_is_told_and_one_that_failed_takes_nothing_off(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetPayment, refunded_in_part())

    page = (await browser.get(HERE)).text

    for said in ("Refunded<br>", "-$100.00", "Refund on its way", "-$50.00", "<s>$25.00</s>", "The account is closed."):
        assert said in page
    assert 'Remains paid</dt><dd class="number">$332.50' in page


async def test_a_check_that_the_office_received_is_no_card(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    check = {"method_type": "check", "method_brand": "", "method_last4": "", "reference": "1042", "fee": dollars(0)}
    neighbours.answer(
        GetPayment,
        world.payment("succeeded", received_on=date(2026, 11, 19), credited=dollars(20), **check),
    )

    page = (await browser.get(HERE)).text

    for said in ("We have received this payment", "Check 1042", "Nov 19, 2026", "Kept as", "$20.00"):
        assert said in page
    assert "ending in" not in page
    assert "Convenience fee" not in page


async def test_the_list_tells_how_each_payment_stands_and_what_went_back(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    payments = [refunded_in_part(), world.payment("disputed"), world.payment("reversed"), world.payment("processing")]
    neighbours.answer(ListPayments, Page[PaymentView](items=payments))

    page = (await browser.get(f"{PORTAL}/payments")).text

    for said in ("Partly refunded", "$150.00 refunded", "Disputed", "Taken back", "Payment processing"):
        assert said in page
    assert page.count(RECEIPT) == 3
