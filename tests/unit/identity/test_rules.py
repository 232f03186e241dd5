"""Identity's rules, by example and for whatever comes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, PortalSettings, Principal, StaffRole
from services.identity import rules
from services.identity.rules import ACCOUNT_BOUND, NETWORK_BOUND, PAIR_BOUND, PAIR_MAILS, Bound

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

BOUNDS = [PAIR_BOUND, ACCOUNT_BOUND, NETWORK_BOUND, Bound(3, timedelta(seconds=7), timedelta(seconds=40))]
bounds = some.sampled_from(BOUNDS)
pauses = some.timedeltas(timedelta(), timedelta(days=2))


def after(bound: Bound, pause_seconds: list[float]) -> float:
    """The count after one failure at each end of these pauses."""
    failures = 0.0
    for seconds in pause_seconds:
        failures = bound.after_another(failures, timedelta(seconds=seconds))
    return failures


# Portals


@pytest.mark.parametrize("slug", ["office", "api", "static", "healthz", "readyz", "metrics", "verify", "webhooks"])
def test_a_first_segment_of_the_gateways_paths_is_no_portals_address(slug: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_slug(slug)
    assert refused.value.details == {"field": "slug", "reason": "reserved"}


@pytest.mark.parametrize("slug", ["evergreen-austin", "evergreen-dallas", "coolair", "harbor", "office-supplies"])
def test_a_name_of_ones_own_is_a_portals_address(slug: str) -> None:
    rules.check_slug(slug)


def test_a_time_zone_is_one_that_the_world_knows() -> None:
    rules.check_time_zone("America/Chicago")
    for unknown in ("Texas", "../etc/passwd", "", "america/chicago"):
        with pytest.raises(DomainError):
            rules.check_time_zone(unknown)


FLAT = FeePolicy(kind="flat", amount=Money(amount=250))


@pytest.mark.parametrize(
    ("fee", "field"),
    [
        (FeePolicy(kind="flat"), "amount"),
        (FeePolicy(kind="flat", amount=Money(amount=0)), "amount"),
        (FeePolicy(kind="percentage"), "percent"),
        (FeePolicy(kind="percentage", percent=Decimal(0)), "percent"),
        (FeePolicy(kind="credit_surcharge", percent=Decimal("3.1")), "percent"),
        (FLAT.model_copy(update={"maximum": Money(amount=0)}), "maximum"),
    ],
)
def test_a_fee_says_how_much_and_keeps_within_what_is_allowed(fee: FeePolicy, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.checked_settings(PortalSettings(fees={"card": fee}))
    assert refusal.value.details["field"] == f"fees.card.{field}"


def test_fees_that_may_be_are_kept_and_only_cards_bear_a_surcharge() -> None:
    surcharge = FeePolicy(kind="credit_surcharge", percent=Decimal(3))
    settings = PortalSettings(fees={"card": surcharge, "us_bank_account": FLAT})
    assert rules.checked_settings(settings).fees == settings.fees
    with pytest.raises(DomainError):
        rules.checked_settings(PortalSettings(fees={"us_bank_account": surcharge}))


def test_sections_and_types_are_kept_once_and_in_one_order_and_there_is_a_way_to_pay() -> None:
    settings = PortalSettings(
        sections=["requests", "invoices", "requests"], payment_method_types=["us_bank_account", "card", "card"]
    )
    checked = rules.checked_settings(settings)
    assert checked.sections == ["invoices", "requests"]
    assert checked.payment_method_types == ["card", "us_bank_account"]
    assert rules.checked_settings(PortalSettings(sections=[])).sections == []
    with pytest.raises(DomainError):
        rules.checked_settings(PortalSettings(payment_method_types=[]))


# People


def staff(role: StaffRole) -> Principal:
    return Principal(kind="staff", id=new_id(), company_id=new_id(), staff_roles=frozenset({role}))


def test_a_staff_member_holds_a_role_and_only_an_administrator_makes_administrators() -> None:
    rules.check_granted_roles(["sales_rep"], staff("office"))
    rules.check_granted_roles(["administrator"], staff("administrator"))
    with pytest.raises(DomainError):
        rules.check_granted_roles([], staff("administrator"))
    with pytest.raises(DomainError):
        rules.check_granted_roles(["office", "administrator"], staff("office"))


def test_a_contact_has_one_role_at_a_property() -> None:
    here, there = uuid4(), uuid4()
    primary = PropertyRoleView(property_id=here, role="primary")
    rules.check_property_roles([primary, PropertyRoleView(property_id=there, role="billing")])
    with pytest.raises(DomainError):
        rules.check_property_roles([primary, PropertyRoleView(property_id=here, role="billing")])


@pytest.mark.parametrize(
    ("status", "at_home", "served", "enters"),
    [
        ("active", True, False, True),
        ("active", False, True, True),
        ("invited", True, True, True),
        ("active", False, False, False),
        ("not_invited", True, True, False),
        ("disabled", True, True, False),
    ],
)
def test_a_contact_enters_where_it_belongs_unless_kept_out(
    status: str, at_home: bool, served: bool, enters: bool
) -> None:
    assert rules.may_enter(status, at_home=at_home, served=served) is enters


# Wrong passwords and codes


@given(some.lists(some.floats(0, 3600), max_size=10))
def test_an_account_bears_ten_failures_before_it_slows_down(pauses: list[float]) -> None:
    for bound in (PAIR_BOUND, ACCOUNT_BOUND, NETWORK_BOUND):
        assert bound.wait(after(bound, pauses)) == timedelta()


def counted_from_one_network(eagerness: list[float]) -> float:
    """The account's count over all networks after one network tried, each time that it was let, and later.

    `eagerness` says how long after the end of each wait it tries again, in seconds.
    """
    pair = account = 0.0
    pause = timedelta()
    for seconds in eagerness:
        pause = PAIR_BOUND.wait(pair) + timedelta(seconds=seconds)
        pair, account = PAIR_BOUND.after_another(pair, pause), ACCOUNT_BOUND.after_another(account, pause)
    return account


def test_one_network_that_tries_for_a_week_as_often_as_it_may_is_far_from_the_accounts_bound() -> None:
    assert counted_from_one_network([0.0] * 3000) < ACCOUNT_BOUND.bears / 10


@given(some.lists(some.floats(0, 1200) | some.just(0.0) | some.floats(0, 20_000), max_size=400))
def test_however_one_network_paces_itself_it_never_reaches_the_accounts_bound(eagerness: list[float]) -> None:
    assert counted_from_one_network(eagerness) < ACCOUNT_BOUND.bears / 10


def test_thirty_networks_together_do_reach_it() -> None:
    together = 30 * counted_from_one_network([0.0] * 18)
    assert together > ACCOUNT_BOUND.bears


@given(bounds)
def test_failures_in_a_row_are_waited_for_longer_and_longer_up_to_the_longest(bound: Bound) -> None:
    counts = accumulate(range(bound.bears + 24), lambda count, _: bound.after_another(count, timedelta()), initial=0.0)
    waits = [bound.wait(count) for count in counts]
    assert waits == sorted(waits)
    assert waits[bound.bears] == timedelta()
    assert waits[bound.bears + 1] == timedelta(seconds=2)
    assert waits[-1] == bound.longest


@given(bounds, some.lists(some.floats(0, 10_000), max_size=60), pauses)
def test_time_only_ever_forgets_failures(bound: Bound, pauses: list[float], pause: timedelta) -> None:
    failures = after(bound, pauses)
    assert 0 <= bound.remembered(failures, pause) <= failures <= bound.bears + 10


@given(bounds)
def test_an_attack_is_forgotten_in_time_however_long_it_was(bound: Bound) -> None:
    attacked = after(bound, [0.0] * 2000)
    assert bound.remembered(attacked, rules.FORGOTTEN_AFTER) == 0


@given(bounds, some.floats(0, 30), pauses)
def test_what_is_left_to_wait_runs_out_and_is_never_negative(bound: Bound, failures: float, pause: timedelta) -> None:
    left = rules.left_to_wait(bound, failures, NOW, NOW + pause)
    assert left == max(timedelta(), bound.wait(failures) - pause)


@given(some.emails())
def test_an_address_is_found_however_it_is_typed(email: str) -> None:
    assert rules.canonical_email(f" {email.upper()}\n") == rules.canonical_email(email.upper())


# Mails that anybody may ask for


@given(some.lists(some.floats(0, 600), max_size=60))
def test_no_more_mails_are_had_than_the_allowance_and_what_it_renewed(pauses: list[float]) -> None:
    allowance = PAIR_MAILS
    used, had, passed, since = 0.0, 0, timedelta(), timedelta()
    for seconds in pauses:
        since += timedelta(seconds=seconds)
        if allowance.admits(used, since):
            passed += since
            used, since, had = allowance.used(used, since) + 1, timedelta(), had + 1
    assert had <= allowance.most + passed / allowance.renews
