"""What mails about programs and their invoices tell."""

from services.chassis.work import Work
from services.contracts.billing.programs import AgreementSigned, PaymentRequested, ProgramOffered
from services.contracts.identity.portals import GetBranch
from services.contracts.principals import InvoiceKind
from services.notifications import formats
from services.notifications.contents.shape import Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

KINDS: dict[InvoiceKind, str] = {
    "service": "invoice",
    "down_payment": "down payment",
    "installment": "installment",
    "pay_in_full": "payment in full",
    "one_time": "one-time payment",
    "payoff": "payoff of your loan",
}


def _program_offered(work: Work, event: ProgramOffered) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        "brand": branch.brand.model_dump(),
        "number": event.number,
        "program": event.name,
        "customer": event.customer.name,
        "total": formats.amount(event.total),
        "may_finance": "financed" in event.plans,
        "may_pay_in_full": "pay_in_full" in event.plans,
        "url": notifications_settings().link(branch.slug, "programs", event.program_id, "plan"),
    }


def _agreement_signed(work: Work, event: AgreementSigned) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    link = notifications_settings().link
    return {
        "brand": branch.brand.model_dump(),
        "number": event.number,
        "program": event.program,
        "signed_by": event.signed_by,
        "signed_at": formats.moment(event.signed_at, branch.time_zone),
        "down_payment": formats.amount(event.down_payment) if event.down_payment.amount else None,
        "total_of_payments": formats.amount(event.total_of_payments),
        "pdf_url": link(branch.slug, "programs", event.program_id, "finance-agreement"),
        "url": link(branch.slug, "programs", event.program_id),
    }


def _payment_requested(work: Work, event: PaymentRequested) -> Content:
    """An invoice to be paid; the amount is what is owed of it when this is written."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    invoice = event.invoice
    return {
        "brand": branch.brand.model_dump(),
        "number": invoice.number,
        "kind": KINDS[invoice.kind],
        "services": [line.service for line in invoice.services],
        "customer": invoice.customer.name,
        "again": event.again,
        "due_on": formats.day(invoice.due_on),
        "balance": formats.amount(invoice.balance),
        "url": notifications_settings().link(branch.slug, "invoices", invoice.id),
    }


CONTENTS: dict[Template, Contents] = {
    "program_offered": _program_offered,
    "agreement_signed": _agreement_signed,
    "payment_requested": _payment_requested,
}
