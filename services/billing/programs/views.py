"""How programs look to those who may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.billing import access, invoice_views, payables, program_rules, views
from services.billing.autopay import subjects
from services.billing.autopay import views as autopay_views
from services.billing.finance import agreements
from services.billing.models import Allocation, Invoice, Payment
from services.billing.program_models import Program
from services.billing.programs import options, sights
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.billing.autopay import AutopayView
from services.contracts.billing.invoices import InvoiceSummary
from services.contracts.billing.payments import PaymentView
from services.contracts.billing.programs import ProgramSummary, ProgramView
from services.contracts.billing.terms import LoanTerms
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot

MOST_PAYMENTS = 100


def view(work: Work, program: Program) -> ProgramView:
    """A program with its policies, what may be chosen, what was billed and what was paid."""
    policies = sights.policies(work, [program.id])[program.id]
    # Before its invoices: an agreement that is signed in between names none that are not among them.
    agreement = agreements.of_program(work, program.id) if program.plan == "financed" else None
    invoices = sights.invoices(work, program.id)
    stuck = not_choosable_because(work, program, invoices)
    sees_money = permissions.in_office(work.principal) or permissions.may(work.principal, "invoices.view")
    return ProgramView(
        id=program.id,
        number=program.number,
        name=program.name,
        status=program_rules.status(program.stage, sights.owed(work, [program.id])[program.id]),
        archived=program.archived_at is not None,
        customer=CustomerSnapshot.model_validate(program.customer),
        policies=policies,
        effective_on=program.effective_on,
        expires_on=program.expires_on,
        total=Money(amount=program.total, currency=program.currency),
        allowed_plans=program.allowed_plans,
        allowed_payment_methods=program.allowed_methods,
        terms=LoanTerms.model_validate(program.terms) if program.terms else None,
        plan=program.plan,
        options=options.of(program, policies) if program.is_open_to_choice else [],
        autopay=_autopay(work, program),
        finance_agreement=agreement,
        invoices=_summaries(work, invoices) if sees_money else [],
        payments=_payments(work, program.id) if sees_money else [],
        choosable=stuck is None,
        not_choosable_because=stuck,
        branch_id=program.branch_id,
        created_at=program.created_at,
        offered_at=program.offered_at,
        cancelled_on=program.cancelled_on,
        cancel_reason=program.cancel_reason,
        renews_id=program.renews_id,
        renewed_by_id=_renewed_by(work, program),
        version=program.version,
    )


def not_choosable_because(work: Work, program: Program, invoices: Sequence[Invoice]) -> str | None:
    """A sentence for a principal who cannot choose a plan now, or None."""
    firsts = [each for each in invoices if each.kind in program_rules.FIRST_KINDS]
    attempts = payables.standing_attempts(work, [each.id for each in firsts])
    return program_rules.not_choosable_because(
        program.stage,
        may_sign=permissions.may(work.principal, "programs.sign"),
        is_paid=bool(attempts) or any(each.balance < each.total for each in firsts),
    )


def summaries(work: Work, programs: Sequence[Program]) -> list[ProgramSummary]:
    """Programs as a list shows them, in their order."""
    ids = [each.id for each in programs]
    policies, owed, due = sights.policies(work, ids), sights.owed(work, ids), sights.next_due(work, ids)
    return [
        ProgramSummary(
            id=each.id,
            number=each.number,
            name=each.name,
            status=program_rules.status(each.stage, owed[each.id]),
            archived=each.archived_at is not None,
            customer=CustomerSnapshot.model_validate(each.customer),
            policy_numbers=[policy.number for policy in policies[each.id]],
            plan=each.plan,
            total=Money(amount=each.total, currency=each.currency),
            effective_on=each.effective_on,
            expires_on=each.expires_on,
            next_due_on=due[each.id].due_on if each.id in due else None,
            next_due=Money(amount=due[each.id].balance, currency=each.currency) if each.id in due else None,
        )
        for each in programs
    ]


def _summaries(work: Work, invoices: Sequence[Invoice]) -> list[InvoiceSummary]:
    attempts = payables.standing_attempts(work, [each.id for each in invoices])
    return [invoice_views.summary(work, work.principal, each, attempts.get(each.id)) for each in invoices]


def _payments(work: Work, program_id: UUID) -> list[PaymentView]:
    """Those of its invoices that the principal may see, the newest first."""
    concerning = select(Allocation.payment_id).join(Invoice, Invoice.id == Allocation.invoice_id)
    found = (
        select(Payment)
        .where(Payment.id.in_(concerning.where(Invoice.program_id == program_id)), access.visible_payments(work))
        .order_by(Payment.created_at.desc(), Payment.id.desc())
        .limit(MOST_PAYMENTS)
    )
    return views.payment_views(work, work.session.scalars(found).all())


def _autopay(work: Work, program: Program) -> AutopayView:
    """With all its settings for a contact; the office reads whether it is on."""
    if work.principal.kind == "contact":
        subject = subjects.of(work, program.id)
        return autopay_views.view(work, subject, subjects.autopay_of(work, subject))
    found = subjects.of_programs(work, [program.id]).get(program.id)
    return AutopayView(
        enabled=found is not None and found.is_enabled,
        status=found.status if found else "off",
        program_id=program.id,
        paused_because=found.paused_because if found else None,
    )


def _renewed_by(work: Work, program: Program) -> UUID | None:
    newest = select(Program.id).where(Program.renews_id == program.id).order_by(Program.created_at.desc()).limit(1)
    return work.session.scalar(newest) if permissions.in_office(work.principal) else None
