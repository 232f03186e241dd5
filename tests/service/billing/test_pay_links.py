"""Pay links: what opens them, what they show, and how guests pay by them."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from services.billing.guests import tokens
from services.billing.guests.tokens import Link
from services.chassis import files
from services.contracts.billing.invoices import GetInvoice, GetInvoicePdf, InvoiceView, ListInvoices
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GetGuestInvoice,
    GetPayLink,
    GuestPaymentView,
    OpenHostedPage,
    OpenPayLink,
    QuoteGuestPayment,
    RenewPayLink,
)
from services.contracts.billing.payments import GetPayment, GetReceiptPdf, ListPayments, RefreshPayment
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, new_id
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType, Principal
from tests.service.billing.conftest import PUBLISHABLE_KEY, Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused

EMAIL = "accounts@tallyhouse.test"


def token_of(desk: Desk, people: People, invoice: InvoiceView) -> str:
    return str(desk.ask(people.office, GetPayLink(invoice_id=invoice.id)).token)


def guest_of(desk: Desk, people: People, *invoices: InvoiceView) -> Principal:
    """Whoever opened the invoices' links, as the gateway makes a principal of them."""
    for each in invoices:
        opened = desk.ask(None, OpenPayLink(token=SecretStr(token_of(desk, people, each))))
        assert (opened.company_id, opened.branch_id, opened.invoice_id) == (
            people.company_id,
            people.branch_id,
            each.id,
        )
    return Principal(
        kind="guest",
        id=new_id(),
        company_id=people.company_id,
        portal=people.portal,
        guest_invoice_ids=[each.id for each in invoices],
    )


def order(desk: Desk, guest: Principal, invoice: InvoiceView, **fields: Any) -> BeginGuestPayment:
    kind: PaymentMethodType = fields.pop("type", "card")
    amount = fields.pop("amount", None)
    total = desk.ask(guest, QuoteGuestPayment(invoice_ids=[invoice.id], type=kind, amount=amount)).total
    told: dict[str, Any] = {"expected_total": total, "email": EMAIL, **fields}
    return_url = "https://portico.test/evergreen-austin/pay/token/payments/{payment_id}"
    return BeginGuestPayment(invoice_ids=[invoice.id], type=kind, amount=amount, return_url=return_url, **told)


def begin(desk: Desk, guest: Principal, invoice: InvoiceView, **fields: Any) -> GuestPaymentView:
    begun: GuestPaymentView = desk.ask(guest, order(desk, guest, invoice, **fields))
    return begun


def confirm(desk: Desk, begun: GuestPaymentView, method: str = "pm_card_visa") -> dict[str, Any]:
    """What the provider's fields do in the payer's browser."""
    intent = begun.client_secret.partition("_secret_")[0]
    path = f"/v1/payment_intents/{intent}/confirm"
    return desk.sandbox.call(
        path, begun.account, PUBLISHABLE_KEY, client_secret=begun.client_secret, payment_method=method
    )


def status(desk: Desk, guest: Principal, begun: GuestPaymentView) -> str:
    return str(desk.ask(guest, RefreshPayment(payment_id=begun.id)).status)


# The link


def test_a_link_opens_its_invoice_and_tells_nothing_of_whose_it_is(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    seen = desk.ask(guest, GetGuestInvoice(invoice_id=invoice.id))
    assert (seen.number, seen.status, seen.balance.amount, seen.payable) == (invoice.number, "due", 12_000, True)
    told = seen.model_dump_json()
    for secret in ("Lakeside", "Clubhouse", "Main Street", "Rosa", "Mowing", str(people.customer.id)):
        assert secret not in told


def test_a_guest_reaches_no_other_invoice_and_no_list(desk: Desk, people: People) -> None:
    mine, other = desk.bill(people, 12_000), desk.bill(people, 5_000)
    guest = guest_of(desk, people, mine)
    of_other: list[Ask[Any]] = [
        GetGuestInvoice(invoice_id=other.id),
        QuoteGuestPayment(invoice_ids=[mine.id, other.id], type="card"),
        order(desk, guest, mine).model_copy(update={"id": new_id(), "invoice_ids": [other.id]}),
    ]
    of_customers: list[Ask[Any]] = [
        GetInvoice(invoice_id=mine.id),
        GetInvoicePdf(invoice_id=mine.id),
        ListInvoices(),
        ListPayments(),
    ]
    assert {refused(desk, guest, each).code for each in of_other} == {"not_found"}
    assert {refused(desk, guest, each).code for each in of_customers} == {"forbidden"}


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "A", lambda t: "B" + t[1:], lambda t: "", str.lower]
)
def test_no_other_token_opens_anything(desk: Desk, people: People, change: Any) -> None:
    token = token_of(desk, people, desk.bill(people))
    refusal = refused(desk, None, OpenPayLink(token=SecretStr(change(token))))
    assert (refusal.code, refusal.details["reason"]) == ("not_found", "pay_link_gone")


def test_a_link_expires_and_a_renewed_one_replaces_those_before(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    old = token_of(desk, people, invoice)
    past = tokens.write(Link(invoice.id, 1, date.today() - timedelta(days=3)))  # noqa: DTZ011
    assert "expired" in refused(desk, None, OpenPayLink(token=SecretStr(past))).message

    assert refused(desk, people.sales_rep, RenewPayLink(invoice_id=invoice.id)).code == "forbidden"
    desk.ask(people.office, RenewPayLink(invoice_id=invoice.id))
    assert "replaced" in refused(desk, None, OpenPayLink(token=SecretStr(old))).message
    desk.ask(None, OpenPayLink(token=SecretStr(token_of(desk, people, invoice))))


def test_a_contact_and_another_companys_office_get_no_link(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    assert refused(desk, people.priya, GetPayLink(invoice_id=invoice.id)).code == "forbidden"
    assert refused(desk, desk.open_company().office, GetPayLink(invoice_id=invoice.id)).code == "not_found"
    assert refused(desk, desk.open_company().office, RenewPayLink(invoice_id=invoice.id)).code == "not_found"


def test_the_pdf_carries_the_link_as_long_as_something_is_owed(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    url = "https://portico.test/evergreen-austin/pay/{token}"
    token = token_of(desk, people, invoice)
    assert pdf_links(desk, people, GetInvoicePdf(invoice_id=invoice.id, pay_url=url)) == [url.format(token=token)]
    assert pdf_links(desk, people, GetInvoicePdf(invoice_id=invoice.id)) == []
    draft = desk.draft(people, 5_000)
    assert pdf_links(desk, people, GetInvoicePdf(invoice_id=draft.id, pay_url=url)) == []


def pdf_links(desk: Desk, people: People, query: GetInvoicePdf) -> list[str]:
    """Where the links of the document lead."""
    reader = PdfReader(BytesIO(files.get(desk.ask(people.office, query).key)))
    found = [annotation.get_object() for page in reader.pages for annotation in page.get("/Annots", [])]
    return [str(each["/A"]["/URI"]) for each in found if "/URI" in each.get("/A", {})]


# Paying


def test_a_guest_pays_with_a_card_and_has_a_receipt(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    assert status(desk, guest, begun) == "requires_action"
    assert confirm(desk, begun)["status"] == "succeeded"

    paid = desk.ask(guest, RefreshPayment(payment_id=begun.id))
    assert (paid.status, paid.payer, paid.total.amount) == ("succeeded", EMAIL, 12_250)
    assert (paid.method_brand, paid.method_last4) == ("visa", "4242")
    assert desk.ask(guest, GetReceiptPdf(payment_id=begun.id)).content_type == "application/pdf"
    assert desk.ask(guest, GetGuestInvoice(invoice_id=invoice.id)).status == "paid"
    (event,) = desk.events(people)
    assert (event["payer_id"], event["payer_email"]) == (None, EMAIL)
    assert [each["amount"] for each in desk.charges(people)] == [12_250]


def test_a_customer_sees_what_guests_paid_and_nothing_of_what_they_tried(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    assert desk.ask(people.priya, ListPayments()).items == []
    assert refused(desk, people.priya, GetPayment(payment_id=begun.id)).code == "not_found"
    confirm(desk, begun)
    status(desk, guest, begun)
    (seen,) = desk.ask(people.priya, ListPayments()).items
    assert (seen.id, seen.payer) == (begun.id, EMAIL)


def test_a_success_that_the_guest_never_came_back_from_is_settled_by_its_webhook(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    confirm(desk, begin(desk, guest, invoice))
    desk.hear(people)
    assert desk.ask(guest, GetGuestInvoice(invoice_id=invoice.id)).status == "paid"


def test_a_declined_card_leaves_the_attempt_open_for_another_one(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    assert "error" in confirm(desk, begun, "pm_card_visa_chargeDeclined")
    desk.hear(people)
    assert status(desk, guest, begun) == "requires_action"
    confirm(desk, begun)
    assert status(desk, guest, begun) == "succeeded"


def test_the_same_order_sent_again_is_the_same_attempt(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    command = order(desk, guest, invoice)
    assert desk.ask(guest, command) == desk.ask(guest, command)
    assert desk.intents(people) == 1


def test_a_new_attempt_closes_one_that_was_left_lying(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    first_guest, second_guest = guest_of(desk, people, invoice), guest_of(desk, people, invoice)
    first = begin(desk, first_guest, invoice)
    assert desk.ask(second_guest, GetGuestInvoice(invoice_id=invoice.id)).payable
    second = begin(desk, second_guest, invoice)

    assert confirm(desk, first)["error"]["code"] == "payment_intent_unexpected_state"
    assert status(desk, first_guest, first) == "failed"
    confirm(desk, second)
    assert status(desk, second_guest, second) == "succeeded"
    assert len(desk.charges(people)) == 1


def test_an_attempt_that_was_confirmed_unheard_is_found_and_never_paid_twice(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    late = order(desk, guest, invoice)
    confirm(desk, begin(desk, guest, invoice))
    assert refused(desk, guest, late).details["reason"] == "paid"
    assert len(desk.charges(people)) == 1


def test_a_contact_is_not_kept_from_paying_by_a_guest_who_left(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    begun = begin(desk, guest_of(desk, people, invoice), invoice)
    seen = desk.ask(people.priya, GetInvoice(invoice_id=invoice.id))
    assert (seen.payable, seen.status) == (True, "due")
    assert desk.ask(people.priya, ListInvoices()).items[0].payable
    card = desk.add_card(people.priya)
    assert refused(desk, people.chen, desk.order(people.priya, card, invoice)).code == "forbidden"
    assert desk.pay(people.priya, card, invoice).status == "succeeded"
    assert "error" in confirm(desk, begun)
    assert len(desk.charges(people)) == 1


def test_an_attempt_that_nobody_finishes_is_closed_after_half_an_hour(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    desk.change(people, "UPDATE payment SET created_at = created_at - interval '31 minutes'")
    desk.make_due(people)
    desk.reconcile(people)
    assert desk.ask(guest, GetPayment(payment_id=begun.id)).status == "failed"
    assert "error" in confirm(desk, begun)


def test_a_debit_holds_the_invoice_and_its_failure_frees_it(desk: Desk, people: People) -> None:
    people.settings = people.settings.model_copy(update={"payment_method_types": ["card", "us_bank_account"]})
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice, type="us_bank_account")
    confirm(desk, begun, "pm_usBankAccount_success")
    assert status(desk, guest, begun) == "processing"
    late = refused(desk, guest, order_of(invoice, 12_250))
    assert late.details["reason"] == "open_attempt"
    wording = desk.value(people, "SELECT wording FROM guest_mandate")
    assert "authorize Evergreen Grounds to debit it electronically once" in wording

    intent = begun.client_secret.partition("_secret_")[0]
    desk.sandbox.later(f"payment_intents/{intent}/fail")
    assert status(desk, guest, begun) == "failed"
    assert desk.ask(guest, GetGuestInvoice(invoice_id=invoice.id)).payable
    assert len(desk.events(people, "payment_failed")) == 1


def order_of(invoice: InvoiceView, total: int) -> BeginGuestPayment:
    return BeginGuestPayment(
        invoice_ids=[invoice.id], type="card", expected_total=Money(amount=total), email=EMAIL, return_url="https://x"
    )


# The hosted page


def open_page(desk: Desk, guest: Principal, begun: GuestPaymentView) -> str:
    command = OpenHostedPage(payment_id=begun.id, cancel_url="https://portico.test/evergreen-austin/pay/token")
    return str(desk.ask(guest, command).url)


def test_on_the_hosted_page_the_fields_can_no_longer_pay(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    url = open_page(desk, guest, begun)
    assert open_page(desk, guest, begun) == url
    assert "error" in confirm(desk, begun)
    desk.hear(people)

    desk.sandbox.use_hosted_page(url, "4242424242424242")
    paid = desk.ask(guest, RefreshPayment(payment_id=begun.id))
    assert (paid.status, paid.total.amount, paid.method_last4) == ("succeeded", 12_250, "4242")
    assert [each["amount"] for each in desk.charges(people)] == [12_250]


def test_a_payment_on_the_hosted_page_is_settled_by_its_webhook(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    desk.sandbox.use_hosted_page(open_page(desk, guest, begin(desk, guest, invoice)), "4242424242424242")
    desk.hear(people)
    assert desk.ask(guest, GetGuestInvoice(invoice_id=invoice.id)).status == "paid"


def test_a_hosted_page_makes_way_for_the_next_payer(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    first = begin(desk, guest, invoice)
    open_page(desk, guest, first)
    second = begin(desk, guest, invoice)
    assert status(desk, guest, first) == "failed"
    confirm(desk, second)
    assert status(desk, guest, second) == "succeeded"


def test_a_payer_who_was_faster_in_the_fields_is_not_sent_to_the_page(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    confirm(desk, begun)
    command = OpenHostedPage(payment_id=begun.id, cancel_url="https://portico.test/x")
    assert refused(desk, guest, command).details["reason"] == "attempt_over"
    assert desk.ask(guest, GetPayment(payment_id=begun.id)).status == "succeeded"


# Bounds and settings


def test_a_guest_pays_a_part_where_the_branch_allows_it(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice, amount=Money(amount=2_000))
    confirm(desk, begun)
    assert status(desk, guest, begun) == "succeeded"
    assert desk.ask(guest, GetGuestInvoice(invoice_id=invoice.id)).balance.amount == 10_000
    whole = with_settings(guest, partial_payments=False)
    part = QuoteGuestPayment(invoice_ids=[invoice.id], type="card", amount=Money(amount=2_000))
    assert refused(desk, whole, part).details["reason"] == "partial_payments"


def test_what_the_portal_does_not_take_no_guest_pays_with(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    by_bank = QuoteGuestPayment(invoice_ids=[invoice.id], type="us_bank_account")
    assert refused(desk, guest, by_bank).details["reason"] == "type_not_accepted"
    off = with_settings(guest, electronic_payments=False)
    assert refused(desk, off, QuoteGuestPayment(invoice_ids=[invoice.id], type="card")).code == "forbidden"
    assert not desk.ask(off, GetGuestInvoice(invoice_id=invoice.id)).payable


def test_attempts_at_one_invoice_are_bounded(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    refusals = []
    for _ in range(22):
        try:
            begin(desk, guest, invoice)
        except DomainError as refusal:
            refusals.append(refusal.details["reason"])
    assert refusals == ["too_many_attempts"] * 2
