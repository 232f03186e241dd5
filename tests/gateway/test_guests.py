"""Guests: who is let in by a secret address, what its pages tell, and what is told of the address itself."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from gateway.guests import BORNE
from services.contracts.billing.methods import GetProviderForm, ProviderFormView
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GetGuestInvoice,
    GuestInvoiceView,
    GuestPaymentView,
    HostedPageView,
    OpenedPayLink,
    OpenHostedPage,
    OpenPayLink,
    QuoteGuestPayment,
)
from services.contracts.billing.payments import PaymentQuoteView
from services.contracts.billing.third_parties import GuestSessionView, LookUpProgram
from services.contracts.errors import conflict, forbidden, invalid, not_found
from services.contracts.identity.portals import Brand, GetPortal, PortalView
from services.contracts.money import Money
from services.contracts.principals import PortalSettings
from tests.gateway.neighbours import Neighbours
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

TOKEN = "AaBbCcSecretOfAnInvoice"
LINK = f"/evergreen-austin/pay/{TOKEN}"
SETTINGS = PortalSettings(guest_payments=True, partial_payments=True)
USD = {"currency": "USD"}


def invoice(**changed: Any) -> GuestInvoiceView:
    told = {
        "id": id_of("an invoice"),
        "number": "INV-2026-00042",
        "status": "due",
        "due_on": date(2026, 12, 1),
        "total": Money(amount=12_000),
        "balance": Money(amount=12_000),
        "payable": True,
        "types": ["card"],
        **changed,
    }
    return GuestInvoiceView(**told)


@pytest.fixture
def link(neighbours: Neighbours) -> Neighbours:
    """A portal, and a link of an invoice that is owed."""
    portal = PortalView(
        slug="evergreen-austin",
        brand=Brand(name="Evergreen Austin"),
        settings=SETTINGS,
        company_id=id_of("a company"),
        branch_id=id_of("a branch"),
    )
    opened = OpenedPayLink(company_id=id_of("a company"), branch_id=id_of("a branch"), invoice_id=id_of("an invoice"))
    quote = PaymentQuoteView(subtotal=Money(amount=12_000), fee=Money(amount=0), total=Money(amount=12_000))
    neighbours.answer(GetPortal, portal)
    neighbours.answer(OpenPayLink, opened)
    neighbours.answer(GetGuestInvoice, invoice())
    neighbours.answer(GetProviderForm, ProviderFormView(publishable_key="pk_test_1", account="acct_1"))
    neighbours.answer(QuoteGuestPayment, quote)
    return neighbours


def form(**typed: str) -> dict[str, str]:
    told = {"type": "card", "email": "accounts@tallyhouse.test", "how_much": "full", "message_id": "a form"}
    return {**told, "expected_total": "12000", "currency": "USD", **typed}


async def test_the_address_is_neither_logged_nor_sent_as_a_referrer(
    client: httpx.AsyncClient, link: Neighbours, capfd: pytest.CaptureFixture[str]
) -> None:
    page = await client.get(LINK)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert TOKEN not in "".join(capfd.readouterr())


async def test_a_guest_is_nobody_but_of_their_invoice(client: httpx.AsyncClient, link: Neighbours) -> None:
    await client.get(LINK)
    (asked,) = link.calls(GetGuestInvoice)
    assert asked.principal
    assert (asked.principal["kind"], asked.principal["customer_id"]) == ("guest", None)
    assert asked.principal["guest_invoice_ids"] == [str(id_of("an invoice"))]


async def test_a_link_opens_in_its_own_portal_alone(client: httpx.AsyncClient, link: Neighbours) -> None:
    elsewhere = OpenedPayLink(
        company_id=id_of("a company"), branch_id=id_of("another branch"), invoice_id=id_of("an invoice")
    )
    link.answer(OpenPayLink, elsewhere)
    page = await client.get(LINK)
    assert (page.status_code, link.calls(GetGuestInvoice)) == (410, [])


async def test_who_tries_many_wrong_addresses_waits(client: httpx.AsyncClient, link: Neighbours) -> None:
    link.answer(OpenPayLink, not_found("This link has expired.", reason="pay_link_gone"))
    statuses = [(await client.get(f"{LINK}{each}")).status_code for each in range(BORNE + 1)]
    assert statuses == [410] * BORNE + [429]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"status": "paid", "balance": Money(amount=0), "payable": False}, "This invoice is paid"),
        ({"status": "void", "balance": Money(amount=0), "payable": False}, "not valid any more"),
        ({"status": "processing", "payable": False}, "A payment is under way"),
        ({"payable": False, "not_payable_because": "Online payments are switched off."}, "are switched off"),
    ],
)
async def test_what_cannot_be_paid_says_why(
    client: httpx.AsyncClient, link: Neighbours, changed: dict[str, Any], said: str
) -> None:
    link.answer(GetGuestInvoice, invoice(**changed))
    page = await client.get(LINK)
    assert said in page.text
    assert "<form" not in page.text


async def test_a_script_is_told_the_secret_and_a_browser_is_led_to_the_providers_page(
    client: httpx.AsyncClient, link: Neighbours
) -> None:
    payment = GuestPaymentView(
        id=id_of("a payment"), client_secret="pi_1_secret_2", publishable_key="pk_test_1", account="acct_1"
    )
    link.answer(BeginGuestPayment, payment)
    link.answer(OpenHostedPage, HostedPageView(url="https://js.provider.example/c/pay/1"))
    scripted = await client.post(LINK, data=form(), headers={"Accept": "application/json"})
    assert scripted.json()["client_secret"] == "pi_1_secret_2"
    plain = await client.post(LINK, data=form())
    assert (plain.status_code, plain.headers["location"]) == (303, "https://js.provider.example/c/pay/1")
    first, second = (each.message["id"] for each in link.calls(BeginGuestPayment))
    assert first == second
    await client.post(LINK, data=form(email="other@tallyhouse.test"))
    assert link.calls(BeginGuestPayment)[-1].message["id"] != first


async def test_an_attempt_that_is_over_is_begun_anew(client: httpx.AsyncClient, link: Neighbours) -> None:
    link.answer(BeginGuestPayment, conflict("This attempt to pay is over.", reason="attempt_over"))
    answer = await client.post(LINK, data=form(), headers={"Accept": "application/json"})
    assert answer.status_code == 409
    first, second = (each.message["id"] for each in link.calls(BeginGuestPayment))
    assert first != second


async def test_what_is_wrong_with_the_form_is_said(client: httpx.AsyncClient, link: Neighbours) -> None:
    page = await client.post(LINK, data=form(email="nobody"))
    assert page.status_code == 422
    assert "Enter an e-mail address" in page.text
    link.answer(BeginGuestPayment, invalid("The total has changed.", field="expected_total", reason="stale_total"))
    answer = await client.post(LINK, data=form(), headers={"Accept": "application/json"})
    assert answer.json() == {"problem": "The total has changed."}


async def test_another_sites_form_is_refused(client: httpx.AsyncClient, link: Neighbours) -> None:
    answer = await client.post(LINK, data=form(), headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, link.calls(BeginGuestPayment)) == (403, [])


# The API


async def test_the_token_of_the_api_names_its_portal(client: httpx.AsyncClient, link: Neighbours) -> None:
    session = GuestSessionView(token="~abc", expires_at=datetime(2026, 12, 1, tzinfo=UTC))
    link.answer(LookUpProgram, session)
    body = {"policy_numbers": ["HIA-GL-1001"], "zip": "70112"}
    found = await client.post("/api/v1/portals/evergreen-austin/guest-sessions", json=body)
    assert (found.status_code, found.json()["token"]) == (201, "evergreen-austin.~abc")
    (asked,) = link.calls(LookUpProgram)
    assert asked.principal
    assert (asked.principal["kind"], asked.principal["guest_invoice_ids"]) == ("guest", [])


async def test_a_look_up_that_is_bounded_or_needs_more_says_so(client: httpx.AsyncClient, link: Neighbours) -> None:
    body = {"policy_numbers": ["HIA-GL-1001"], "zip": "70112"}
    path = "/api/v1/portals/evergreen-austin/guest-sessions"
    link.answer(LookUpProgram, forbidden("Too many tries.", reason="too_many_attempts", retry_after=60))
    bounded = await client.post(path, json=body)
    assert (bounded.status_code, bounded.headers["retry-after"]) == (429, "60")
    link.answer(LookUpProgram, invalid("Please name an amount.", field="amount_due", reason="third_fact_needed"))
    assert (await client.post(path, json=body)).json()["reason"] == "third_fact_needed"
    page = await client.post("/evergreen-austin/pay/look-up", data={"policy_numbers": "HIA-GL-1001", "zip": "70112"})
    assert "Amount of an invoice that is due" in page.text


async def test_a_pay_link_opens_the_api_as_well(client: httpx.AsyncClient, link: Neighbours) -> None:
    headers = {"Authorization": f"Bearer evergreen-austin.{TOKEN}"}
    body = {"invoice_ids": [str(id_of("an invoice"))], "type": "card"}
    quote = await client.post("/api/v1/guest/payment-quotes", json=body, headers=headers)
    assert quote.json()["total"] == {"amount": 12_000, **USD}
    link.answer(OpenPayLink, not_found(reason="pay_link_gone"))
    assert (await client.post("/api/v1/guest/payment-quotes", json=body, headers=headers)).status_code == 401
    assert (await client.get("/api/v1/guest/program")).status_code == 401
