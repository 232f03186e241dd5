"""How much of everything a number of customers needs, from what each act was measured to cost.

    python -m tests.load.capacity

prints the tables of deploy/CAPACITY.md, of the newest results that have all the parts they need. What people do in a
month, and what one machine may be, are assumptions and stand here by name; nothing else is.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.report import RESULTS

SIZES = (1_000, 100_000, 10_000_000)
SERVICES = ("gateway", "identity", "billing", "proposals", "fieldwork", "notifications")
SHARED = ("database", "broker")

HABITS = {
    "sign_in": 1.0,
    "dashboard": 2.0,
    "page_of_invoices": 3.0,
    "page_of_an_invoice": 3.0,
    "invoice_shared": 2.0,
    "card_payment": 0.6,
    "autopay_charge": 1.2,
    "proposal_signed": 0.1,
    "mail": 1.0,
}
"""How often a customer does it, or has it done, in a month.

An invoice every two weeks, three in five of them by autopay, three in ten by card in the portal and the rest by check;
one visit a month of some pages; about one proposal a year; and besides the mails that the acts bring about, which are
in their costs, one reminder.
"""
MONTH_SECONDS = 22 * 10 * 3600
"""Working days of ten hours: people of a country are awake together."""
PEAK = 4.0
"""The busiest hour against the average of those."""
AUTOPAY_DAY, AUTOPAY_SECONDS = 0.3, 8 * 3600
"""The part of a month's autopay that falls due on one day, and within what time it is to be done."""
FULL = 0.6
"""The part of a core that is planned to be used: the rest is for a burst, and for a replica that is lost."""
FEWEST = 2
"""Replicas of a service, so that one may be lost or replaced."""
NOISE_MS = 0.5
"""Less of a process's CPU than this is not told of an act."""
CONNECTIONS = 20
"""Of a service's replica to its database, at most (POOL_SIZE)."""
PROVIDER_CALLS_PER_SECOND = 20.0
"""Of autopay on each of the provider's endpoints (AUTOPAY_CALLS_PER_SECOND)."""
LIMITS = {"database cores": 64.0, "database TB": 10.0, "connections": 2_500.0, "broker cores": 16.0}
"""What one server of each is taken to bear at most: estimates of a large machine, but for the connections, which are
those of the large overlay."""
KEPT_YEARS = 3
"""For how long rows are kept, for the size of the disks."""
PASSING_DAYS = 30
"""For how long the passing rows stay at the longest."""


@dataclass(frozen=True)
class Act:
    """What one act costs: milliseconds of CPU by process, and bytes in the databases that stay, or pass."""

    cpu_ms: Mapping[str, float]
    kept: float = 0.0
    passing: float = 0.0


Acts = Mapping[str, Act]


def acts(found: Mapping[str, Any]) -> Acts:
    """Of the results of `make load`. Autopay leaves the rows of a card payment, a reminder those of another mail."""
    costs: dict[str, Any] = found["costs"]["acts"]
    measured = {
        name: Act(each["cpu_ms"], _bytes(each, "kept"), _bytes(each, "passing")) for name, each in costs.items()
    }
    paid, mailed = measured["card_payment"], costs["invoice_shared"]["bytes"]["notifications"]
    return measured | {
        "autopay_charge": Act(_of_all_replicas(found["autopay"]["free"]["cpu_ms"]), paid.kept, paid.passing),
        "mail": Act(_of_all_replicas(found["mails"]["calm"]["cpu_ms"]), mailed["kept"], mailed["passing"]),
    }


def _bytes(act: Mapping[str, Any], kind: str) -> float:
    return float(sum(of[kind] for of in act["bytes"].values()))


def _of_all_replicas(cpu_ms: Mapping[str, float]) -> dict[str, float]:
    """`billing-2` with `billing`."""
    summed: dict[str, float] = {}
    for name, cost in cpu_ms.items():
        service = name.partition("-")[0]
        summed[service] = summed.get(service, 0.0) + cost
    return summed


def rates(customers: int) -> dict[str, float]:
    """How often a second each act is done at the peak; autopay goes evenly through its day."""
    at_peak = {name: customers * often / MONTH_SECONDS * PEAK for name, often in HABITS.items()}
    return at_peak | {"autopay_charge": customers * HABITS["autopay_charge"] * AUTOPAY_DAY / AUTOPAY_SECONDS}


def cores(costs: Acts, customers: int) -> dict[str, float]:
    """How many cores each process uses at the peak, over all its replicas."""
    often = rates(customers)
    return {
        process: sum(often[name] * act.cpu_ms.get(process, 0.0) for name, act in costs.items()) / 1000
        for process in (*SERVICES, *SHARED)
    }


def replicas(used: Mapping[str, float]) -> dict[str, int]:
    """How many processes of one core each bear that, of the gateway and of each service."""
    return {name: max(FEWEST, math.ceil(used[name] / FULL)) for name in SERVICES}


def kept_bytes_a_year(costs: Acts) -> float:
    """What the databases grow by for each customer."""
    return 12 * sum(HABITS[name] * act.kept for name, act in costs.items())


def database_bytes(costs: Acts, customers: int) -> float:
    """After so many years, with the rows that pass."""
    passing = sum(HABITS[name] * act.passing for name, act in costs.items()) * PASSING_DAYS / 30
    return customers * (kept_bytes_a_year(costs) * KEPT_YEARS + passing)


def loads(costs: Acts, customers: int) -> dict[str, float]:
    """How much of each limit is used: 1 is all of it."""
    used = cores(costs, customers)
    connections = CONNECTIONS * sum(count for name, count in replicas(used).items() if name != "gateway")
    return {
        "PostgreSQL's cores": used["database"] / FULL / LIMITS["database cores"],
        "PostgreSQL's disk": database_bytes(costs, customers) / 1e12 / LIMITS["database TB"],
        "PostgreSQL's connections": connections / LIMITS["connections"],
        "the broker's cores": used["broker"] / FULL / LIMITS["broker cores"],
        "the provider's limit on autopay": rates(customers)["autopay_charge"] / PROVIDER_CALLS_PER_SECOND,
    }


def borne(costs: Acts) -> dict[str, dict[str, float]]:
    """How many of each act one replica of each service bears in a second, if it did nothing else."""
    return {
        name: {service: FULL * 1000 / act.cpu_ms[service] for service in SERVICES if _takes_part(act, service)}
        for name, act in costs.items()
    }


def _takes_part(act: Act, process: str) -> bool:
    """Not by chance: what else goes on meanwhile is in the measured costs, too."""
    return act.cpu_ms.get(process, 0.0) >= NOISE_MS


def tables(costs: Acts) -> Iterator[str]:
    """As Markdown: what acts cost, what one replica bears, and what customers need."""
    columns = (*SERVICES, *SHARED)
    yield from _table(("ms of CPU", *columns, "all", "bytes kept"), [_cost(name, act) for name, act in costs.items()])
    yield from _table(
        ("a second, by one replica", *SERVICES),
        [(name, *(_number(of.get(each, 0.0)) for each in SERVICES)) for name, of in borne(costs).items()],
    )
    yield from _table(("customers", *(f"{size:,}" for size in SIZES)), list(_needs(costs)))


def _cost(name: str, act: Act) -> tuple[str, ...]:
    """The stand-ins' part is somebody else's in production."""
    used = {each: act.cpu_ms[each] if _takes_part(act, each) else 0.0 for each in (*SERVICES, *SHARED)}
    return name, *map(_number, used.values()), _number(sum(used.values())), f"{act.kept:,.0f}"


def _needs(costs: Acts) -> Iterator[tuple[str, ...]]:
    used = [cores(costs, size) for size in SIZES]
    yield "pages a second at the peak", *(_number(_pages(size)) for size in SIZES)
    yield "autopay charges a second, on its day", *(_number(rates(size)["autopay_charge"]) for size in SIZES)
    for name in SERVICES:
        yield f"{name}: cores used, replicas", *(f"{each[name]:.2f}, {replicas(each)[name]}" for each in used)
    for name in SHARED:
        yield f"{name}: cores used", *(f"{each[name]:.2f}" for each in used)
    yield (
        f"GB in the databases after {KEPT_YEARS} years",
        *(f"{database_bytes(costs, size) / 1e9:,.1f}" for size in SIZES),
    )
    all_loads = [loads(costs, size) for size in SIZES]
    for name in all_loads[0]:
        yield f"used of {name}", *(f"{each[name]:.1%}" for each in all_loads)
    yield "the first to be used up", *(max(each, key=lambda name: each[name]) for each in all_loads)


def _pages(customers: int) -> float:
    return sum(often for name, often in rates(customers).items() if name.startswith(("dashboard", "page")))


def _number(value: float) -> str:
    if not value:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


def newest(folder: Path) -> Mapping[str, Any]:
    """The newest results that have what this needs; LookupError where there are none."""
    for path in sorted(folder.glob("????-??-??.json"), reverse=True):
        found: dict[str, Any] = json.loads(path.read_text())
        if {"costs", "autopay", "mails"} <= found.keys():
            return found
    raise LookupError("no results have all the parts: run `make load`")


if __name__ == "__main__":
    print("\n".join(tables(acts(newest(RESULTS)))))
