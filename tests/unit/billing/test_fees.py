"""Convenience fees by example and by property: never below nothing, never above a cap, and no cent lost."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.billing import fees
from services.billing.fees import Left, Part
from services.contracts.billing.methods import Funding
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, InvoiceKind

FLAT = FeePolicy(kind="flat", amount=Money(amount=250))
SURCHARGE = FeePolicy(kind="credit_surcharge", percent=Decimal("2.5"))
PERCENTAGE = FeePolicy(kind="percentage", percent=Decimal("1.5"), maximum=Money(amount=1_000))


def part(amount: int, policy: FeePolicy, kind: InvoiceKind = "service") -> Part:
    return Part(new_id(), kind, amount, policy)


def fee(policy: FeePolicy, amount: int, funding: Funding = "credit") -> int:
    """What one service invoice costs."""
    return fees.fee_of([part(amount, policy)], funding, "USD").amount


@pytest.mark.parametrize(
    ("policy", "amount", "funding", "expected"),
    [
        (FeePolicy(), 10_000, "credit", 0),
        (FLAT, 10_000, "debit", 250),
        (SURCHARGE, 10_000, "credit", 250),
        (SURCHARGE, 10_000, "debit", 0),
        (SURCHARGE, 10_000, "prepaid", 0),
        (SURCHARGE, 10_000, "unknown", 0),
        (SURCHARGE, 10_000, "bank", 0),
        # Rounded half up to the cent: 2.5 % of 1.00 is 2.5 cents.
        (SURCHARGE, 100, "credit", 3),
        # But 3 % of 0.50 is 1.5 cents too, and what the law caps is cut off.
        (FeePolicy(kind="credit_surcharge", percent=Decimal(3)), 50, "credit", 1),
        (FeePolicy(kind="credit_surcharge", percent=Decimal(9)), 10_000, "credit", 300),
        (PERCENTAGE, 10_000, "debit", 150),
        (PERCENTAGE, 1_000_000, "debit", 1_000),
        (FeePolicy(kind="percentage"), 10_000, "debit", 0),
        (FeePolicy(kind="flat", amount=Money(amount=-5)), 10_000, "debit", 0),
    ],
)
def test_what_a_policy_comes_to(policy: FeePolicy, amount: int, funding: Funding, expected: int) -> None:
    assert fee(policy, amount, funding) == expected


def test_the_invoices_own_policy_comes_before_the_portals_and_each_type_has_its_own() -> None:
    own, portal = {"card": FeePolicy()}, {"card": FLAT, "us_bank_account": PERCENTAGE}
    assert fees.policy_for("card", own, portal).kind == "none"  # type: ignore[arg-type]
    assert fees.policy_for("us_bank_account", own, portal) == PERCENTAGE  # type: ignore[arg-type]
    assert fees.policy_for("card", None, portal) == FLAT  # type: ignore[arg-type]
    assert fees.policy_for("card", None, {}).kind == "none"


def test_invoices_with_different_policies_bear_the_cheapest_once() -> None:
    found = fees.fee_of([part(10_000, FLAT), part(10_000, SURCHARGE), part(5_000, FLAT)], "credit", "USD")
    assert found.amount == 250
    found = fees.fee_of([part(10_000, FLAT), part(10_000, FeePolicy())], "credit", "USD")
    assert (found.amount, sum(found.by_invoice.values())) == (0, 0)


def test_excluded_kinds_bear_nothing_and_the_rest_bears_it_all() -> None:
    policy = FeePolicy(kind="percentage", percent=Decimal(1), excluded_kinds=["installment"])
    plain, excluded = part(10_000, policy), part(50_000, policy, "installment")
    found = fees.fee_of([excluded, plain], "debit", "USD")
    assert (found.amount, found.by_invoice) == (100, {plain.invoice_id: 100})
    assert fees.fee_of([excluded], "debit", "USD").amount == 0
    flat = FLAT.model_copy(update={"excluded_kinds": ["installment"]})
    assert fees.fee_of([part(10_000, flat, "installment")], "debit", "USD").amount == 0


def test_a_policy_in_another_currency_is_refused() -> None:
    euros = FeePolicy(kind="flat", amount=Money(amount=250, currency="EUR"))
    with pytest.raises(DomainError):
        fee(euros, 10_000)


def test_the_remainder_goes_where_most_was_cut_off() -> None:
    first, second, third = new_id(), new_id(), new_id()
    assert fees.spread(100, {first: 1, second: 1, third: 1}) == {first: 34, second: 33, third: 33}
    assert fees.spread(10, {first: 10, second: 86, third: 4}) == {first: 1, second: 9, third: 0}


policies = st.builds(
    FeePolicy,
    kind=st.sampled_from(["none", "flat", "credit_surcharge", "percentage"]),
    amount=st.builds(Money, amount=st.integers(-100, 10_000)),
    percent=st.decimals(0, 100, places=2),
    maximum=st.none() | st.builds(Money, amount=st.integers(0, 5_000)),
    excluded_kinds=st.lists(st.sampled_from(["service", "installment", "one_time"]), max_size=2),
    kept_on_refund=st.booleans(),
)
parts = st.builds(
    part, st.integers(1, 10**9), policies, st.sampled_from(["service", "installment", "one_time", "payoff"])
)


@given(st.lists(parts, min_size=1, max_size=8), st.sampled_from(["credit", "debit", "prepaid", "unknown", "bank"]))
def test_a_fee_is_never_below_nothing_nor_above_a_cap_and_is_spread_exactly(paid: list[Part], funding: Funding) -> None:
    found = fees.fee_of(paid, funding, "USD")
    assert found.amount >= 0
    assert sum(found.by_invoice.values()) == found.amount
    assert all(each >= 0 for each in found.by_invoice.values())
    whole = sum(each.amount for each in paid)
    for policy in (each.policy for each in paid):
        if policy.maximum is not None:
            assert found.amount <= policy.maximum.amount
        if policy.kind == "credit_surcharge":
            assert found.amount * 100 <= whole * 3
            assert funding == "credit" or found.amount == 0


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
def test_spreading_loses_nothing_and_strays_less_than_a_cent(amount: int, weights: list[int]) -> None:
    keys: dict[UUID, int] = {new_id(): weight for weight in weights}
    spread = fees.spread(amount, keys)
    assert sum(spread.values()) == amount
    assert all(abs(part - amount * keys[key] / sum(weights)) < 1 + 1e-6 * amount for key, part in spread.items())


# Refunds


def test_a_refund_gives_the_fee_back_in_proportion_half_up() -> None:
    left = Left(paid=10_000, paid_fee=250, subtotal=10_000, fee=250)
    assert fees.fee_given_back(5_125, left) == 125
    assert fees.fee_given_back(10_250, left) == 250
    assert fees.fee_given_back(205, left) == 5
    # 20.5 of 10,250 is half a cent of the 250.
    assert fees.fee_given_back(21, left) == 1


def test_a_fee_that_is_kept_is_given_back_in_no_part() -> None:
    assert fees.fee_given_back(10_000, Left(paid=10_000, paid_fee=0, subtotal=10_000, fee=0)) == 0


@given(st.integers(1, 10**8), st.integers(0, 10**6), st.data())
def test_refunds_add_up_exactly_over_any_sequence_of_parts(subtotal: int, fee: int, data: st.DataObject) -> None:
    left = Left(subtotal, fee, subtotal, fee)
    while left.total:
        most = left.total
        amount = data.draw(st.integers(1, most) | st.just(most))
        back = fees.fee_given_back(amount, left)
        assert 0 <= back <= min(amount, left.fee)
        assert amount - back <= left.subtotal
        left = Left(subtotal, fee, left.subtotal - (amount - back), left.fee - back)
        if data.draw(st.integers(0, 4)) == 0:
            break
    if left.total:
        last = fees.fee_given_back(left.total, left)
        assert (last, left.total - last) == (left.fee, left.subtotal)


@given(st.integers(1, 10**6), st.integers(0, 10**5), st.lists(st.integers(1, 10**5), max_size=6))
def test_a_refund_that_was_made_elsewhere_and_is_too_large_breaks_nothing(
    subtotal: int, fee: int, amounts: list[int]
) -> None:
    assume(subtotal + fee > 0)
    for amount in amounts:
        back = fees.fee_given_back(amount, Left(subtotal, fee, -5, fee))
        assert 0 <= back <= min(amount, fee)
