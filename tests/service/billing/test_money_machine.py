"""Random sequences of all that happens to money, with lost answers and webhooks: the books agree after each step.

`MONEY_MACHINE_EXAMPLES` sets how many sequences are tried, `MONEY_MACHINE_STEPS` how long each is; both are small
for every day. Where the first is set, each run tries others, and a failure is made as short as it can be.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.billing.processor import client
from services.contracts.billing.credits import ApplyCredit, CreditView, ListCredits, UnapplyCredit
from services.contracts.billing.invoices import GetBalance, GetInvoice, InvoiceView, ShareInvoice, VoidInvoice
from services.contracts.billing.methods import PaymentMethodView
from services.contracts.billing.payments import GetPayment, PaymentView, RefundPayment
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, Page
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import with_settings
from tests.service.billing.provider import Provider
from tests.service.billing.recomputation import BALANCES, CASH, FREE, OVERPAID, UNAPPLIED, UNBALANCED
from tests.service.billing.test_offline_payments import check

EXAMPLES = int(os.environ.get("MONEY_MACHINE_EXAMPLES", "12"))
STEPS = int(os.environ.get("MONEY_MACHINE_STEPS", "30"))
INTENTS = "/v1/payment_intents"

ACTS = {
    "settle": ("payment_intents", {"processing"}),
    "fail": ("payment_intents", {"processing"}),
    "return": ("payment_intents", {"succeeded"}),
    "dispute": ("payment_intents", {"succeeded"}),
    "close": ("disputes", {"needs_response"}),
    "refund_fail": ("refunds", {"pending", "succeeded"}),
}
"""What banks do, to what, and in which of its states."""


@dataclass(frozen=True)
class Dice:
    """What one step is made of; each act takes from it what it needs."""

    pick: int
    which: int
    part: int
    """In percent; beyond 100 is more than there is, and from 120 the step names no amount."""
    amount: int
    flag: bool
    fault: str | None


DICE = st.builds(
    Dice,
    pick=st.integers(0, 999),
    which=st.integers(0, 999),
    part=st.integers(1, 160),
    amount=st.integers(50, 30_000),
    flag=st.booleans(),
    fault=st.sampled_from([None, None, None, "timeout_after_success", "error_500_before", "error_500_after"]),
)


class MoneyMachine(RuleBasedStateMachine):
    """One company for each sequence. What a step is refused is fine; what the books then say must be right.

    There are few rules with many acts, for hypothesis leaves some rules out of each sequence.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.people = desk.open_company()
        self.account = desk.account(self.people)
        self.provider = Provider(desk, self.account)
        self.priya = with_settings(self.people.priya, payment_method_types=["card", "us_bank_account"])
        self.methods = [desk.add_card(self.priya), desk.add_bank_account(self.priya)]
        self.drafts: list[Any] = []
        self.invoices = [desk.bill(self.people, amount, net_days=amount // 1_000) for amount in (4_000, 9_001, 20_000)]
        self.payments: list[UUID] = []
        self.commands: list[tuple[Any, Ask[Any], Any]] = []
        credit = desk.grant(self.people, 6_000)
        self._ask(self.people.office, _applied(credit, self.invoices[1], 1_000))
        self.told: set[str] = set()

    # What people do

    @rule(dice=DICE, many=st.integers(1, 3), path=st.sampled_from(["/v1/payment_intents/*/confirm", INTENTS]))
    def pays(self, dice: Dice, many: int, path: str) -> None:
        chosen = [self.invoices[(dice.pick + each) % len(self.invoices)] for each in range(many)]
        chosen = list({each.id: each for each in chosen}.values())
        due = sum(self.desk.ask(self.priya, GetInvoice(invoice_id=each.id)).balance.amount for each in chosen)
        amount = Money(amount=max(due * dice.part // 100, min(50, due))) if dice.part <= 60 else None
        self._pay(chosen, amount, self.methods[dice.which % 2], dice.fault, path)
        if dice.fault:
            # Whoever is not told that it worked tries again, with whatever else they have.
            self._pay(chosen, amount, self.methods[dice.pick % 2])

    def _pay(
        self,
        chosen: list[InvoiceView],
        amount: Money | None,
        method: PaymentMethodView,
        fault: str | None = None,
        path: str = "",
    ) -> None:
        try:
            order = self.desk.order(self.priya, method, *chosen, amount=amount)
        except DomainError as refusal:
            reasons = ("paid", "void", "open_attempt", "below_minimum", "not_positive", "more_than_balance")
            assert refusal.details["reason"] in reasons, refusal
            return
        paid = self._ask(self.priya, order, fault, path)
        assert paid is not None and (fault or paid.status in ("succeeded", "processing"))
        self.payments.append(paid.id)

    @rule(
        dice=DICE,
        act=st.sampled_from([*["refund", "apply", "unapply"] * 2, "check", "issue", "share", "grant", "void"]),
    )
    def office_acts(self, dice: Dice, act: str) -> None:
        getattr(self, f"_{act}")(dice)

    def _refund(self, dice: Dice) -> None:
        if self.payments:
            payment = self._payment(dice)
            amount = Money(amount=max(payment.total.amount * dice.part // 100, 1)) if dice.part < 120 else None
            order = RefundPayment(payment_id=payment.id, amount=amount, reopen=dice.flag)
            self._ask(self.people.office, order, dice.fault, "/v1/refunds")

    def _check(self, dice: Dice) -> None:
        named = [self._invoice(dice)] if dice.flag else []
        received = self._ask(self.people.office, check(self.people, dice.amount, *named))
        if received:
            self.payments.append(received.id)

    def _issue(self, dice: Dice) -> None:
        self.drafts.append(self.desk.draft(self.people, dice.amount, net_days=dice.which % 30))

    def _share(self, dice: Dice) -> None:
        if self.drafts:
            draft = self.drafts.pop(dice.pick % len(self.drafts))
            self.invoices.append(self.desk.ask(self.people.office, ShareInvoice(invoice_id=draft.id)))

    def _grant(self, dice: Dice) -> None:
        self.desk.grant(self.people, dice.amount)

    def _apply(self, dice: Dice) -> None:
        """Also of a credit that a payment brought, and of more than it has."""
        credits = self._credits()
        credit = credits[dice.which % len(credits)]
        self._ask(
            self.people.office, _applied(credit, self._invoice(dice), credit.amount.amount * dice.part // 200 + 1)
        )

    def _unapply(self, dice: Dice) -> None:
        applied = [(credit.id, each.invoice_id) for credit in self._credits() for each in credit.applications]
        if applied:
            credit_id, invoice_id = applied[dice.which % len(applied)]
            self._ask(self.people.office, UnapplyCredit(credit_id=credit_id, invoice_id=invoice_id))

    def _void(self, dice: Dice) -> None:
        """Any but the first, so that there is always something left to pay."""
        chosen = self.invoices[1 + dice.pick % (len(self.invoices) - 1)]
        self._ask(self.people.office, VoidInvoice(invoice_id=chosen.id, reason="Raised by mistake"))

    # What banks do

    @rule(dice=DICE, act=st.sampled_from([*ACTS, "settle"]))
    def bank_acts(self, dice: Dice, act: str) -> None:
        """Something that one of their states allows, if there is one."""
        outcome = {"status": "won" if dice.flag else "lost"} if act == "close" else {}
        kind, states = ACTS[act]
        self.provider.later(kind, act.removeprefix("refund_"), dice.pick, states, **outcome)

    # What the network and the clock do

    @rule(seed=st.integers(0, 999), act=st.sampled_from(["webhooks", "webhooks", "time", "again"]))
    def time_passes(self, seed: int, act: str) -> None:
        if act == "webhooks":
            self._hear_some(Random(seed))
        elif act == "time":
            self._look_again()
        elif self.commands:
            who, command, answer = self.commands[seed % len(self.commands)]
            assert self.desk.ask(who, command) == answer

    def _hear_some(self, chances: Random) -> None:
        """Some of the webhooks that are still to be heard, in any order, some twice."""
        waiting = [each for each in self.provider.listed("events") if each["id"] not in self.told]
        for event in chances.sample(waiting, len(waiting)):
            for _ in range(chances.choice((0, 1, 1, 2))):
                self.desk.ask(None, self.provider.webhook(event))
                self.told.add(event["id"])
        self.desk.apply_events()

    def _look_again(self) -> None:
        """Every row that is due is looked at, as if minutes had passed."""
        self.desk.change(self.people, "UPDATE refund SET created_at = created_at - interval '2 minutes'")
        self.desk.make_due(self.people)
        self.desk.reconcile(self.people)
        self.desk.reconcile_refunds()
        self.desk.apply_events()

    # What must be right

    @invariant()
    def the_ledger_adds_up(self) -> None:
        assert self.desk.rows(self.people, UNBALANCED) == []
        for number, balance, posted, computed in self.desk.rows(self.people, BALANCES):
            assert balance == posted == computed, f"{number}: {balance}, posted {posted}, recomputed {computed}"
            assert balance >= 0
        shown = self.desk.ask(self.priya, GetBalance())
        assert shown.current.amount == self.desk.value(self.people, "SELECT coalesce(sum(balance), 0) FROM invoice")
        free = self.desk.value(self.people, UNAPPLIED)
        assert shown.unapplied_credit.amount == free >= 0
        assert self.desk.rows(self.people, FREE) == [(free, free)]

    @invariant()
    def nothing_is_charged_twice(self) -> None:
        totals = {str(row[0]): row[3] for row in self.desk.rows(self.people, CASH)}
        charged = [each for each in self.provider.listed("charges") if each["paid"]]
        owners = [each["metadata"]["payment_id"] for each in charged]
        assert len(set(owners)) == len(owners)
        assert all(each["amount"] == totals[owner] for owner, each in zip(owners, charged, strict=True))
        assert self.desk.rows(self.people, OVERPAID) == [], "what was owed once was charged twice"
        taken = self.desk.rows(self.people, "SELECT intent_id FROM payment WHERE succeeded_at IS NOT NULL")
        assert {intent for (intent,) in taken} - {None} <= {each["payment_intent"] for each in charged}

    def teardown(self) -> None:
        """In the end everything is heard of, and the books are the provider's."""
        self.desk.change(self.people, "UPDATE merchant SET caught_up_at = caught_up_at - interval '2 hours'")
        self.desk.work_off("catch_up", "due_catch_ups")
        for _ in range(3):
            self._look_again()
        self.the_ledger_adds_up()
        self.nothing_is_charged_twice()
        left = {
            each["payment_intent"]: each["amount"] - each["amount_refunded"] - each["amount_disputed"]
            for each in self.desk.charges(self.people)
        }
        for payment_id, intent, has_moved, _, cash in self.desk.rows(self.people, CASH):
            assert has_moved == (intent in left), f"{payment_id} against {intent}"
            assert cash == left.get(intent, 0), f"{payment_id}: {cash} in the books, {left.get(intent, 0)} there"
        open_ones = self.desk.rows(self.people, "SELECT DISTINCT status FROM payment WHERE status IN ('unknown')")
        assert open_ones == []
        self.provider.close()

    # How it is done

    def _credits(self) -> list[CreditView]:
        found: Page[CreditView] = self.desk.ask(self.people.office, ListCredits(limit=100))
        return found.items[::-1]

    def _payment(self, dice: Dice) -> PaymentView:
        payment_id = self.payments[dice.pick % len(self.payments)]
        view: PaymentView = self.desk.ask(self.people.office, GetPayment(payment_id=payment_id))
        return view

    def _invoice(self, dice: Dice) -> InvoiceView:
        return self.invoices[dice.pick % len(self.invoices)]

    def _ask(self, who: Any, command: Ask[Any], fault: str | None = None, path: str = "") -> Any:
        """The answer, or None where it was refused."""
        if fault:
            self.desk.sandbox.fault(fault, path=path, method="POST", account=self.account, count=1)
        try:
            answer = self.desk.ask(who, command)
        except DomainError:
            return None
        finally:
            if fault:
                self.desk.sandbox.mend()
        self.commands.append((who, command, answer))
        return answer


def _applied(credit: CreditView, invoice: InvoiceView, amount: int) -> ApplyCredit:
    return ApplyCredit(credit_id=credit.id, invoice_id=invoice.id, amount=Money(amount=amount))


@pytest.fixture
def without_retries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One answer lost is lost: the SDK does not ask again by itself."""
    monkeypatch.setattr(client, "RETRIES", 0)
    client.client.cache_clear()
    yield
    client.client.cache_clear()


@pytest.mark.usefixtures("without_retries")
def test_the_books_are_right_whatever_happens(desk: Desk) -> None:
    longer = "MONEY_MACHINE_EXAMPLES" in os.environ
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=not longer,
        phases=(Phase.generate, Phase.shrink) if longer else (Phase.generate,),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )

    class OfThisDesk(MoneyMachine):
        """The machine, at the desk of this test."""

        def __init__(self) -> None:
            super().__init__(desk)

    run_state_machine_as_test(OfThisDesk, settings=bounds)
