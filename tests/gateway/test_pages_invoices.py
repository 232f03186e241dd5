"""Invoices as their payers see them: tax, credits, payments and their states, and what is void."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.contracts.billing.invoices import (
    AppliedCredit,
    BalanceView,
    GetBalance,
    GetInvoice,
    InvoiceLine,
    InvoicePayment,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
)
from services.contracts.messages import Page
from services.contracts.money import Money
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, priya, sign_in, summary
from tests.gateway.world import dollars, id_of

pytestmark = pytest.mark.anyio

HERE = f"{PORTAL}/invoices/{id_of('invoice 1')}"


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())
    yield client


def invoice(**more: Any) -> InvoiceView:
    """A due invoice of 480.00, with these fields changed."""
    return world.invoice().model_copy(update=more)


def paid(status: str, cents: int) -> InvoicePayment:
    """What a payment has paid of the invoice."""
    return InvoicePayment(
        payment_id=id_of(f"payment {status}"),
        number=f"PAY-{status}",
        status=status,
        amount=Money(amount=cents),
        paid_at=datetime(2026, 11, 20, 3, tzinfo=UTC),
    )


def sums(page: str) -> dict[str, str]:
    """What stands below the lines."""
    foot = page.partition("<tfoot")[2].partition("</tfoot>")[0]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", foot)
    return dict(zip(cells[::2], cells[1::2], strict=True))


async def test_a_taxed_invoice_shows_each_lines_tax_and_what_it_comes_to(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    line = InvoiceLine(service="Mowing", quantity=2, unit_price=dollars(100), tax_percent=Decimal("8.2500"))
    neighbours.answer(
        GetInvoice,
        invoice(services=[line], subtotal=dollars(200), tax=Money(amount=1650), total=Money(amount=21_650),
                balance=Money(amount=21_650)),
    )  # fmt: skip

    page = (await browser.get(HERE)).text

    assert 'data-label="Tax" class="number end">8.25%' in page
    assert sums(page) == {"Subtotal": "$200.00", "Sales tax": "$16.50", "Total": "$216.50", "Balance": "$216.50"}


async def test_an_invoice_without_tax_has_no_column_for_it(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(HERE)).text

    assert "Tax" not in page
    assert sums(page) == {"Total": "$480.00", "Balance": "$480.00"}


async def test_what_reduced_an_invoice_is_listed_with_how_each_payment_stands(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    credit = AppliedCredit(credit_id=id_of("credit"), credit_number="CR-2026-00001", amount=dollars(75))
    payments = [paid("succeeded", 10_000), paid("disputed", 5_000), paid("refunded", 2_500)]
    neighbours.answer(GetInvoice, invoice(balance=Money(amount=23_000), credits=[credit], payments=payments))

    page = (await browser.get(HERE)).text

    assert sums(page) == {"Total": "$480.00", "Credits": "-$75.00", "Payments": "-$175.00", "Balance": "$230.00"}
    assert f'href="{PORTAL}/credits#CR-2026-00001"' in page
    for each in payments:
        assert f'href="{PORTAL}/payments/{each.payment_id}"' in page
    for said in ("Applied", "Disputed", "Refunded", "Nov 19, 2026"):
        assert said in page


async def test_a_payment_that_the_bank_works_on_is_told_and_takes_nothing_off(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    because = "A payment of INV-2026-00001 is under way."
    neighbours.answer(
        GetInvoice,
        invoice(status="processing", payable=False, not_payable_because=because, payments=[paid("processing", 48_000)]),
    )

    page = (await browser.get(HERE)).text

    assert "of $480.00 is being processed" in page
    assert because in page
    assert "Pay this invoice" not in page
    assert sums(page) == {"Total": "$480.00", "Balance": "$480.00"}


async def test_a_payment_that_the_bank_took_back_is_told_where_it_is_owed_again(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetInvoice, invoice(payments=[paid("reversed", 0)]))
    assert "what it had paid is owed again" in (await browser.get(HERE)).text

    settled = invoice(status="paid", balance=dollars(0), payments=[paid("reversed", 0), paid("succeeded", 48_000)])
    neighbours.answer(GetInvoice, settled)
    assert "owed again" not in (await browser.get(HERE)).text


async def test_a_void_invoice_owes_nothing_and_says_why(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    void = invoice(status="void", balance=dollars(0), payable=False, void_reason="Sent <twice>.")
    neighbours.answer(GetInvoice, void)

    page = (await browser.get(HERE)).text

    for said in (
        "This invoice is void. Nothing is owed.",
        "Sent &lt;twice&gt;.",
        '<span class="badge calm">Void</span>',
    ):
        assert said in page
    assert "Pay this invoice" not in page
    assert sums(page) == {"Total": "$480.00", "Balance": "$0.00"}


@pytest.mark.parametrize("sections", [["invoices"], ["invoices", "proposals"]])
async def test_an_invoice_leads_to_its_proposal_where_the_portal_has_them(
    client: httpx.AsyncClient, neighbours: Neighbours, sections: list[str]
) -> None:
    pages_world.know_portal(neighbours)
    neighbours.answer(GetInvoice, invoice(proposal_id=id_of("proposal"), visit_ids=[id_of("visit")]))
    sign_in(client, neighbours, priya(sections=sections))

    page = (await client.get(HERE)).text

    assert (f'href="{PORTAL}/proposals/{id_of("proposal")}"' in page) == ("proposals" in sections)
    assert "/visits/" not in page


async def test_the_list_says_in_words_what_is_processing_and_what_is_void(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    items = [summary(status="processing", payable=False), summary(status="void", balance=dollars(0), payable=False)]
    neighbours.answer(ListInvoices, Page[InvoiceSummary](items=items))

    page = (await browser.get(f"{PORTAL}/invoices")).text

    for said in ("Payment processing", '<span class="badge calm">Void</span>', "$480.00"):
        assert said in page


@pytest.mark.parametrize(
    ("status", "said"),
    [("all", "No invoices yet"), ("due", "Nothing is due"), ("paid", "No paid invoices yet")],
)
async def test_a_list_without_invoices_says_so_in_its_own_words(
    browser: httpx.AsyncClient, neighbours: Neighbours, status: str, said: str
) -> None:
    neighbours.answer(ListInvoices, world.page_of(0))

    assert said in (await browser.get(f"{PORTAL}/invoices?status={status}")).text


@pytest.mark.parametrize(("cents", "shown"), [(7_500, True), (0, False)])
@pytest.mark.parametrize("path", ["/invoices", "/dashboard"])
async def test_the_unapplied_credit_stands_beside_the_balance(
    browser: httpx.AsyncClient, neighbours: Neighbours, path: str, cents: int, shown: bool
) -> None:
    neighbours.answer(GetBalance, BalanceView(current=dollars(480), unapplied_credit=Money(amount=cents)))

    page = (await browser.get(f"{PORTAL}{path}")).text

    assert "$480.00" in page
    assert ("$75.00" in page) == shown
    assert (f'href="{PORTAL}/credits"' in page.partition("<main")[2]) == shown
