"""How autopay looks to those who may see it."""

from collections.abc import Sequence

from sqlalchemy import select

from services.billing import access
from services.billing.autopay import telling
from services.billing.autopay.subjects import Subject
from services.billing.autopay_models import Authorization, Autopay, Debit
from services.billing.autopay_rules import may_manage
from services.billing.method_models import PaymentMethod
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.billing.autopay import AuthorizationView, AutopayView, DebitStanding, DebitView
from services.contracts.money import Money

UPCOMING = 50
"""How many debits a view tells of, the next ones."""


def view(work: Work, subject: Subject, autopay: Autopay | None) -> AutopayView:
    """As this principal may see it; off where nobody has ever switched it on."""
    told = {
        "program_id": subject.program_id,
        "allowed_payment_methods": list(subject.method_types),
        "manageable": may_manage(subject.principal),
    }
    if autopay is None or not autopay.is_enabled:
        return AutopayView(enabled=False, status="off", **told)
    keeps = permissions.may_keep_methods(subject.principal)
    method = work.session.get_one(PaymentMethod, autopay.payment_method_id)
    return AutopayView(
        enabled=True,
        status=autopay.status,
        payment_method_id=method.id if keeps else None,
        payment_method=telling.method_of(method) if keeps else None,
        cap=Money(amount=autopay.cap, currency=autopay.currency) if autopay.cap else None,
        paused_because=autopay.paused_because,
        # Its words name the method.
        authorization=_authorization(work, autopay) if keeps else None,
        upcoming=upcoming(work, autopay),
        **told,
    )


def _authorization(work: Work, autopay: Autopay) -> AuthorizationView:
    given = work.session.get_one(Authorization, autopay.authorization_id)
    return AuthorizationView(
        version=given.version, text=given.wording, accepted_at=given.accepted_at, accepted_by=given.contact
    )


def upcoming(work: Work, autopay: Autopay) -> list[DebitView]:
    """What it is to pay, of the invoices that the principal may see."""
    sight, told = access.sight_of_invoices(work)
    found = (
        select(Debit, Invoice)
        .join(Invoice, Invoice.id == Debit.invoice_id)
        .where(Debit.autopay_id == autopay.id, Debit.state.not_in(("charged", "settled")))
        .where(Invoice.balance > 0, access.invoices_in(sight))
        .order_by(Debit.charge_on, Invoice.due_on, Invoice.id)
        .limit(UPCOMING)
    )
    return [debit_view(autopay, debit, invoice) for debit, invoice in work.session.execute(found, told)]


def debit_views(autopay: Autopay, debits: Sequence[tuple[Debit, Invoice]]) -> list[DebitView]:
    """Several of them."""
    return [debit_view(autopay, debit, invoice) for debit, invoice in debits]


def debit_view(autopay: Autopay, debit: Debit, invoice: Invoice) -> DebitView:
    """One invoice that it is to pay."""
    return DebitView(
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        due_on=invoice.due_on,
        charge_on=debit.charge_on,
        amount=Money(amount=invoice.balance, currency=invoice.currency),
        standing=_standing(autopay, debit, invoice),
    )


def _standing(autopay: Autopay, debit: Debit, invoice: Invoice) -> DebitStanding:
    if debit.state in ("skipped", "over_cap", "stopped"):
        return debit.state
    if debit.state == "queued":
        return "under_way"
    if autopay.cap is not None and invoice.balance > autopay.cap:
        return "over_cap"
    return "retrying" if debit.declines else "planned"
