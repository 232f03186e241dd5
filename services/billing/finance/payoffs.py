"""Payoffs: quoted to whoever sees the program, billed by the agency, and no longer good after their day.

A payoff's invoice stands in the place of the installments that it covers, so nothing is ever owed twice; where it is
not paid, they are billed again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.billing import documents, invoice_views, invoicing
from services.billing.finance import agreements, installments, payoff_rules, views
from services.billing.finance.installments import Held
from services.billing.finance.payoff_rules import Payoff
from services.billing.finance_models import FinanceAgreement, LoanPayoff
from services.billing.models import Invoice
from services.billing.program_models import Program
from services.billing.programs import bills, sights, ways
from services.chassis.work import Steps, Work
from services.contracts.billing.finance import (
    FinanceAgreementView,
    PayoffQuoteView,
    QuotePayoff,
    RaisePayoff,
    WithdrawPayoff,
)
from services.contracts.billing.invoices import InvoiceLine, InvoiceView
from services.contracts.errors import conflict, invalid
from services.contracts.money import Money

GOOD_FOR = timedelta(days=10)
"""How long a payoff is good unless another day is given."""


@dataclass(frozen=True)
class Quoted:
    """A payoff, and the installments of the agreement as it found them, locked."""

    payoff: Payoff
    held: list[Held]

    @property
    def covered(self) -> list[Held]:
        return [each for each in self.held if each.row in self.payoff.covered]

    @property
    def also_owed(self) -> int:
        """Of what stays owed by itself, in minor units."""
        return sum(each.invoice.balance for each in self.held if each.row not in self.payoff.covered)


def quote(work: Work, query: QuotePayoff) -> PayoffQuoteView:
    """What would repay the loan, for anybody who sees the program."""
    program = sights.visible(work, query.program_id)
    agreement = running(work, program, lock=False)
    good_through = _good_through(work, program, query.good_through)
    found = quoted(agreement, installments.held(work, agreement, lock=False), good_through)
    payoff = found.payoff

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=program.currency)

    return PayoffQuoteView(
        good_through=good_through,
        method=payoff.method,
        amount=money(payoff.amount),
        principal=money(payoff.principal),
        interest=money(payoff.interest),
        rebate=money(payoff.rebate),
        also_owed=money(found.also_owed),
    )


def quoted(agreement: FinanceAgreement, held: list[Held], on: date) -> Quoted:
    """What repays the loan on a day."""
    policy = payoff_rules.refund_policy(agreement.state, on, len(held))
    return Quoted(payoff_rules.payoff(agreement.begun_on, [each.standing for each in held], on, policy), held)


def raise_invoice(work: Work, command: RaisePayoff) -> Steps[InvoiceView]:
    """The agency bills it; the installments that it covers are owed no more."""
    program = yield from ways.for_office(work, command.program_id)
    agreement = running(work, program)
    good_through = _good_through(work, program, command.good_through)
    found = quoted(agreement, installments.held(work, agreement), good_through)
    if not found.payoff.amount:
        raise conflict("Nothing is left to be paid off: what is owed is due by itself.", reason="nothing_owed")
    invoice = _bill(work, program, found.payoff, good_through, command.id)
    installments.take_back(work, found.covered, f"Payoff {invoice.number} takes its place.")
    work.session.add(
        LoanPayoff(
            invoice_id=invoice.id,
            company_id=work.company_id,
            agreement_id=agreement.id,
            good_through=good_through,
            method=found.payoff.method,
            rebate=found.payoff.rebate,
            created_at=work.now,
        )
    )
    return invoice_views.view(work, invoice)


def _bill(work: Work, program: Program, payoff: Payoff, good_through: date, invoice_id: UUID) -> Invoice:
    amount, principal, interest = (
        Money(amount=value, currency=program.currency) for value in (payoff.amount, payoff.principal, payoff.interest)
    )
    parts = f"{documents.money(principal)} principal, {documents.money(interest)} interest"
    line = InvoiceLine(
        service="Payoff of the loan",
        description=f"{program.name}: {parts}. Good through {documents.day(good_through)}.",
        unit_price=amount,
    )
    return bills.issue(
        work,
        program,
        "payoff",
        [line],
        good_through,
        invoice_id,
        principal=payoff.principal,
        interest=payoff.interest,
    )


def withdraw(work: Work, command: WithdrawPayoff) -> Steps[FinanceAgreementView]:
    """The agency takes an unpaid payoff back."""
    program = yield from ways.for_office(work, command.program_id)
    agreement = agreements.current(work, program.id, lock=True)
    payoff = views.standing_payoff(work, agreement.id) if agreement else None
    if agreement is None or payoff is None:
        raise conflict("No payoff was raised.", reason="no_payoff")
    _end(work, program, agreement, payoff, "The payoff was withdrawn.")
    return views.view(work, agreement)


def lapse(work: Work, invoice_id: UUID) -> None:
    """One whose day has passed unpaid is no longer good; one of which something was paid stays."""
    payoff = work.session.get(LoanPayoff, invoice_id)
    found = work.session.get(FinanceAgreement, payoff.agreement_id) if payoff else None
    program = work.session.get(Program, found.program_id, with_for_update=True) if found else None
    payoff = work.session.get(LoanPayoff, invoice_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if program is None or found is None or payoff is None or payoff.ended_at is not None:
        return
    invoice = work.session.get_one(Invoice, invoice_id, with_for_update=True, populate_existing=True)
    if payoff.good_through >= work.today(program.time_zone) or installments.touched(work, [invoice]):
        return
    _end(work, program, found, payoff, f"It was good through {documents.day(payoff.good_through)}.")


def _end(work: Work, program: Program, agreement: FinanceAgreement, payoff: LoanPayoff, reason: str) -> None:
    """Its installments are billed again, as they were agreed."""
    invoice = work.session.get_one(Invoice, payoff.invoice_id, with_for_update=True, populate_existing=True)
    rows = installments.of(work, agreement.id)
    invoicing.take_back(work, invoice, reason)
    payoff.end(work.now)
    installments.bill_again(work, program, rows)


def running(work: Work, program: Program, *, lock: bool = True) -> FinanceAgreement:
    """The agreement of a program whose loan may be changed now; a conflict where it may not."""
    agreement = agreements.current(work, program.id, lock=lock)
    if agreement is None or not agreement.is_running:
        raise conflict("No finance agreement is in force.", reason="not_in_force")
    payoff = views.standing_payoff(work, agreement.id)
    if payoff and is_paid(work, payoff):
        raise conflict("The loan is paid off.", reason="paid_off")
    if payoff:
        raise conflict("A payoff was raised. Withdraw it first.", reason="payoff_raised")
    return agreement


def is_paid(work: Work, payoff: LoanPayoff) -> bool:
    """Whether nothing is owed of it."""
    return work.session.get_one(Invoice, payoff.invoice_id).balance == 0


def _good_through(work: Work, program: Program, given: date | None) -> date:
    today = work.today(program.time_zone)
    if given and given < today:
        raise invalid("A payoff is good through today at the earliest.", field="good_through")
    return given or today + GOOD_FOR
