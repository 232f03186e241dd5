"""Pay links: handed out, renewed, opened."""

from sqlalchemy import func, select

from services.billing import access, guest_rules
from services.billing.guests import tokens
from services.billing.guests.tokens import Link
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.billing.pay_links import GetPayLink, OpenedPayLink, OpenPayLink, PayLinkView, RenewPayLink
from services.contracts.errors import DomainError, conflict, not_found
from services.contracts.messages import Nothing


def get(work: Work, query: GetPayLink) -> PayLinkView:
    """The office sees and copies it, as long as there is something to be paid."""
    access.office(work, "invoices.read")
    invoice = work.session.get(Invoice, query.invoice_id)
    if invoice is None:
        raise not_found()
    if not is_owed(invoice):
        raise conflict("Nothing is owed of this invoice, so it has no pay link.", reason="not_owed")
    return handed_out(work, invoice)


def is_owed(invoice: Invoice) -> bool:
    """Whether there is anything to pay by a link."""
    return invoice.shared_at is not None and invoice.balance > 0


def handed_out(work: Work, invoice: Invoice) -> PayLinkView:
    """The invoice's link as of today."""
    expires_on = guest_rules.link_expires_on(invoice.due_on, work.today(invoice.time_zone))
    token = tokens.write(Link(invoice.id, invoice.link_version, expires_on))
    return PayLinkView(token=token, expires_on=expires_on, branch_id=invoice.branch_id)


def renew(work: Work, command: RenewPayLink) -> Nothing:
    """The office makes all links of the invoice worthless that are out; what guests have begun goes on."""
    access.office(work, "invoices.write")
    invoice = work.session.get(Invoice, command.invoice_id, with_for_update={"key_share": True})
    if invoice is None:
        raise not_found()
    invoice.link_version += 1
    return Nothing()


def open_link(work: Work, query: OpenPayLink) -> OpenedPayLink:
    """What it leads to; a paid or void invoice's opens too, for its holder is to be told."""
    link = tokens.read(query.token.get_secret_value())
    if link is None:
        raise _gone("This link is not one of ours. Please check that it is complete.")
    company_id = work.session.scalar(select(func.lookups.company_of_invoice(link.invoice_id)))
    if company_id is None:
        raise _gone("What this link led to is no longer there.")
    work.enter(company_id)
    invoice = work.session.get_one(Invoice, link.invoice_id)
    if invoice.link_version != link.version or invoice.shared_at is None:
        raise _gone("This link was replaced by a newer one. Please ask whoever sent it for that.")
    if link.expires_on < work.today(invoice.time_zone):
        raise _gone("This link has expired. Please ask whoever sent it for a new one.")
    return OpenedPayLink(company_id=company_id, branch_id=invoice.branch_id, invoice_id=invoice.id)


def _gone(sentence: str) -> DomainError:
    return not_found(sentence, reason="pay_link_gone")
