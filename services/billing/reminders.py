"""Reminders: of invoices that fall due or are late, and of cards that end. Each occasion is told of once."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from services.billing import invoice_views, payables, reminder_rules
from services.billing.autopay import branches, telling
from services.billing.autopay_models import Autopay, Debit
from services.billing.method_models import PaymentMethod, Setup
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.billing.reminders import CardExpiring, InvoiceDueSoon, InvoiceOverdue

LOOK_AGAIN = timedelta(days=1)
"""A card that nobody depends on yet may become the default, or autopay's, before it ends."""


def remind_payers(work: Work, invoice_id: UUID) -> None:
    """Tells of an invoice that is still left to its payers, and sets the next occasion whether or not it is."""
    due = select(Invoice).where(Invoice.id == invoice_id, Invoice.next_reminder_at <= work.now)
    invoice = work.session.scalar(due.with_for_update(skip_locked=True, key_share=True))
    if invoice is None:
        return
    zone = invoice.time_zone
    invoice.next_reminder_at = reminder_rules.next_occasion(invoice.kind, invoice.due_on, zone, work.now)
    occasion = reminder_rules.occasion(invoice.due_on, zone, work.now)
    if occasion and invoice.balance > 0 and not _is_seen_to(work, invoice):
        _remind(work, invoice, occasion.late)


def remind_of_card(work: Work, method_id: UUID) -> None:
    """Tells once of a card that autopay charges or that is the default; others are looked at again each day."""
    due = select(PaymentMethod).where(PaymentMethod.id == method_id, PaymentMethod.next_reminder_at <= work.now)
    card = work.session.scalar(due.with_for_update(skip_locked=True))
    if card is None:
        return
    if card.removed_at is not None or card.expires_on is None or card.expires_on < work.now.date():
        card.next_reminder_at = None
        return
    autopay = _autopay_by(work, card)
    branch_id = autopay.branch_id if autopay else _entered_at(work, card)
    if branch_id is None or not (autopay or card.is_default):
        card.next_reminder_at = work.now + LOOK_AGAIN
        return
    moment = reminder_rules.card_moment(card.expires_on, branches.portal_of(work, branch_id).time_zone)
    if moment > work.now:
        card.next_reminder_at = moment
        return
    card.next_reminder_at = None
    work.announce(
        CardExpiring(
            company_id=work.company_id,
            customer_id=card.customer_id,
            branch_id=branch_id,
            payment_method=telling.method_of(card),
            expires_on=card.expires_on,
            by_autopay=autopay is not None,
        )
    )


def _remind(work: Work, invoice: Invoice, late: int) -> None:
    company_id, view = work.company_id, invoice_views.view(work, invoice)
    branch_id, contact_id = invoice.branch_id, invoice.billing_contact_id
    if late:
        work.announce(
            InvoiceOverdue(
                company_id=company_id, invoice=view, branch_id=branch_id, billing_contact_id=contact_id, days=late
            )
        )
    else:
        work.announce(
            InvoiceDueSoon(company_id=company_id, invoice=view, branch_id=branch_id, billing_contact_id=contact_id)
        )


def _is_seen_to(work: Work, invoice: Invoice) -> bool:
    """Whether a payment of it is under way, or autopay will make one: it makes none while online payments are off."""
    if payables.standing_attempts(work, [invoice.id]):
        return True
    return _autopay_pays(work, invoice) and branches.portal_of(work, invoice.branch_id).settings.electronic_payments


def _autopay_pays(work: Work, invoice: Invoice) -> bool:
    """Whether autopay is to charge it; one that it has not planned yet counts as well as one that it has."""
    own = Autopay.program_id == invoice.program_id
    if invoice.program_id is None:
        own = and_(
            Autopay.customer_id == invoice.customer_id,
            Autopay.branch_id == invoice.branch_id,
            Autopay.program_id.is_(None),
        )
    pays = invoice.kind == ("installment" if invoice.program_id else "service")
    planned = exists().where(Debit.invoice_id == invoice.id, Debit.autopay_id == Autopay.id)
    is_open = planned.where(Debit.state.in_(("planned", "queued")))
    found = exists().where(own, Autopay.status == "on", Autopay.authorized_on <= invoice.due_on)
    return pays and bool(work.session.scalar(select(found.where(or_(is_open, ~planned)))))


def _autopay_by(work: Work, card: PaymentMethod) -> Autopay | None:
    """One that charges the card."""
    found = select(Autopay).where(Autopay.payment_method_id == card.id, Autopay.status != "off")
    return work.session.scalar(found.order_by(Autopay.created_at, Autopay.id).limit(1))


def _entered_at(work: Work, card: PaymentMethod) -> UUID | None:
    """The branch in whose portal the card was entered last."""
    return work.session.scalar(select(Setup.branch_id).where(Setup.id == card.setup_id))
