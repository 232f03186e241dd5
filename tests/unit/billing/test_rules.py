"""Billing's rules by example and by property."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing import declines, rules
from services.billing.rules import Debt
from services.contracts.billing.invoices import InvoiceLine, InvoiceStatus
from services.contracts.billing.payments import PaymentStatus
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import MAX_AMOUNT, Money
from services.contracts.principals import (
    FeePolicy,
    Portal,
    PortalSettings,
    Principal,
    PropertyAccess,
    PropertyRole,
)

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SITE, ELSEWHERE = new_id(), new_id()


def debt(balance: int = 10_000, due_in: int = 0, number: str = "INV-2026-00001", **fields: object) -> Debt:
    """An invoice at SITE that may be paid."""
    told: dict[str, object] = {
        "invoice_id": new_id(),
        "number": number,
        "due_on": TODAY + timedelta(days=due_in),
        "balance": balance,
        "currency": "USD",
        "property_id": SITE,
        "billing_contact_id": None,
        "attempt": None,
    }
    return Debt(**{**told, **fields})  # type: ignore[arg-type]


def payer(role: PropertyRole | None = "primary", settings: PortalSettings | None = None, **fields: object) -> Principal:
    """A contact who may pay, with a role at SITE."""
    portal = Portal(
        branch_id=new_id(),
        slug="evergreen-austin",
        name="Evergreen Grounds",
        time_zone="America/Chicago",
        settings=settings or PortalSettings(partial_payments=True),
    )
    told = {"permissions": frozenset({"invoices.pay"}), "portal": portal, "customer_id": new_id(), **fields}
    access = [PropertyAccess(property_id=SITE, role=role)] if role else []
    return Principal(kind="contact", id=new_id(), company_id=new_id(), properties=access, **told)


def line(amount: int, quantity: int = 1, currency: str = "USD") -> InvoiceLine:
    return InvoiceLine(service="Mowing", quantity=quantity, unit_price=Money(amount=amount, currency=currency))


# Totals and dates


@given(st.lists(st.tuples(st.integers(1, 100_000), st.integers(0, 1_000_000)), min_size=1, max_size=20))
def test_a_total_is_the_sum_of_quantity_times_price(parts: list[tuple[int, int]]) -> None:
    expected = sum(quantity * price for quantity, price in parts)
    lines = [line(price, quantity) for quantity, price in parts]
    if 0 < expected <= MAX_AMOUNT:
        assert rules.invoice_sums(lines, "USD").total == expected
    else:
        with pytest.raises(DomainError):
            rules.invoice_sums(lines, "USD")


@pytest.mark.parametrize("wrong", [line(-1), line(0), line(MAX_AMOUNT, 2), line(100, currency="EUR")])
def test_a_line_that_cannot_be_billed_is_refused(wrong: InvoiceLine) -> None:
    with pytest.raises(DomainError):
        rules.invoice_sums([wrong], "USD")


@pytest.mark.parametrize(
    ("amount", "quantity", "percent", "tax"),
    [(1_000, 1, "8.25", 83), (1_000, 1, "8.24", 82), (100, 3, "0.5", 2), (10, 1, "5", 1), (999, 1, "0", 0)],
)
def test_a_lines_tax_is_rounded_half_up_to_the_cent(amount: int, quantity: int, percent: str, tax: int) -> None:
    taxed = line(amount, quantity).model_copy(update={"tax_percent": Decimal(percent)})
    assert rules.line_tax(taxed) == tax


@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 300_000)), min_size=1, max_size=20))
def test_taxes_are_rounded_line_by_line_and_then_added(parts: list[tuple[int, int]]) -> None:
    lines = [line(amount).model_copy(update={"tax_percent": Decimal(percent) / 10_000}) for amount, percent in parts]
    sums = rules.invoice_sums(lines, "USD")
    exact = [Fraction(amount * percent, 1_000_000) for amount, percent in parts]
    assert sums.tax == sum(floor(each + Fraction(1, 2)) for each in exact)
    assert sums.total == sums.subtotal + sums.tax


def test_the_due_date_counts_calendar_days() -> None:
    assert rules.due_date(date(2026, 12, 15), 30) == date(2027, 1, 14)


@pytest.mark.parametrize(
    ("shared", "balance", "due_in", "attempt", "status"),
    [
        (False, 0, 5, None, "draft"),
        (True, 100, 0, None, "due"),
        (True, 100, -1, None, "overdue"),
        (True, 100, -1, "requires_action", "overdue"),
        (True, 100, -1, "processing", "processing"),
        (True, 0, -1, None, "paid"),
    ],
)
def test_a_status_is_derived(
    shared: bool, balance: int, due_in: int, attempt: PaymentStatus | None, status: InvoiceStatus
) -> None:
    due_on = TODAY + timedelta(days=due_in)

    def found(*, void: bool) -> InvoiceStatus:
        return rules.invoice_status(
            shared=shared, void=void, balance=balance, due_on=due_on, today=TODAY, attempt=attempt
        )

    assert found(void=False) == status
    assert found(void=True) == "void"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "a" * 300])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(DomainError):
        rules.check_time_zone(zone)
    rules.check_time_zone("America/Chicago")


# Why not


@pytest.mark.parametrize(
    ("principal", "owed", "said"),
    [
        (payer(), debt(), None),
        (payer("other"), debt(), "primary contact"),
        (payer(settings=PortalSettings(electronic_payments=False)), debt(), "switched off"),
        (payer(), debt(attempt="unknown"), "under way"),
        (payer(), debt(balance=49), "too small"),
    ],
)
def test_why_an_invoice_is_not_payable(principal: Principal, owed: Debt, said: str | None) -> None:
    because = rules.not_payable_because(principal, owed)
    assert because is None if said is None else said in str(because)


# What is charged


def reason(amount: Money | None, *debts: Debt, partial: bool = True) -> str:
    """The reason of a refusal."""
    with pytest.raises(DomainError) as caught:
        rules.chosen_amount(debts, amount, partial=partial)
    return str(caught.value.details["reason"])


def test_amounts_are_refused_in_the_promised_order() -> None:
    euros = Money(amount=10_001, currency="EUR")
    assert reason(euros, debt()) == "more_than_balance"
    assert reason(Money(amount=-1, currency="EUR"), debt()) == "not_positive"
    assert reason(Money(amount=49, currency="EUR"), debt()) == "below_minimum"
    assert reason(Money(amount=500, currency="EUR"), debt()) == "currency"
    assert reason(None, debt(), debt(currency="EUR")) == "currency"
    assert reason(Money(amount=500), debt(), partial=False) == "partial_payments"


def test_without_an_amount_everything_is_paid() -> None:
    assert rules.chosen_amount([debt(3_000), debt(4_000)], None, partial=False) == Money(amount=7_000)


def test_permission_is_told_before_the_state_of_things() -> None:
    with pytest.raises(DomainError) as caught:
        rules.plan_charge(payer("other"), [debt(balance=0, attempt="unknown")], None, "card")
    assert caught.value.code == "forbidden"
    with pytest.raises(DomainError) as caught:
        rules.plan_charge(payer(), [debt(balance=0)], Money(amount=-5), "card")
    assert caught.value.details["reason"] == "paid"


def test_the_flat_fee_is_charged_once_for_the_whole_payment() -> None:
    fees = {"card": FeePolicy(kind="flat", amount=Money(amount=250)), "us_bank_account": FeePolicy()}
    principal = payer(settings=PortalSettings.model_validate({"fees": fees}))
    charge = rules.plan_charge(principal, [debt(1_000), debt(2_000)], None, "card")
    assert (charge.fee.amount, charge.total.amount) == (250, 3_250)
    assert rules.plan_charge(principal, [debt(1_000)], None, "us_bank_account").fee.amount == 0
    assert rules.plan_charge(payer(), [debt(1_000)], None, "card").fee.amount == 0


def test_the_oldest_due_is_paid_first_and_ties_go_by_number() -> None:
    third, second, first = debt(100, 5), debt(100, 1, "INV-2026-00002"), debt(100, 1, "INV-2026-00001")
    assert list(rules.allocate([third, second, first], 150).items()) == [
        (first.invoice_id, 100),
        (second.invoice_id, 50),
    ]


debts = st.lists(st.builds(debt, st.integers(1, 10**9), st.integers(-30, 30)), min_size=1, max_size=20)


@given(debts, st.data())
def test_an_amount_is_spread_without_loss_and_never_beyond_a_balance(owed: list[Debt], data: st.DataObject) -> None:
    amount = data.draw(st.integers(1, sum(each.balance for each in owed)))
    spread = rules.allocate(owed, amount)
    balances = {each.invoice_id: each.balance for each in owed}
    assert sum(spread.values()) == amount
    assert all(0 < part <= balances[invoice_id] for invoice_id, part in spread.items())
    # All but the last are paid in full, and nothing newer is touched before them.
    parts = list(spread.items())
    assert all(part == balances[invoice_id] for invoice_id, part in parts[:-1])
    due = {each.invoice_id: each.due_on for each in owed}
    assert [due[invoice_id] for invoice_id, _ in parts] == sorted(due.values())[: len(parts)]


# What is said of a failure


def test_a_thief_is_not_told_that_the_card_is_known_as_stolen() -> None:
    plain = declines.sentence("card_declined")
    assert {declines.sentence(code) for code in ("stolen_card", "lost_card", "fraudulent", "a_new_code")} == {plain}
    assert "insufficient funds" in declines.sentence("insufficient_funds")


def test_a_bank_account_is_not_called_a_card() -> None:
    for code in ("insufficient_funds", "account_closed", "debit_not_authorized", "a_new_code"):
        assert "card" not in declines.sentence(code, "us_bank_account")
    assert "not been charged" in declines.sentence("not_sent", "us_bank_account")
