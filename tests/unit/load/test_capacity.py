"""What so many customers need, computed from what each act costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load import capacity
from tests.load.capacity import Act

MONTHS_OF_PEAK = int(capacity.MONTH_SECONDS / capacity.PEAK)
"""So many customers that each of their habits of once a month is done once a second at the peak."""


def costs(**more: Act) -> dict[str, Act]:
    return {name: Act({}) for name in capacity.HABITS} | more


def test_what_two_replicas_used_is_what_the_act_costs() -> None:
    shared = {"cpu_ms": {}, "bytes": {"notifications": {"kept": 900, "passing": 300}}}
    paid = {"cpu_ms": {}, "bytes": {"billing": {"kept": 2000, "passing": 700}, "identity": {"kept": 0, "passing": 50}}}
    acts = capacity.acts(
        {
            "costs": {"acts": {"invoice_shared": shared, "card_payment": paid}},
            "autopay": {"free": {"cpu_ms": {"billing": 40.0, "billing-2": 35.0, "mail": 4.0}}},
            "mails": {"calm": {"cpu_ms": {"notifications": 15.0, "notifications-2": 17.0}}},
        }
    )
    assert acts["autopay_charge"] == Act({"billing": 75.0, "mail": 4.0}, kept=2000, passing=750)
    assert acts["mail"] == Act({"notifications": 32.0}, kept=900, passing=300)


def test_at_the_peak_a_habit_of_once_a_month_is_done_so_many_times_as_often() -> None:
    assert capacity.rates(MONTHS_OF_PEAK)["sign_in"] == pytest.approx(capacity.HABITS["sign_in"])


def test_the_autopay_of_a_day_is_done_within_its_hours() -> None:
    charges = capacity.rates(10_000)["autopay_charge"] * capacity.AUTOPAY_SECONDS
    assert charges == pytest.approx(10_000 * 1.2 * 0.3)


def test_what_a_process_uses_is_the_sum_over_what_is_done() -> None:
    acts = costs(sign_in=Act({"identity": 100.0}), dashboard=Act({"identity": 10.0, "gateway": 5.0}))
    used = capacity.cores(acts, MONTHS_OF_PEAK)
    assert used["identity"] == pytest.approx(0.1 + 2 * 0.01)
    assert used["gateway"] == pytest.approx(2 * 0.005)
    assert used["billing"] == 0


def test_a_core_is_planned_to_be_used_in_part_and_nothing_has_fewer_than_two_replicas() -> None:
    idle = dict.fromkeys(capacity.SERVICES, 0.0)
    assert capacity.replicas({**idle, "billing": 3.0}) == {**dict.fromkeys(capacity.SERVICES, 2), "billing": 5}


@given(st.integers(1, 10**8))
def test_what_is_used_grows_with_the_customers(customers: int) -> None:
    acts = costs(card_payment=Act({"billing": 50.0, "database": 30.0}, kept=1000, passing=500))
    once, twice = capacity.cores(acts, customers), capacity.cores(acts, 2 * customers)
    assert twice["database"] == pytest.approx(2 * once["database"])
    assert capacity.database_bytes(acts, 2 * customers) == pytest.approx(2 * capacity.database_bytes(acts, customers))


def test_rows_that_stay_add_up_over_the_years_and_those_that_pass_do_not() -> None:
    acts = costs(card_payment=Act({}, kept=1_000, passing=500))
    assert capacity.kept_bytes_a_year(acts) == pytest.approx(12 * 0.6 * 1_000)
    expected = capacity.KEPT_YEARS * 12 * 0.6 * 1_000 + 0.6 * 500
    assert capacity.database_bytes(acts, 1) == pytest.approx(expected)


def test_the_gateway_has_no_connections_to_a_database() -> None:
    services = len(capacity.SERVICES) - 1
    used = capacity.loads(costs(), 1)["PostgreSQL's connections"] * capacity.LIMITS["connections"]
    assert used == services * capacity.FEWEST * capacity.CONNECTIONS


def test_the_provider_limits_autopay_where_a_day_brings_more_than_it_takes() -> None:
    fits = capacity.PROVIDER_CALLS_PER_SECOND * capacity.AUTOPAY_SECONDS / (1.2 * 0.3)
    assert capacity.loads(costs(), round(fits))["the provider's limit on autopay"] == pytest.approx(1, rel=1e-4)


def test_one_replica_bears_as_many_of_an_act_as_fit_into_its_part_of_a_core() -> None:
    borne = capacity.borne(costs(sign_in=Act({"identity": 60.0, "gateway": 0.0})))
    assert borne["sign_in"] == {"identity": pytest.approx(10.0)}


def test_each_act_and_each_service_has_its_row() -> None:
    told = "\n".join(capacity.tables(costs()))
    assert [name for name in (*capacity.HABITS, *capacity.SERVICES) if f"| {name}" not in told] == []
