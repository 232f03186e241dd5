"""Invoices as guests see them: what is owed, and nothing of who owes it."""

from services.billing import access, payables, rules
from services.billing.guests import sights
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.billing.pay_links import GetGuestInvoice, GuestInvoiceView
from services.contracts.money import Money


def get(work: Work, query: GetGuestInvoice) -> GuestInvoiceView:
    """One of the guest's."""
    (invoice,) = sights.invoices(work, [query.invoice_id])
    return view(work, invoice)


def view(work: Work, invoice: Invoice) -> GuestInvoiceView:
    """Its number, its amounts and how it stands."""
    attempt = payables.standing_attempts(work, [invoice.id]).get(invoice.id)
    principal, portal = access.guest(work)
    debt = payables.debt_of(work, invoice, attempt)
    because = rules.not_payable_because(principal, debt) if invoice.balance else None
    return GuestInvoiceView(
        id=invoice.id,
        number=invoice.number,
        status=rules.invoice_status(
            shared=invoice.shared_at is not None,
            void=invoice.voided_at is not None,
            balance=invoice.balance,
            due_on=invoice.due_on,
            today=work.today(invoice.time_zone),
            attempt=attempt,
        ),
        due_on=invoice.due_on,
        total=Money(amount=invoice.total, currency=invoice.currency),
        balance=Money(amount=invoice.balance, currency=invoice.currency),
        payable=invoice.balance > 0 and because is None,
        not_payable_because=because,
        kind=invoice.kind,
        types=[each for each in portal.settings.payment_method_types if rules.method_refusal([debt], each) is None],
    )
