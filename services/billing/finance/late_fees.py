"""Late fees: charged by a timer, once for an installment, by the dated policy that its agreement names."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select

from services.billing.autopay_models import Autopay, Debit
from services.billing.finance import late_fee_rules
from services.billing.finance.late_fee_rules import LateFeePolicy
from services.billing.finance_models import FinanceAgreement, Installment, LateFee
from services.billing.ledger_models import Entry, Posting
from services.billing.models import Invoice
from services.billing.payables import open_attempts
from services.billing.program_models import Program
from services.billing.programs import bills
from services.chassis.work import Work
from services.contracts.billing.invoices import InvoiceLine
from services.contracts.billing.terms import LoanTerms
from services.contracts.messages import new_id
from services.contracts.money import Money


def charge(work: Work, installment_id: UUID) -> None:
    """Bills the fee of an installment that is late and nobody is paying; whatever comes of it, it is asked once."""
    installment = work.session.get(Installment, installment_id, with_for_update={"skip_locked": True})
    if installment is None or installment.late_fee_on is None or installment.invoice_id is None:
        return
    late = work.session.get_one(Invoice, installment.invoice_id, with_for_update=True)
    if late.balance == 0 or installment.late_fee_on > work.today(late.time_zone) or open_attempts(work, [late.id]):
        return
    agreement = work.session.get_one(FinanceAgreement, installment.agreement_id)
    key = LoanTerms.model_validate(agreement.terms).late_fee_policy
    policy = late_fee_rules.policy_of(key, installment.due_on)
    later = _later(work, late, policy) if policy else None
    if later:
        installment.late_fee_on = later
        return
    amount = late_fee_rules.fee(policy, late.balance) if policy and agreement.is_running else 0
    installment.late_fee_on = None
    if amount and work.session.get(LateFee, late.id) is None:
        _bill(work, late, amount, key)


def _later(work: Work, late: Invoice, policy: LateFeePolicy) -> date | None:
    """The day until which its payer is not late after all, or None."""
    today = work.today(late.time_zone)
    if _waits_for_autopay(work, late):
        return today + timedelta(days=1)
    owed_again_on = _owed_again_on(work, late)
    grace_ends = late_fee_rules.falls_due(policy, owed_again_on) if owed_again_on else today
    return grace_ends if grace_ends > today else None


def _waits_for_autopay(work: Work, late: Invoice) -> bool:
    """Whether autopay is to charge it and no bank has declined it: its notice is not out for long enough yet, or the
    provider is away. Its payer did what they could, and is not reminded of it either."""
    planned = exists().where(
        Debit.invoice_id == late.id,
        Debit.state.in_(("planned", "queued")),
        Debit.declines == 0,
        Autopay.id == Debit.autopay_id,
        Autopay.status == "on",
    )
    return bool(work.session.scalar(select(planned)))


def _owed_again_on(work: Work, late: Invoice) -> date | None:
    """The day there when the office last had something of it owed again that was paid: its payer has the grace from
    then. Whoever disputes their own payment has not."""
    found = (
        select(func.max(Entry.posted_at))
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Posting.invoice_id == late.id, Entry.kind.in_(("refund_made", "credit_unapplied")))
    )
    posted_at = work.session.scalar(found)
    return posted_at.astimezone(ZoneInfo(late.time_zone)).date() if posted_at else None


def _bill(work: Work, late: Invoice, amount: int, key: str) -> None:
    program = work.session.get_one(Program, late.program_id)
    line = InvoiceLine(
        service="Late charge",
        description=f"{late.service_names[0]}, {late.number}",
        unit_price=Money(amount=amount, currency=late.currency),
    )
    fee = bills.issue(work, program, "one_time", [line], work.today(late.time_zone), new_id())
    work.session.add(
        LateFee(
            late_invoice_id=late.id,
            company_id=work.company_id,
            invoice_id=fee.id,
            policy=key,
            charged_at=work.now,
        )
    )
