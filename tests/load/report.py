"""What a run found: a table to read at once, a file to compare with, and a picture."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.load import picture
from tests.load.compare import Json

RESULTS = Path(__file__).parent / "results"
PICTURED = {"bus", "invoices", "events", "machine"}


def write(found: Json) -> Path:
    """Writes the day's file and the latest picture; what a later run of a day measures again replaces the earlier."""
    day = datetime.now(UTC).date().isoformat()
    path = RESULTS / f"{day}.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    whole = {**known, "date": day, **found}
    path.write_text(json.dumps(whole, indent=1) + "\n")
    if whole.keys() >= PICTURED:
        picture.draw(day, whole, RESULTS / "latest.png")
    return path


def table(found: Json) -> str:
    """The figures, aims beside."""
    parts = {
        "bus": _calls,
        "invoices": _invoices,
        "principals": _principals,
        "growth": _growth,
        "fieldwork": _growth,
        "events": _events,
        "autopay": _autopay,
        "signatures": _signatures,
        "guessing": _guessing,
        "imports": _imports,
        "mails": _mails,
        "costs": _costs,
        "replicas": _replicas,
        "machine": _machine,
    }
    return "\n\n".join("\n".join(lines(found[name])) for name, lines in parts.items() if name in found)


def _imports(found: Json) -> Iterator[str]:
    rows, bad = found["rows"], found["bad"]
    yield f"Import of {rows:,} customers, {bad} of them bad"
    yield f"  every bad row found: {'yes' if found['every_bad_row_found'] else 'NO'}"
    yield f"  checked in {found['check_seconds']:.1f} s, imported in {found['apply_seconds']:.1f} s"
    yield f"  left by a kill in the middle: {found['left_by_the_kill']} (aim 0)"
    yield f"  imported after it: {found['applied_after_the_kill']:,} (aim {rows - bad:,})"
    yield f"  sent again: {found['same_when_sent_again']:,} rows leave all as it is (aim {rows - bad:,})"
    yield f"  most memory, MB: {', '.join(f'{name} {most:.0f}' for name, most in found['megabytes'].items())}"
    yield f"  all customers as CSV: {found['export_lines']:,} lines in {found['export_seconds']:.1f} s"


def _calls(bus: Json) -> Iterator[str]:
    yield f"A call, {bus['in_flight']} in flight; µs of CPU per call, medians of {_rounds(bus)} rounds"
    yield from _ways(bus)
    yield f"client and service against bare pika: {bus['ratio']} times (aim {bus['aim_ratio']})"
    yield f"client and service against pika on its asyncio connection: {bus['ratio_to_leanest']} times"
    yield f"as nameko comes: {bus['stock_ratio']} times"


def _invoices(invoices: Json) -> Iterator[str]:
    kib = invoices["bytes"] / 1024
    yield f"GET /api/v1/invoices ({kib:.1f} KiB), {invoices['in_flight']} in flight; µs of CPU per request"
    yield from _ways(invoices)
    yield f"all processes but the client: {invoices['sum_ms']} ms (aim {invoices['aim_ms']:g})"
    yield f"against bare FastAPI: {invoices['ratio']} times"


def _growth(growth: Json) -> Iterator[str]:
    yield "A customer's lists as the company grows; ms of CPU per request in all processes but the client"
    for size, costs in growth["cpu_ms"].items():
        yield f"  {size:22} " + "  ".join(f"GET /{route} {cost:.2f}" for route, cost in costs.items())
    for what, ratio in growth["ratios"].items():
        yield f"{what}: {ratio} times what it was (aim {growth['aim_ratio']})"


def _events(events: Json) -> Iterator[str]:
    yield f"An event from its commit to its handler; ms, {events['events']} events each"
    for name, pace in events["paces"].items():
        figures = "   ".join(f"{key.removesuffix('_ms')} {took:6}" for key, took in pace.items())
        yield f"  {name:15} {figures}"
    yield f"aim at the median: {events['aim_ms']:g}"


def _principals(principals: Json) -> Iterator[str]:
    yield f"Who is calling; µs of CPU per request, {principals['requests']} sessions"
    for name, label in (("first", "first request"), ("again", "further requests")):
        cpu = "  ".join(f"{process} {used}" for process, used in principals[name]["cpu_us"].items())
        yield f"  {label:17} {principals[name]['look_ups_per_request']:g} look-ups   {cpu}"


def _autopay(autopay: Json) -> Iterator[str]:
    yield f"Autopay by {autopay['replicas']} replicas, the provider and everything else on this machine"
    for name in ("paced", "fast", "free"):
        run = autopay[name]
        limit = f"limit {run['limit']:g} a second" if run["limit"] else "no limit"
        yield (
            f"  {run['invoices']:,} invoices, {limit}: {run['per_second']} a second; charged once"
            f" {run['charged_once']:,}, twice {run['charged_twice']}, declined {run['declined']};"
            f" told {run['told']}; discrepancies {run['discrepancies']}"
        )
        yield f"    mailed {run['mailed']}; cores busy until all were settled {run['cores_busy_until_settled']}"
        yield "    MiB over time: " + ", ".join(f"{name} {weights}" for name, weights in run["mib"].items())
        yield "    ms of CPU per invoice: " + ", ".join(f"{name} {cost}" for name, cost in run["cpu_ms"].items())
    yield f"rate to limit: {autopay['rate_to_limit']} (aim {autopay['aim']})"


def _signatures(signed: Json) -> Iterator[str]:
    yield f"{signed['signatures']:,} signatures by {signed['at_once']} at once: {signed['per_second']} a second"
    yield f"  median {signed['median_ms']} ms, slowest {signed['slowest_ms']} ms, sent again {signed['sent_again']}"
    yield f"  sealed within the call {signed['sealed_at_once']:,}, valid {signed['valid']:,}; {signed['audit'].lower()}"
    cpu = "  ".join(f"{process} {used:g}" for process, used in signed["cpu_ms"].items())
    yield f"  ms of CPU per signature, with its mails: {cpu}"


def _guessing(guessing: Json) -> Iterator[str]:
    yield f"The commonest ZIP over {guessing['policies']:,} policy numbers from {guessing['addresses']} addresses"
    yield (
        f"  opened {guessing['opened']} (aim fewer than {guessing['aim_opened']}); looked at in vain"
        f" {guessing['looked_at_in_vain']}; asked for a third fact {guessing['asked_for_a_third_fact']:,}"
    )
    yield f"  the administrators' mail came after {guessing['mail_after_seconds']} s"
    for name, took in guessing["answer_ms"].items():
        yield f"  {name:15} median {took['median']} ms, p90 {took['p90']} ms"


def _mails(mails: Json) -> Iterator[str]:
    soon, calm, fire = mails["soon"], mails["calm"], mails["fire"]
    yield f"Mails by {mails['replicas']} replicas"
    yield (
        f"  from a signature's commit to the sales rep's mail: median {soon['median']} s, p95 {soon['p95']} s, longest"
        f" {soon['longest']} s of {soon['signatures']} (aim {mails['aim_seconds']:g})"
    )
    cpu = "  ".join(f"{process} {used:g}" for process, used in calm["cpu_ms"].items())
    yield f"  {calm['mails']:,} in calm: {calm['per_second']} a second; ms of CPU per mail: {cpu}"
    yield (
        f"  {fire['mails']:,} under fire in {fire['seconds']} s, {fire['kills']} kills: accepted {fire['accepted']:,},"
        f" lost {fire['lost']}, again {fire['accepted_again']} (interruptions counted: {fire['counted_resends']}; again"
        f" without one: {fire['again_without_interruption']}); at most {fire['most_in_a_minute']:,} in a minute"
        f" (limit {fire['limit_per_minute']:,})"
    )


def _costs(found: Json) -> Iterator[str]:
    yield f"What people do, with all that follows; ms of CPU, of {found['times']} by {found['at_once']} at once"
    for name, act in found["acts"].items():
        cpu = "  ".join(f"{process} {used:g}" for process, used in act["cpu_ms"].items())
        kept = sum(of["kept"] for of in act["bytes"].values())
        yield f"  {name:20} {sum(act['cpu_ms'].values()):6.1f}   {cpu}"
        yield f"  {'':20} {act['calls']:g} calls, {act['events']:g} events handled; {kept:,} bytes stay"
    idle = "  ".join(f"{process} {used:g}" for process, used in found["idle_cpu_ms_per_second"].items())
    yield f"  at rest, ms of CPU a second: {idle}"
    yield "  MiB: " + "  ".join(f"{process} {mib:g}" for process, mib in found["mib"].items())


def _replicas(found: Json) -> Iterator[str]:
    delay, workers = found["delay_ms"] / 1000, found["workers"]
    yield f"Payments by replicas of billing, {workers} workers each, of a provider that takes {delay:g} s a call"
    for count, each in found["replicas"].items():
        cpu = "  ".join(f"{process} {used:g}" for process, used in each["cpu_ms"].items())
        yield (
            f"  {count}: {each['per_second']} a second, {found['ratios'][count]} times one replica's; a payment"
            f" {each['median_seconds']} s; workers busy {each['workers_busy']:.0%}, cores {each['cores_busy']};"
            f" not paid {each['not_paid']}"
        )
        yield f"     ms of CPU per payment: {cpu}"


def _machine(machine: Json) -> Iterator[str]:
    yield "Measured on " + ", ".join(f"{name} {value}" for name, value in machine.items())


def _ways(part: Json) -> Iterator[str]:
    for name, way in part["ways"].items():
        cpu = "  ".join(f"{process} {used:.0f}" for process, used in way["cpu_us"].items())
        yield f"  {name:13} {way['per_second']:7.0f}/s   {cpu}"


def _rounds(part: Json) -> int:
    return min(len(way["rounds"]) for way in part["ways"].values())
