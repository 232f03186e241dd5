"""What mails about invoices that are to be paid tell."""

from services.chassis.work import Work
from services.contracts.billing.invoices import InvoiceShared, InvoiceView
from services.contracts.billing.reminders import InvoiceDueSoon, InvoiceOverdue
from services.contracts.identity.portals import BranchView, GetBranch
from services.notifications.contents.shape import Content, Contents, in_portal
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def facts(branch: BranchView, invoice: InvoiceView) -> Content:
    """What is owed of it when this is written, until when and for what."""
    return {
        **in_portal(branch),
        "number": invoice.number,
        "kind": invoice.kind,
        "services": [line.service for line in invoice.services],
        "customer": invoice.customer.name,
        "property": invoice.property.name if invoice.property else None,
        "due_on": invoice.due_on,
        "balance": invoice.balance,
        "url": notifications_settings().link(branch.slug, "invoices", invoice.id),
    }


def _to_pay(work: Work, event: InvoiceShared | InvoiceDueSoon) -> Content:
    return facts(work.ask(GetBranch(branch_id=event.branch_id)), event.invoice)


def _overdue(work: Work, event: InvoiceOverdue) -> Content:
    return {**facts(work.ask(GetBranch(branch_id=event.branch_id)), event.invoice), "days": event.days}


CONTENTS: dict[Template, Contents] = {
    "invoice_shared": _to_pay,
    "invoice_due_soon": _to_pay,
    "invoice_overdue": _overdue,
}
