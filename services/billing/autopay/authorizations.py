"""Autopay as customers manage it: read, switched on and off, over to another method, capped, skipped once."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.billing import autopay_rules, companies, methods
from services.billing.autopay import plans, subjects, telling, views
from services.billing.autopay.subjects import Subject
from services.billing.autopay_models import Authorization, Autopay, Debit
from services.billing.autopay_rules import Terms
from services.billing.method_models import PaymentMethod
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.billing.autopay import (
    AutopayTermsView,
    AutopayView,
    ChangeAutopay,
    GetAutopay,
    GetAutopayTerms,
    SkipDebit,
)
from services.contracts.errors import conflict, forbidden, invalid
from services.contracts.messages import new_id
from services.contracts.money import Money


def get(work: Work, query: GetAutopay) -> AutopayView:
    """The program's, or the customer's own in this portal."""
    subject = subjects.of(work, query.program_id)
    return views.view(work, subject, subjects.autopay_of(work, subject))


def terms(work: Work, query: GetAutopayTerms) -> AutopayTermsView:
    """What they would agree to."""
    subject = subjects.managed(work, query.program_id)
    method = methods.owned(work, subject.customer_id, query.payment_method_id)
    _require_usable(work, subject, method)
    wording = _terms(work, subject, method, query.cap)
    return AutopayTermsView(version=autopay_rules.TERMS_VERSION, text=wording.text, sha256=wording.sha256)


def change(work: Work, command: ChangeAutopay) -> AutopayView:
    """As the customer's primary contact wants it from now on."""
    subject = subjects.managed(work, command.program_id)
    autopay = subjects.autopay_of(work, subject, lock=True)
    if not command.enabled:
        _end(work, autopay)
    else:
        autopay = _switch_on(work, subject, autopay, command)
    return views.view(work, subject, autopay)


def _end(work: Work, autopay: Autopay | None) -> None:
    """Nothing is charged from now on, but for what is at the provider already."""
    if autopay is None or not autopay.is_enabled:
        return
    autopay.end()
    plans.forget(work, autopay)
    telling.ended(work, autopay)


def _switch_on(work: Work, subject: Subject, autopay: Autopay | None, command: ChangeAutopay) -> Autopay:
    """With the method given, or the one that it has; again with the same terms it changes nothing."""
    if not subject.portal.settings.electronic_payments:
        raise forbidden("Online payments are switched off. Please contact the office.", reason="electronic_payments")
    is_on = autopay is not None and autopay.is_enabled
    method_id = command.payment_method_id or (autopay.payment_method_id if autopay and is_on else None)
    if method_id is None:
        raise invalid("Choose the payment method to charge.", field="payment_method_id", reason="missing")
    method = methods.owned(work, subject.customer_id, method_id, stays=True)
    _require_usable(work, subject, method)
    cap = _cap(work, autopay if is_on else None, command)
    if autopay and autopay.status == "on" and (autopay.payment_method_id, autopay.cap) == (method.id, cap):
        return autopay
    return _authorize(work, subject, method, cap, command)


def _authorize(work: Work, subject: Subject, method: PaymentMethod, cap: int | None, command: ChangeAutopay) -> Autopay:
    """Keeps the evidence, has a copy mailed, and plans what is due next."""
    currency = companies.current(work).currency
    wording = _terms(work, subject, method, Money(amount=cap, currency=currency) if cap else None)
    if command.terms_sha256 not in (None, wording.sha256):
        raise conflict("The terms have changed. Please read them again.", reason="terms_changed")
    autopay = _row(work, subject, method)
    replaces = autopay.is_enabled
    given = _evidence(work, autopay, method, wording)
    autopay.cap = cap
    autopay.authorize(given, work.today(autopay.time_zone))
    work.session.flush()
    telling.authorized(work, autopay, given, method, replaces=replaces)
    plans.renew(work, autopay)
    plans.plan_now(work, autopay)
    return autopay


def _row(work: Work, subject: Subject, method: PaymentMethod) -> Autopay:
    """Its row, locked; made where somebody switches it on for the first time."""
    first = insert(Autopay).values(
        id=new_id(),
        company_id=work.company_id,
        customer_id=subject.customer_id,
        branch_id=subject.portal.branch_id,
        time_zone=subject.portal.time_zone,
        program_id=subject.program_id,
        status="off",
        payment_method_id=method.id,
        currency=companies.current(work).currency,
        authorization_id=new_id(),
        authorized_by_id=subject.principal.id,
        authorized_by=subject.principal.name,
        authorized_on=work.today(subject.portal.time_zone),
        next_plan_at=work.now,
        created_at=work.now,
    )
    work.session.execute(first.on_conflict_do_nothing())
    autopay = subjects.autopay_of(work, subject, lock=True)
    assert autopay
    autopay.time_zone = subject.portal.time_zone
    return autopay


def _evidence(work: Work, autopay: Autopay, method: PaymentMethod, wording: Terms) -> Authorization:
    principal, client = work.principal, work.client
    given = Authorization(
        id=new_id(),
        company_id=work.company_id,
        autopay_id=autopay.id,
        contact_id=principal.id,
        contact=principal.name,
        payment_method_id=method.id,
        version=autopay_rules.TERMS_VERSION,
        wording=wording.text,
        accepted_at=work.now,
        ip=client.ip,
        user_agent=client.user_agent,
        session_id=principal.session_id,
    )
    work.session.add(given)
    return given


def _cap(work: Work, autopay: Autopay | None, command: ChangeAutopay) -> int | None:
    """In minor units: the one given, or the one that it has."""
    if command.uncapped:
        return None
    if command.cap is None:
        return autopay.cap if autopay else None
    if command.cap.amount <= 0 or command.cap.currency != companies.current(work).currency:
        raise invalid("The limit must be an amount in the currency of the invoices.", field="cap")
    return command.cap.amount


def _require_usable(work: Work, subject: Subject, method: PaymentMethod) -> None:
    """What the portal takes, and the agency offers for the program."""
    methods.require_usable(work, subject.portal, method)
    if method.type not in subject.method_types:
        raise conflict(
            "The agency does not take this type of payment method for this program.",
            field="payment_method_id",
            reason="method_type",
        )


def _terms(work: Work, subject: Subject, method: PaymentMethod, cap: Money | None) -> Terms:
    return Terms(
        company=companies.current(work).name,
        portal=subject.portal.name,
        subject=subject.name,
        method_type=method.type,
        method=f"{method.brand.title()} ending in {method.last4}",
        cap=cap,
    )


def skip(work: Work, command: SkipDebit) -> AutopayView:
    """Leaves the next debit to be paid otherwise; or takes up again what was left, as long as its day is to come."""
    subject = subjects.managed(work, command.program_id)
    autopay = subjects.autopay_of(work, subject, lock=True)
    if autopay is None or not autopay.is_enabled:
        raise conflict("Autopay is off.", reason="off")
    debit = _next(work, autopay, command.invoice_id, planned=command.skip)
    if debit is None:
        raise conflict(_nothing(command), reason="nothing")
    if command.skip:
        debit.leave("skipped")
    else:
        debit.plan(debit.charge_on, autopay_rules.morning(debit.charge_on, autopay.time_zone))
    work.session.flush()
    return views.view(work, subject, autopay)


def _nothing(command: SkipDebit) -> str:
    if command.invoice_id:
        return "This charge is skipped, under way or done by now." if command.skip else "This charge is not skipped."
    return "There is no charge to skip yet." if command.skip else "No charge is skipped."


def _next(work: Work, autopay: Autopay, invoice_id: UUID | None, *, planned: bool) -> Debit | None:
    """The first of them, or that of the invoice, locked: no run takes it up meanwhile."""
    found = (
        select(Debit)
        .join(Invoice, Invoice.id == Debit.invoice_id)
        .where(Debit.autopay_id == autopay.id, Debit.state == ("planned" if planned else "skipped"))
        .where(Invoice.balance > 0)
    )
    if invoice_id:
        found = found.where(Debit.invoice_id == invoice_id)
    if not planned:
        found = found.where(Debit.charge_on > work.today(autopay.time_zone))
    first = found.order_by(Debit.charge_on, Invoice.due_on, Invoice.id).limit(1).with_for_update(of=Debit)
    return work.session.scalar(first.execution_options(populate_existing=True))
