"""The office's pages of money: invoices, what is received, paid back and credited."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from services.contracts.billing.credits import (
    ApplyCredit,
    CreateCredit,
    CreditView,
    GetCredit,
    GetStatement,
    ListCredits,
    StatementView,
)
from services.contracts.billing.invoices import (
    ChangeInvoice,
    CreateInvoice,
    GetInvoice,
    GetInvoiceHistory,
    InvoiceEntry,
    InvoiceHistoryView,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
    ShareInvoice,
    VoidInvoice,
)
from services.contracts.billing.pay_links import GetPayLink, PayLinkView
from services.contracts.billing.payments import (
    DisputeView,
    GetPayment,
    ListPayments,
    PaymentView,
    QuoteRefund,
    RecordPayment,
    RefundPayment,
    RefundQuoteView,
    RefundView,
)
from services.contracts.billing.provider import ListProviderEvents, ProviderEventView, ReplayProviderEvent
from services.contracts.errors import conflict
from services.contracts.identity.portals import ChangeCompany
from services.contracts.messages import Page
from tests.gateway import office_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import NOW, fields
from tests.gateway.world import dollars, id_of

pytestmark = pytest.mark.anyio

INVOICE = world.invoice()
HERS = f"/office/invoices/{INVOICE.id}"
PAYMENT = world.payment("succeeded", customer_id=world.CUSTOMER.id, refundable=dollars(480))
PAID = f"/office/payments/{PAYMENT.id}"
CREDIT = CreditView(
    id=id_of("credit"),
    number="CR-2026-00001",
    customer_id=world.LAKESIDE.id,
    property=None,
    reason="Goodwill",
    amount=dollars(75),
    unapplied=dollars(75),
    applications=[],
    created_at=NOW,
)
ENTRY = InvoiceEntry(
    at=NOW, kind="payment_succeeded", amount=dollars(-100), balance=dollars(380), payment_id=PAYMENT.id, number="PAY-7"
)
LINE = {"service-0": "Mowing", "what-0": "", "quantity-0": "2", "price-0": "1,200.50", "tax-0": "8.25"}


@pytest.fixture
def told(neighbours: Neighbours, ada: httpx.AsyncClient) -> httpx.AsyncClient:
    """Ada's browser, with an invoice, a payment and a credit to look at."""
    neighbours.answer(GetInvoice, INVOICE)
    neighbours.answer(ListInvoices, _newest_first)
    history = {"created_at": NOW, "shared_at": NOW, "voided_at": None, "time_zone": "America/Chicago"}
    neighbours.answer(
        GetInvoiceHistory, InvoiceHistoryView.model_validate({**history, "entries": [ENTRY], "balance": dollars(380)})
    )
    neighbours.answer(GetPayment, PAYMENT)
    neighbours.answer(ListPayments, Page[PaymentView](items=[PAYMENT]))
    neighbours.answer(GetCredit, CREDIT)
    neighbours.answer(ListCredits, Page[CreditView](items=[CREDIT]))
    link = PayLinkView(token="secret", expires_on=datetime(2027, 1, 1, tzinfo=UTC).date(), branch_id=world.BRANCH)
    neighbours.answer(GetPayLink, link)
    return ada


def _newest_first(message: dict[str, Any]) -> Page[InvoiceSummary]:
    """Two pages of one invoice each."""
    if message["cursor"]:
        return Page[InvoiceSummary](items=[world.summary(2)])
    return Page[InvoiceSummary](items=[world.summary(1)], next_cursor="more")


# Invoices


async def test_the_list_is_narrowed_by_what_the_address_says(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    chosen = f"status=overdue&kind=service&branch={world.BRANCH}&customer={world.CUSTOMER.id}"
    answer = await told.get(f"/office/invoices?{chosen}")

    asked = neighbours.last(ListInvoices)
    assert (asked["status"], asked["kind"], asked["branch_id"]) == ("overdue", "service", str(world.BRANCH))
    assert "Lakeside HOA" in answer.text
    assert "cursor=more" in answer.text


async def test_what_no_filter_can_be_is_left_out(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await told.get("/office/invoices?status=nonsense&kind=nothing&branch=&customer=1")

    assert answer.status_code == 200
    assert neighbours.last(ListInvoices)["branch_id"] is None


async def test_an_invoices_page_shows_its_history_its_link_and_what_can_be_done(told: httpx.AsyncClient) -> None:
    answer = await told.get(HERS)

    for word in (
        "Weekly mowing",
        "PAY-7",
        "$380.00",
        "/pay/secret",
        "Record a payment",
        "Void the invoice",
    ):
        assert word in answer.text
    assert f'action="{HERS}/apply-credit"' in answer.text


async def test_a_draft_is_written_with_its_lines(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateInvoice, INVOICE)
    place = f"/office/invoices/new?customer={world.CUSTOMER.id}"
    usual = {"kind": "service", "net_days": "15", "billing_contact_id": "", "property_id": str(world.CLUBHOUSE.id)}

    shown = await told.get(place)
    more = await told.post(place, data=fields(**usual, **LINE, add="line"))
    made = await told.post(place, data=fields(**usual, **LINE))

    assert "Clubhouse" in shown.text
    assert 'name="service-1"' in more.text and 'value="1,200.50"' in more.text
    assert made.headers["location"] == f"{HERS}?said=invoice-drafted"
    said = neighbours.last(CreateInvoice)
    assert (said["net_days"], said["lines"][0]["unit_price"]["amount"]) == (15, 120_050)


async def test_every_cell_at_fault_is_told(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    bad = {"service-0": "", "what-0": "", "quantity-0": "0", "price-0": "free", "tax-0": "31"}
    answer = await told.post(f"/office/invoices/new?customer={world.CUSTOMER.id}", data=fields(net_days="x", **bad))

    assert answer.status_code == 422
    for cell in ("service-0", "quantity-0", "price-0", "tax-0"):
        assert f'id="{cell}-problem"' in answer.text
    assert not neighbours.calls(CreateInvoice)


async def test_a_draft_is_changed(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeInvoice, INVOICE)

    shown = await told.get(f"{HERS}/edit")
    answer = await told.post(f"{HERS}/edit", data=fields(net_days="30", **LINE))

    assert 'value="480.00"' in shown.text
    assert answer.headers["location"] == f"{HERS}?said=saved"


async def test_a_long_draft_keeps_every_line(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeInvoice, INVOICE)
    lines = {name.replace("0", str(at)): text for at in range(200) for name, text in LINE.items()}
    answer = await told.post(f"{HERS}/edit", data=fields(net_days="30", **lines))

    assert answer.headers["location"] == f"{HERS}?said=saved"
    assert len(neighbours.last(ChangeInvoice)["lines"]) == 200


async def test_an_act_clicked_twice_is_one_command(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ShareInvoice, INVOICE)
    for _ in range(2):
        answer = await told.post(f"{HERS}/share", data=fields())

    assert answer.headers["location"] == f"{HERS}?said=shared"
    assert len({call.message["id"] for call in neighbours.calls(ShareInvoice)}) == 1


async def test_a_refused_act_says_why_on_the_invoices_page(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(VoidInvoice, conflict("A payment of this invoice is under way."))
    answer = await told.post(f"{HERS}/void", data=fields(reason="Raised twice"))

    assert answer.status_code == 409
    assert "A payment of this invoice is under way." in answer.text
    assert neighbours.last(VoidInvoice)["reason"] == "Raised twice"


async def test_a_credit_is_applied_from_the_invoice(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ApplyCredit, CREDIT)
    wrong = await told.post(f"{HERS}/apply-credit", data=fields(credit_id=str(CREDIT.id), amount="much"))
    right = await told.post(f"{HERS}/apply-credit", data=fields(credit_id=str(CREDIT.id), amount="50"))

    assert wrong.status_code == 422 and 'id="amount-problem"' in wrong.text
    assert right.headers["location"] == f"{HERS}?said=applied"
    assert neighbours.last(ApplyCredit)["amount"]["amount"] == 5_000


async def test_who_may_only_read_is_offered_nothing_and_refused(
    told: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(told, neighbours, office_world.ada("sales_rep"))
    shown = await told.get(HERS)
    refused = await told.post(f"{HERS}/share", data=fields())

    assert shown.status_code == 200 and "Void" not in shown.text
    assert refused.status_code == 403
    assert not neighbours.calls(ShareInvoice)


# Payments


async def test_a_payments_page_shows_a_dispute_with_its_last_day(
    told: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    dispute = DisputeView(state="open", amount=dollars(480), reason="fraudulent", opened_at=NOW, respond_by=NOW)
    neighbours.answer(GetPayment, PAYMENT.model_copy(update={"status": "disputed", "disputes": [dispute]}))
    answer = await told.get(PAID)

    for word in ("Fraudulent", "Answer at the payment provider by", "4242", "$482.50", "Receipt as PDF"):
        assert word in answer.text


async def test_the_list_of_payments_is_narrowed_by_status(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await told.get(f"/office/payments?status=failed&customer={world.CUSTOMER.id}")

    assert PAYMENT.number in answer.text
    assert neighbours.last(ListPayments)["status"] == "failed"


async def test_a_refund_is_shown_with_its_fee_before_it_is_made(
    told: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    quote = RefundQuoteView(amount=dollars(100), fee=dollars(1), left=dollars(480))
    neighbours.answer(QuoteRefund, quote)
    neighbours.answer(RefundPayment, PAYMENT)

    shown = await told.get(f"{PAID}/refund?amount=100&reopen=yes")
    answer = await told.post(f"{PAID}/refund", data=fields(amount="100.00", reopen="yes"))

    assert "Refund $100.00" in shown.text and "$1.00" in shown.text
    assert answer.headers["location"] == f"{PAID}?said=refunded"
    said = neighbours.last(RefundPayment)
    assert (said["amount"]["amount"], said["reopen"]) == (10_000, True)


async def test_a_refund_that_the_provider_refuses_says_so(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    def refused(message: dict[str, Any]) -> PaymentView:
        failed = {"status": "failed", "amount": dollars(5), "fee": dollars(0), "failure_reason": "Not enough money."}
        refund = RefundView.model_validate({"id": message["id"], "created_at": NOW, **failed})
        return PAYMENT.model_copy(update={"refunds": [refund]})

    neighbours.answer(RefundPayment, refused)
    answer = await told.post(f"{PAID}/refund", data=fields(amount="5"))

    assert answer.status_code == 402
    assert "Not enough money." in answer.text


async def test_a_check_is_recorded_for_chosen_invoices(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RecordPayment, PAYMENT)
    due = world.summary(1)
    place = f"/office/payments/new?customer={world.CUSTOMER.id}"
    typed = {"amount": "200", "received_as": "check", "received_on": "2026-11-20", "reference": "1042"}

    shown = await told.get(f"{place}&invoice={due.id}")
    wrong = await told.post(place, data=fields(**{**typed, "amount": "a lot"}))
    made = await told.post(place, data=fields(**typed, invoice_ids=str(due.id)))

    assert f'value="{due.id}" checked' in shown.text
    assert wrong.status_code == 422 and 'id="amount-problem"' in wrong.text
    assert made.headers["location"] == f"{PAID}?said=recorded"
    assert neighbours.last(RecordPayment)["reference"] == "1042"


async def test_what_is_owed_longest_can_be_paid_and_reduced(told: httpx.AsyncClient) -> None:
    oldest = world.summary(2)
    recording = await told.get(f"/office/payments/new?customer={world.CUSTOMER.id}&invoice={oldest.id}")
    applying = await told.get(f"/office/credits/{CREDIT.id}")

    assert f'value="{oldest.id}" checked' in recording.text
    assert recording.text.index(str(oldest.id)) < recording.text.index(str(world.summary(1).id))
    assert f'name="amount-{oldest.id}"' in applying.text


# Credits


async def test_a_credit_is_granted_and_applied_to_several(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateCredit, CREDIT)
    neighbours.answer(ApplyCredit, CREDIT)
    one, two = world.summary(1), world.summary(2)

    made = await told.post(
        f"/office/credits/new?customer={world.CUSTOMER.id}", data=fields(amount="75", reason="Goodwill", property_id="")
    )
    amounts = {f"amount-{one.id}": "20", f"amount-{two.id}": "30"}
    applied = await told.post(
        f"/office/credits/{CREDIT.id}/apply", data={**fields(**amounts), "invoice": [str(one.id), str(two.id)]}
    )

    assert made.headers["location"] == f"/office/credits/{CREDIT.id}?said=granted"
    assert applied.headers["location"] == f"/office/credits/{CREDIT.id}?said=applied"
    given = [(call.message["invoice_id"], call.message["amount"]["amount"]) for call in neighbours.calls(ApplyCredit)]
    assert given == [(str(one.id), 2_000), (str(two.id), 3_000)]
    assert len({call.message["id"] for call in neighbours.calls(ApplyCredit)}) == 2


async def test_a_credit_without_an_amount_is_applied_to_nothing(
    told: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    one = world.summary(1)
    typed = {f"amount-{one.id}": "lots", "invoice": str(one.id)}
    answer = await told.post(f"/office/credits/{CREDIT.id}/apply", data=fields(**typed))

    assert answer.status_code == 422
    assert f'id="amount-{one.id}-problem"' in answer.text
    assert not neighbours.calls(ApplyCredit)


# The company's fees, and the provider


async def test_the_companys_fees_are_kept(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeCompany, office_world.COMPANY)
    card = {"fee-card": "percentage", "percent-card": "2.9"}

    wrong = await told.post("/office/company/fees", data=fields(**{**card, "percent-card": "much"}))
    right = await told.post("/office/company/fees", data=fields(**card))

    assert wrong.status_code == 422 and 'id="percent-card-problem"' in wrong.text
    assert right.headers["location"] == "/office/company/fees?said=saved"
    assert neighbours.last(ChangeCompany)["fees"]["card"]["percent"] == "2.9"


async def test_an_event_of_the_provider_is_read_again(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    event = ProviderEventView(
        id=id_of("event"),
        event_id="evt_1",
        type="payment_intent.succeeded",
        object_id="pi_1",
        state="received",
        received_at=NOW,
        attempts=3,
        next_attempt_at=NOW,
    )
    neighbours.answer(ListProviderEvents, Page[ProviderEventView](items=[event]))
    neighbours.answer(ReplayProviderEvent, event)

    shown = await told.get("/office/provider-events?state=received")
    answer = await told.post(f"/office/provider-events/{event.id}/replay", data=fields())

    assert "Tried 3 times" in shown.text
    assert answer.headers["location"] == "/office/provider-events?said=replayed"


async def test_a_void_invoice_says_why_and_offers_nothing(told: httpx.AsyncClient, neighbours: Neighbours) -> None:
    void: InvoiceView = INVOICE.model_copy(update={"status": "void", "void_reason": "Raised twice"})
    neighbours.answer(GetInvoice, void)
    answer = await told.get(HERS)

    assert "Raised twice" in answer.text
    assert "What you can do" not in answer.text


async def test_a_statement_is_shown_for_the_days_that_are_asked_for(
    told: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    statement = StatementView(
        customer=world.LAKESIDE,
        since=date(2026, 9, 1),
        until=date(2026, 11, 30),
        opening=dollars(10),
        lines=[],
        closing=dollars(10),
        unapplied_credit=dollars(75),
    )
    neighbours.answer(GetStatement, statement)
    place = f"/office/customers/{world.CUSTOMER.id}/statement"

    shown = await told.get(f"{place}?since=2026-09-01&until=2026-11-30")
    table = await told.get(f"{place}/csv?since=2026-09-01&until=2026-11-30")
    usual = await told.get(f"{place}?since=never")

    assert "Balance brought forward" in shown.text and "$75.00" in shown.text
    assert table.headers["content-type"].startswith("text/csv")
    assert usual.status_code == 200
    assert neighbours.calls(GetStatement)[0].message["since"] == "2026-09-01"
