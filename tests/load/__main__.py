"""`make load`: brings up a private Portico, measures it beside what is bare, prints the figures and writes them."""

import argparse
from collections.abc import Callable

from deploy.local import stack as stacks
from deploy.local.launcher import Progress
from deploy.local.stack import Stack
from tests.load import (
    autopay,
    bus,
    costs,
    events,
    fieldwork,
    growth,
    guessing,
    imports,
    invoices,
    mails,
    principals,
    replicas,
    report,
    signatures,
)
from tests.load.compare import Json
from tests.load.machine import facts
from tests.load.stacks import start_portico, start_sample


def main() -> None:
    """Measures everything, or the parts that the command line names, which are written down where it says so."""
    wanted = _arguments()
    progress = Progress()
    with stacks.for_tests(private=True, durable=True, say=progress.say) as running:
        with progress.step("Broker and database"):
            running.start_backing()
        found = {"machine": facts(running.server.admin_url, running.site.folder), **_measure(running, wanted, progress)}
    print(report.table(found))
    if wanted.parts == PARTS or wanted.keep:
        progress.say(f"See {report.write(found)} and latest.png beside it")


PARTS = (
    "bus",
    "events",
    "invoices",
    "principals",
    "growth",
    "fieldwork",
    "autopay",
    "signatures",
    "guessing",
    "mails",
    "imports",
    "costs",
    "replicas",
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="of each way, interleaved")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--keep", action="store_true", help="write these parts beside the day's others")
    parser.add_argument("--autopay-scale", type=float, default=1.0, help="1 is 5,000 invoices, beside shorter runs")
    parser.add_argument("--signatures", type=int, default=signatures.SIGNATURES, help="by twenty at once")
    parser.add_argument("--mails", type=int, default=mails.MAILS, help="while the mail server fails")
    parser.add_argument("--times", type=int, default=costs.TIMES, help="each act of the capacity model's is done")
    parser.add_argument("--replica-seconds", type=float, default=replicas.SECONDS, help="at each number of replicas")
    parser.add_argument("--import-rows", type=int, default=imports.ROWS, help="of a file that is imported")
    return parser.parse_args()


def _measure(running: Stack, wanted: argparse.Namespace, progress: Progress) -> Json:
    found: Json = {}
    with progress.step("The sample service"):
        start_sample(running)
    if "bus" in wanted.parts:
        found["bus"] = bus.measure(running, wanted.rounds, progress.say)
    if "events" in wanted.parts:
        found["events"] = events.measure(running, progress.say)
    running.supervisor.stop("sample")
    of_portico: dict[str, Callable[[], Json]] = {
        "principals": lambda: principals.measure(running, progress.say),
        "invoices": lambda: invoices.measure(running, wanted.rounds, progress.say),
        "growth": lambda: growth.measure(running, wanted.rounds, progress.say),
        "fieldwork": lambda: fieldwork.measure(running, wanted.rounds, progress.say),
        "autopay": lambda: autopay.measure(running, progress.say, wanted.autopay_scale),
        "costs": lambda: costs.measure(running, progress.say, wanted.times),
        "replicas": lambda: replicas.measure(running, progress.say, wanted.replica_seconds),
        "guessing": lambda: guessing.measure(running, progress.say),
        "mails": lambda: mails.measure(running, progress.say, wanted.mails),
        "imports": lambda: imports.measure(running, progress.say, wanted.import_rows),
        "signatures": lambda: signatures.measure(running, progress.say, wanted.signatures),
    }
    if of_portico.keys() & set(wanted.parts):
        with progress.step("Portico and the demo companies"):
            start_portico(running)
    for name, measure in of_portico.items():
        if name in wanted.parts:
            found[name] = measure()
    return found


if __name__ == "__main__":
    main()
