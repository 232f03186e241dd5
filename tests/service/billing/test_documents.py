"""Invoices and receipts as files."""

import io
from decimal import Decimal

from pypdf import PdfReader

from services.chassis import files
from services.contracts.billing.credits import ApplyCredit
from services.contracts.billing.invoices import GetInvoicePdf, InvoiceLine, VoidInvoice
from services.contracts.billing.payments import GetReceiptPdf
from services.contracts.errors import DomainError
from services.contracts.files import FileView
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_disputes import close, dispute
from tests.service.billing.test_refunds import paid, refund


def text_of(file: FileView) -> str:
    """What a reader of the PDF reads."""
    pages = PdfReader(io.BytesIO(files.get(file.key))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_invoice_says_what_is_owed_for_what_and_by_when(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000, 130_050)
    file = desk.ask(people.chen, GetInvoicePdf(invoice_id=invoice.id))
    text = text_of(file)
    assert (file.name, file.content_type) == (f"{invoice.number}.pdf", "application/pdf")
    for said in ("Lakeside HOA", "Clubhouse", "Mowing", "$1,300.50", "$1,420.50", "Rosa Diaz", "Evergreen Grounds"):
        assert said in text


def test_a_phone_that_the_portal_hides_is_not_in_the_pdf(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    assert "512-555-0101" not in text_of(desk.ask(people.chen, GetInvoicePdf(invoice_id=invoice.id)))
    assert "512-555-0101" in text_of(desk.ask(people.office, GetInvoicePdf(invoice_id=invoice.id)))


def test_the_receipt_shows_the_fee_and_every_invoice(desk: Desk, people: People) -> None:
    first, second = desk.bill(people, 12_000), desk.bill(people, 3_000, property=people.north_gate)
    payment = desk.pay(people.priya, desk.add_card(people.priya), first, second)
    text = text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))
    for said in (first.number, second.number, "$2.50", "$152.50", "Visa ending in 4242", "Priya Shah", "RCP-"):
        assert said in text


def test_the_receipt_says_what_went_back(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    refund(desk, people, payment, 5_125)
    text = text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))
    for said in ("$122.50", "Refunded on", "-$51.25", "Remains paid", "$71.25"):
        assert said in text
    assert "received in full" not in text and "paid back" not in text
    refund(desk, people, payment)
    assert "This payment was paid back." in text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))


def test_the_receipt_of_a_disputed_and_of_a_reversed_payment_is_marked(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    opened = dispute(desk, people, payment)
    assert "is disputed" in text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))
    close(desk, people, opened, "lost")
    text = text_of(desk.ask(people.priya, GetReceiptPdf(payment_id=payment.id)))
    for said in ("taken back by the payer's bank", "-$122.50", "Remains paid $0.00"):
        assert said in text.replace("\u2019", "'")


def test_a_payment_that_failed_has_no_receipt(desk: Desk, people: People) -> None:
    card = desk.add_card(people.priya, "pm_card_chargeCustomerFail")
    payment = desk.pay(people.priya, card, desk.bill(people))
    refusal: DomainError = refused(desk, people.priya, GetReceiptPdf(payment_id=payment.id))
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "not_succeeded")


def test_what_one_may_not_see_one_cannot_download(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, property=people.north_gate)
    payment = desk.pay(people.priya, desk.add_card(people.priya), invoice)
    for stranger in (people.ben, people.dana):
        assert refused(desk, stranger, GetInvoicePdf(invoice_id=invoice.id)).code == "not_found"
        assert refused(desk, stranger, GetReceiptPdf(payment_id=payment.id)).code == "not_found"


def test_the_same_document_is_the_same_file(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    first, again = (desk.ask(people.priya, GetInvoicePdf(invoice_id=invoice.id)) for _ in range(2))
    assert first == again


def test_an_invoice_shows_tax_and_everything_that_has_come_off_it(desk: Desk, people: People) -> None:
    lines = [
        InvoiceLine(service="Mowing", quantity=4, unit_price=Money(amount=18_500), tax_percent=Decimal("8.25")),
        InvoiceLine(service="Hauling", unit_price=Money(amount=5_000)),
    ]
    invoice, credit = desk.bill(people, lines=lines), desk.grant(people, 7_500)
    desk.ask(people.office, ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=Money(amount=2_500)))
    payment = desk.pay(people.priya, desk.add_card(people.priya), invoice, amount=Money(amount=10_000))
    text = text_of(desk.ask(people.priya, GetInvoicePdf(invoice_id=invoice.id)))
    # 740.00 and 50.00, 61.05 of tax, less 25.00 and 100.00.
    for said in ("8.25%", "$790.00", "$61.05", "$851.05", credit.number, payment.number, "$726.05", "Sales tax"):
        assert said in text


def test_a_void_invoice_says_so(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 12_000)
    desk.ask(people.office, VoidInvoice(invoice_id=invoice.id, reason="Billed twice."))
    text = text_of(desk.ask(people.priya, GetInvoicePdf(invoice_id=invoice.id)))
    for said in ("VOID", "Nothing is owed", "Billed twice.", "Balance due $0.00"):
        assert said in text
