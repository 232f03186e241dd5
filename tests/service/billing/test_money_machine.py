"""Random sequences of all that happens to money, with lost answers and webhooks: the books agree after each step.

`MONEY_MACHINE_EXAMPLES` sets how many sequences are tried, `MONEY_MACHINE_STEPS` how long each is; both are small
for every day, and more than the default makes each run try others.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.billing.processor import client
from services.contracts.billing.invoices import GetBalance, GetInvoice, ShareInvoice
from services.contracts.billing.payments import GetPayment, PaymentView, RefundPayment
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.errors import DomainError
from services.contracts.messages import Ask
from services.contracts.money import Money
from tests.service.billing.conftest import API_KEY, WEBHOOK_SECRET, Desk
from tests.service.billing.people import with_settings
from tests.service.billing.test_offline_payments import check

EXAMPLES = int(os.environ.get("MONEY_MACHINE_EXAMPLES", "14"))
STEPS = int(os.environ.get("MONEY_MACHINE_STEPS", "22"))
PICK = st.integers(0, 1_000)
CENTS = st.integers(50, 30_000)
CONFIRM, CREATE, REFUND = "/v1/payment_intents/*/confirm", "/v1/payment_intents", "/v1/refunds"
FAULTS = st.sampled_from([None, None, None, "timeout_after_success", "error_500_before", "error_500_after"])

ENTRIES = "SELECT entry_id FROM posting GROUP BY entry_id, currency HAVING sum(amount) <> 0"
BALANCES = """
    SELECT i.number, i.balance, coalesce(
        (SELECT sum(p.amount) FROM posting p WHERE p.invoice_id = i.id AND p.account = 'accounts_receivable'), 0
    ), CASE WHEN i.shared_at IS NULL THEN 0 ELSE i.total - coalesce(
        (SELECT sum(a.amount - a.returned) FROM allocation a JOIN payment p ON p.id = a.payment_id
         WHERE a.invoice_id = i.id AND p.succeeded_at IS NOT NULL), 0
    ) END
    FROM invoice i
"""
CASH = """
    SELECT m.id, m.intent_id, m.succeeded_at IS NOT NULL, m.subtotal + m.fee,
        coalesce((SELECT sum(g.amount) FROM posting g JOIN entry e ON e.id = g.entry_id
         WHERE g.account = 'cash_in_transit' AND (e.subject_id = m.id
            OR e.subject_id IN (SELECT id FROM refund WHERE payment_id = m.id)
            OR e.subject_id IN (SELECT id FROM dispute WHERE payment_id = m.id))), 0)
    FROM payment m WHERE m.received_on IS NULL
"""


class MoneyMachine(RuleBasedStateMachine):
    """One company for each sequence. What a rule is refused is fine; what the books then say must be right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.people = desk.open_company()
        self.account = desk.account(self.people)
        self.priya = with_settings(self.people.priya, payment_method_types=["card", "us_bank_account"])
        self.methods = [desk.add_card(self.priya), desk.add_bank_account(self.priya)]
        self.methods.append(desk.add_card(self.priya, "pm_card_chargeCustomerFail"))
        self.drafts: list[Any] = []
        self.invoices: list[Any] = []
        self.payments: list[UUID] = []
        self.commands: list[tuple[Any, Ask[Any], Any]] = []
        self.told: set[str] = set()
        headers = {"Authorization": f"Bearer {API_KEY}", "Stripe-Account": self.account}
        self.provider = httpx.Client(base_url=desk.sandbox.url, headers=headers, trust_env=False)

    # What people do

    @rule(amount=CENTS)
    def issue(self, amount: int) -> None:
        self.drafts.append(self.desk.draft(self.people, amount, net_days=len(self.drafts)))

    @rule(amount=CENTS)
    def issue_and_share(self, amount: int) -> None:
        self.invoices.append(self.desk.bill(self.people, amount, net_days=len(self.invoices)))

    @precondition(lambda self: self.drafts)
    @rule(pick=PICK)
    def share(self, pick: int) -> None:
        draft = self.drafts.pop(pick % len(self.drafts))
        self.invoices.append(self.desk.ask(self.people.office, ShareInvoice(invoice_id=draft.id)))

    @precondition(lambda self: self.invoices)
    @rule(pick=PICK, many=st.integers(1, 3), method=PICK, part=st.integers(1, 100), fault=FAULTS, lost=PICK)
    def pay(self, pick: int, many: int, method: int, part: int, fault: str | None, lost: int) -> None:
        chosen = [self.invoices[(pick + each) % len(self.invoices)] for each in range(min(many, len(self.invoices)))]
        due = sum(self.desk.ask(self.priya, GetInvoice(invoice_id=each.id)).balance.amount for each in chosen)
        amount = Money(amount=max(due * part // 100, min(50, due))) if part < 60 else None
        try:
            order = self.desk.order(self.priya, self.methods[method % len(self.methods)], *chosen, amount=amount)
        except DomainError as refusal:
            assert refusal.details["reason"] in ("paid", "open_attempt", "below_minimum", "not_positive"), refusal
            return
        paid = self._ask(self.priya, order, fault, (CONFIRM, CREATE)[lost % 2])
        assert paid is not None and (fault or paid.status in ("succeeded", "processing", "failed"))
        self.payments.append(paid.id)

    @precondition(lambda self: self.payments)
    @rule(pick=PICK, part=st.integers(1, 130), reopen=st.booleans(), fault=FAULTS)
    def refund(self, pick: int, part: int, reopen: bool, fault: str | None) -> None:
        payment = self._payment(pick)
        amount = Money(amount=max(payment.total.amount * part // 100, 1)) if part < 120 else None
        self._ask(self.people.office, RefundPayment(payment_id=payment.id, amount=amount, reopen=reopen), fault, REFUND)

    @rule(amount=CENTS, pick=PICK)
    def receive_check(self, amount: int, pick: int) -> None:
        named = [self.invoices[pick % len(self.invoices)]] if self.invoices and pick % 4 else []
        received = self._ask(self.people.office, check(self.people, amount, *named))
        if received:
            self.payments.append(received.id)

    @precondition(lambda self: self.commands)
    @rule(pick=PICK)
    def send_again(self, pick: int) -> None:
        who, command, answer = self.commands[pick % len(self.commands)]
        assert self.desk.ask(who, command) == answer

    # What banks do

    @precondition(lambda self: self.payments)
    @rule(pick=PICK, act=st.sampled_from(["settle", "settle", "fail", "return", "dispute"]))
    def bank_acts(self, pick: int, act: str) -> None:
        intent = self.desk.intent(self.people, self._payment(pick))
        self._later(f"payment_intents/{intent}/{act}")

    @rule(pick=PICK, won=st.booleans())
    def bank_decides(self, pick: int, won: bool) -> None:
        disputes = self._listed("disputes")
        if disputes:
            self._later(f"disputes/{disputes[pick % len(disputes)]['id']}/close", status="won" if won else "lost")

    @rule(pick=PICK)
    def refund_comes_back(self, pick: int) -> None:
        refunds = self._listed("refunds")
        if refunds:
            self._later(f"refunds/{refunds[pick % len(refunds)]['id']}/fail")

    # What the network and the clock do

    @rule(seed=PICK)
    def webhooks_arrive(self, seed: int) -> None:
        """Some of those that are still to be heard, in any order, some twice."""
        chances = Random(seed)
        waiting = [each for each in self._listed("events") if each["id"] not in self.told]
        for event in chances.sample(waiting, len(waiting)):
            for _ in range(chances.choice((0, 1, 1, 2))):
                self._tell(event)
        self.desk.apply_events()

    @rule()
    def time_passes(self) -> None:
        self.desk.change(self.people, "UPDATE refund SET created_at = created_at - interval '2 minutes'")
        self.desk.make_due(self.people)
        self.desk.reconcile()
        self.desk.reconcile_refunds()
        self.desk.apply_events()

    # What must be right

    @invariant()
    def the_ledger_adds_up(self) -> None:
        assert self.desk.rows(self.people, ENTRIES) == []
        for number, balance, posted, computed in self.desk.rows(self.people, BALANCES):
            assert balance == posted == computed, f"{number}: {balance}, posted {posted}, recomputed {computed}"
            assert balance >= 0
        shown = self.desk.ask(self.priya, GetBalance())
        assert shown.current.amount == self.desk.value(self.people, "SELECT coalesce(sum(balance), 0) FROM invoice")
        assert shown.unapplied_credit.amount >= 0

    @invariant()
    def nothing_is_charged_twice(self) -> None:
        totals = {str(row[0]): row[3] for row in self.desk.rows(self.people, CASH)}
        charged = [each for each in self._listed("charges") if each["paid"]]
        owners = [each["metadata"]["payment_id"] for each in charged]
        assert len(set(owners)) == len(owners)
        assert all(each["amount"] == totals[owner] for owner, each in zip(owners, charged, strict=True))
        taken = self.desk.rows(self.people, "SELECT intent_id FROM payment WHERE succeeded_at IS NOT NULL")
        assert {intent for (intent,) in taken} - {None} <= {each["payment_intent"] for each in charged}

    def teardown(self) -> None:
        """In the end everything is heard of, and the books are the provider's."""
        self.desk.change(self.people, "UPDATE merchant SET caught_up_at = caught_up_at - interval '2 hours'")
        self.desk.work_off("catch_up", "due_catch_ups")
        for _ in range(3):
            self.time_passes()
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

    def _payment(self, pick: int) -> PaymentView:
        view: PaymentView = self.desk.ask(
            self.people.office, GetPayment(payment_id=self.payments[pick % len(self.payments)])
        )
        return view

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

    def _later(self, path: str, **given: Any) -> None:
        """Has a bank do something, where its state allows it."""
        self.provider.post(f"/sandbox/{path}", json=given)

    def _listed(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, the oldest first."""
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = self.provider.get(f"/v1/{kind}", params={"limit": "100", **after}).json()
            found += page["data"]
            if not page["has_more"]:
                return found[::-1]
            after = {"starting_after": found[-1]["id"]}

    def _tell(self, event: dict[str, Any]) -> None:
        """Delivers a webhook; it is signed here, so that its moment is the sequence's and not the network's."""
        body, at = orjson.dumps(event).decode(), int(time.time())
        digest = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        self.desk.ask(None, ReceiveProviderEvent(payload=body, signature=f"t={at},v1={digest}"))
        self.told.add(event["id"])


@pytest.fixture
def without_retries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One answer lost is lost: the SDK does not ask again by itself."""
    monkeypatch.setattr(client, "RETRIES", 0)
    client.client.cache_clear()
    yield
    client.client.cache_clear()


@pytest.mark.usefixtures("without_retries")
def test_the_books_are_right_whatever_happens(desk: Desk) -> None:
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize="MONEY_MACHINE_EXAMPLES" not in os.environ,
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
