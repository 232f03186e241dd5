"""`make faults`: a private Portico, loaded, killed and audited. Exits with 1 where an invariant was broken."""

import argparse
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from deploy.local import stack as stacks
from deploy.local import world as programs
from deploy.local.launcher import Progress
from deploy.local.stack import Stack
from tests.faults import killer, mails, report, world
from tests.faults.evidence import Evidence
from tests.faults.phases import Run

PHASES = ("kills", "broker", "database", "provider")


def main() -> int:
    """Runs the phases that the command line names."""
    wanted = _arguments()
    # However it is ended, nothing of what it started stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    progress = Progress()
    progress.say(f"Seed {wanted.seed}; `python -m tests.faults --seed {wanted.seed}` repeats its schedule")
    if "kills" in wanted.phases:
        for gap, target in killer.schedule(wanted.seed, wanted.kills):
            print(f"    after {gap:.2f} s: {target}")
    with stacks.for_tests(private=True, durable=True, say=progress.say) as running:
        _start(running, progress)
        run = Run(running, world.load(running), wanted.seed, wanted.kills, progress, Evidence(running))
        figures = [run.phase(name) for name in wanted.phases]
        sent = mails.figures(run.evidence)
        if run.violations:
            progress.say(f"The logs are kept in {_keep_logs(running)}")
    path = report.write(wanted.seed, figures, sent, run.violations)
    progress.say(f"{len(run.violations)} invariants broken; see {path}")
    return 1 if run.violations else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000), help="decides the schedule")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=PHASES)
    return parser.parse_args()


def _start(running: Stack, progress: Progress) -> None:
    with progress.step("Broker, database and migrations"):
        running.start_backing()
        running.migrate()
    with progress.step("Services"):
        for name in ("mail", "payments", *programs.SERVICES, "gateway"):
            running.start(name)
        running.wait_until_ready(120)
    with progress.step("Demo companies"):
        running.load_demo(600)
    with progress.step("An orderly restart of the broker"):
        # RabbitMQ 3.10 writes a quorum queue's name to disk some seconds after it was declared; a node that is
        # killed before then comes back without the queue's log. An orderly restart writes it.
        for name in ("broker", "epmd"):
            running.supervisor.stop(name)
        running.start_broker()
        running.wait_until_ready(120)


def _keep_logs(running: Stack) -> Path:
    kept = Path(tempfile.mkdtemp(prefix="portico-faults-"))
    shutil.copytree(running.site.logs, kept, dirs_exist_ok=True)
    return kept


if __name__ == "__main__":
    sys.exit(main())
