"""The private stack that is measured: what to start on it, and where its processes are."""

from dataclasses import replace

from deploy.local import world
from deploy.local.processes import Program
from deploy.local.stack import Stack

READY_SECONDS = 60
MIGRATION_SECONDS = 120
DEMO_SECONDS = 600


def start_sample(stack: Stack) -> None:
    """Migrates the sample service's database and starts it; returns when it takes calls."""
    database = stack.database("sample")
    stack.supervisor.run_to_end(_of_tests(world.migration("sample", database)), MIGRATION_SECONDS)
    stack.supervisor.start(_of_tests(world.service(stack.site, "sample", stack.broker.url, database)))
    stack.wait_until_printed("sample", '"ready"', READY_SECONDS)


def start_portico(stack: Stack) -> None:
    """Starts everything with the demo companies."""
    stack.migrate()
    for name in ("mail", "payments", *world.SERVICES, "gateway"):
        stack.start(name)
    stack.wait_until_ready(READY_SECONDS)
    stack.load_demo(DEMO_SECONDS)


def pids(stack: Stack, *names: str) -> dict[str, int]:
    """The process ids of running programs, by their names."""
    return {name: _pid(stack, name) for name in names}


def _pid(stack: Stack, name: str) -> int:
    process = stack.supervisor.process(name)
    if process is None:
        raise RuntimeError(f"{name} does not run; see {stack.site.logs}")
    return process.pid


def _of_tests(program: Program) -> Program:
    return replace(program, argv=(*program.argv[:-1], "tests.sample"))
