"""What a payment does to invoices, credit and the ledger: it comes in, goes back, is held, is taken away.

The payment's row is locked by whoever calls these; the invoices' rows are locked here, in the order of their ids,
so that two payments never wait for each other.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Row, select

from services.billing import fees, ledger, payment_rules, surplus
from services.billing.ledger import Line
from services.billing.ledger_models import Account
from services.billing.models import Allocation, Invoice, Payment
from services.billing.payment_rules import Back
from services.billing.processor import Memo, Part
from services.billing.refund_models import Dispute, Refund
from services.chassis.work import Work


def receive(work: Work, payment: Payment) -> list[Allocation]:
    """Takes the money off the invoices and posts it. What they no longer owe is the customer's credit.

    Answers what it paid of each invoice.
    """
    parts = []
    for part, invoice in _locked_parts(work, payment):
        part.amount = invoice.settle(part.amount)
        part.is_open = False
        parts.append(part)
    applied = sum(each.amount for each in parts)
    surplus.keep(work, payment, payment.subtotal - applied)
    lines = [
        Line(_cash(payment), payment.total),
        Line("fees", -payment.fee),
        Line("unapplied_credit", applied - payment.subtotal),
        *(Line("accounts_receivable", -each.amount, each.invoice_id) for each in parts),
    ]
    _post(work, "payment_recorded" if payment.is_offline else "payment_succeeded", payment.id, payment, lines)
    return parts


def let_go(work: Work, payment: Payment) -> None:
    """The invoices may be paid otherwise; nothing was moved."""
    for part in allocations(work, payment):
        part.is_open = False


# Refunds


def left(work: Work, payment: Payment, *, fee_is_kept: bool) -> fees.Left:
    """What of a payment was not paid back yet, nor is on its way."""
    counting = [each for each in refunds(work, payment) if each.counts]
    fee = 0 if fee_is_kept else payment.fee
    subtotal_back, fee_back = sum(each.amount - each.fee for each in counting), sum(each.fee for each in counting)
    return fees.Left(payment.subtotal, fee, payment.subtotal - subtotal_back, fee - fee_back)


def pay_back(work: Work, payment: Payment, refund: Refund) -> None:
    """Posts a refund; with `reopens` the invoices that were paid last are owed again first."""
    back = _come_back(work, payment, refund.amount - refund.fee, reopens=refund.reopens)
    lines = [
        Line(_cash(payment), -refund.amount),
        Line("fees", refund.fee),
        *_lines(back),
        Line("refunds", back.beyond),
    ]
    _post(work, "refund_made", refund.id, payment, lines)
    restate(work, payment)


def take_again(work: Work, payment: Payment, refund: Refund) -> None:
    """Posts the reverse of a refund that came back. What an invoice has been paid of otherwise is credit now."""
    made = ledger.lines(work, "refund_made", refund.id)
    owed_again = {line.invoice_id: line.amount for line in made if line.invoice_id}
    invoices = _locked_invoices(work, owed_again)
    parts = {each.invoice_id: each for each in allocations(work, payment)}
    lines = [Line(line.account, -line.amount) for line in made if line.invoice_id is None]
    for invoice_id, amount in owed_again.items():
        taken = invoices[invoice_id].settle(amount)
        parts[invoice_id].returned -= taken
        lines += [Line("accounts_receivable", -taken, invoice_id), Line("unapplied_credit", taken - amount)]
    surplus.keep(work, payment, -sum(line.amount for line in lines if line.account == "unapplied_credit"))
    _post(work, "refund_failed", refund.id, payment, lines)
    restate(work, payment)


# Disputes


def hold(work: Work, payment: Payment, dispute: Dispute) -> None:
    """The provider has taken the money out until the dispute is decided."""
    lines = [Line("disputes", dispute.amount), Line("cash_in_transit", -dispute.amount)]
    _post(work, "dispute_opened", dispute.id, payment, lines)
    restate(work, payment)


def win(work: Work, payment: Payment, dispute: Dispute) -> None:
    """The money is there again."""
    lines = [Line("disputes", -dispute.amount), Line("cash_in_transit", dispute.amount)]
    _post(work, "dispute_won", dispute.id, payment, lines)
    restate(work, payment)


def lose(work: Work, payment: Payment, dispute: Dispute) -> None:
    """The money is gone: what it paid is owed again, and what nobody can be made to owe is our loss."""
    fee = fees.fee_given_back(dispute.amount, left(work, payment, fee_is_kept=False))
    back = _come_back(work, payment, dispute.amount - fee, reopens=True)
    lines = [Line("disputes", -dispute.amount), Line("fees", fee), *_lines(back), Line("losses", back.beyond)]
    _post(work, "dispute_lost", dispute.id, payment, lines)
    restate(work, payment)


def restate(work: Work, payment: Payment) -> None:
    """Has the payment be what its refunds and disputes have made of it."""
    refunded = sum(each.amount for each in refunds(work, payment) if each.counts and each.posted_at)
    states = work.session.scalars(select(Dispute.state).where(Dispute.payment_id == payment.id)).all()
    payment.become(payment_rules.settled_status(payment.refundable, refunded, states))


# What they share


def allocations(work: Work, payment: Payment) -> list[Allocation]:
    """What it pays of each invoice."""
    found = select(Allocation).where(Allocation.payment_id == payment.id).order_by(Allocation.invoice_number)
    return list(work.session.scalars(found))


def memo(work: Work, payment: Payment) -> Memo:
    """What is left of it at the provider, where it outlives these books."""
    parts = [Part(each.invoice_id, each.amount, each.fee) for each in allocations(work, payment)]
    return Memo(payment.id, parts, payment.payer_id, payment.by_autopay, payment.fee_is_kept)


def refunds(work: Work, payment: Payment) -> list[Refund]:
    """All that were ever asked for."""
    return list(work.session.scalars(select(Refund).where(Refund.payment_id == payment.id)))


def _come_back(work: Work, payment: Payment, amount: int, *, reopens: bool) -> Back:
    """Has the invoices owe again what they must, the last allocated first; answers where the amount came from."""
    parts = {each.invoice_id: each for each in allocations(work, payment)}
    invoices = _locked_invoices(work, parts)
    last_first = sorted(invoices.values(), key=lambda each: (each.due_on, each.number), reverse=True)
    paid = {each.id: parts[each.id].amount - parts[each.id].returned for each in last_first}
    back = payment_rules.come_back(amount, surplus.free(work, payment), paid, reopens=reopens)
    surplus.give_back(work, payment, back.credit)
    for invoice_id, part in back.by_invoice.items():
        invoices[invoice_id].reopen(part)
        parts[invoice_id].returned += part
    return back


def _lines(back: Back) -> list[Line]:
    owed = [Line("accounts_receivable", amount, invoice_id) for invoice_id, amount in back.by_invoice.items()]
    return [Line("unapplied_credit", back.credit), *owed]


def _cash(payment: Payment) -> Account:
    return "cash_received" if payment.is_offline else "cash_in_transit"


def _post(work: Work, kind: ledger.EntryKind, subject_id: UUID, payment: Payment, lines: list[Line]) -> None:
    ledger.post(work, kind, subject_id, payment.customer_id, payment.currency, lines)


def _locked_parts(work: Work, payment: Payment) -> Sequence[Row[Allocation, Invoice]]:
    """What it pays, with the invoices."""
    found = (
        select(Allocation, Invoice)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(Allocation.payment_id == payment.id)
        .order_by(Invoice.id)
    )
    found = found.with_for_update(of=Invoice, key_share=True).execution_options(populate_existing=True)
    return work.session.execute(found).all()


def _locked_invoices(work: Work, invoice_ids: Iterable[UUID]) -> dict[UUID, Invoice]:
    found = select(Invoice).where(Invoice.id.in_(list(invoice_ids))).order_by(Invoice.id)
    found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {each.id: each for each in work.session.scalars(found)}
