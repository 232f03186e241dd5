"""Whatever is done to a loan, in whatever order: the books balance, and what is on loan is what is billed.

`LOAN_SEEDS=50` has it try as many random histories.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from services.contracts.billing.finance import EndorseAgreement, FinanceAgreementView, RaisePayoff, WithdrawPayoff
from services.contracts.billing.invoices import GetInvoice, InvoiceView
from services.contracts.billing.payments import RefundPayment
from services.contracts.billing.programs import CancelProgram, ProgramView
from services.contracts.errors import DomainError
from services.contracts.money import Money
from tests.service.billing import loans
from tests.service.billing.conftest import Desk
from tests.service.billing.insured import TODAY
from tests.service.billing.people import People

STEPS = 14


@dataclass
class Borrower:
    """A loan, and chance."""

    desk: Desk
    people: People
    program: ProgramView
    chance: random.Random

    @property
    def agreement(self) -> FinanceAgreementView:
        return loans.read(self.desk, self.people, self.program)

    def owed(self) -> list[InvoiceView]:
        """Every invoice of the loan of which something is owed."""
        agreement = self.agreement
        ids = [each.invoice_id for each in agreement.installments] + [agreement.down_payment_invoice_id]
        ids += [agreement.payoff.invoice_id] if agreement.payoff else []
        found = [self.desk.ask(self.people.office, GetInvoice(invoice_id=each)) for each in ids]
        return [each for each in found if each.balance.amount]

    def pay(self) -> None:
        owed = self.owed()
        if owed:
            invoice = self.chance.choice(owed)
            part = self.chance.choice([invoice.balance.amount, self.chance.randint(1, invoice.balance.amount)])
            loans.settle(self.desk, self.people, invoice, part)

    def give_back(self) -> None:
        payment = self.desk.value(self.people, "SELECT id FROM payment WHERE status = 'succeeded' ORDER BY random()")
        if payment:
            self.desk.ask(self.people.office, RefundPayment(payment_id=payment, reopen=self.chance.random() < 0.5))

    def endorse(self) -> None:
        self.desk.ask(
            self.people.office,
            EndorseAgreement(
                program_id=self.program.id,
                effective_on=self.program.effective_on,
                change=Money(amount=self.chance.randint(-60_000, 60_000)),
                keep=self.chance.choice(["term", "payment"]),
                reason="Changed",
            ),
        )

    def pay_off(self) -> None:
        self.desk.ask(self.people.office, RaisePayoff(program_id=self.program.id))

    def withdraw(self) -> None:
        self.desk.ask(self.people.office, WithdrawPayoff(program_id=self.program.id))

    def lapse(self) -> None:
        self.desk.change(self.people, "UPDATE loan_payoff SET good_through = good_through - 30")
        self.desk.work_off("lapse_payoffs", "due_payoffs", self.people)

    def be_late(self) -> None:
        loans.grace_passes(self.desk, self.people)
        self.desk.work_off("charge_late_fees", "due_late_fees", self.people)

    def cancel(self) -> None:
        if self.chance.random() < 0.3:
            premium = Money(amount=self.chance.randint(0, 100_000))
            command = CancelProgram(
                program_id=self.program.id,
                cancelled_on=max(TODAY, self.program.effective_on),
                reason="Ended",
                return_premium=premium,
            )
            self.desk.ask(self.people.office, command)


@pytest.mark.parametrize("seed", range(int(os.environ.get("LOAN_SEEDS", "3"))))
def test_a_loan_to_which_anything_happens_agrees_with_the_books(desk: Desk, people: People, seed: int) -> None:
    chance = random.Random(seed)
    program, _ = loans.lent(desk, people, begun=chance.choice([0, -2, -5]), installments=chance.choice([3, 10]))
    borrower = Borrower(desk, people, program, chance)
    acts: list[Callable[[], None]] = [
        *[borrower.pay] * 3,
        borrower.give_back,
        *[borrower.endorse] * 2,
        borrower.pay_off,
        borrower.withdraw,
        borrower.lapse,
        borrower.be_late,
        borrower.cancel,
    ]
    for _ in range(STEPS):
        act = chance.choice(acts)
        try:
            act()
        except DomainError as refusal:
            assert refusal.code in ("conflict", "invalid"), (act.__name__, refusal)
        assert loans.audited(desk, people) == [], act.__name__
        assert borrower.agreement.balance.amount >= 0
