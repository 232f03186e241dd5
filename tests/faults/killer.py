"""Kills processes as a crash would, by a schedule that its seed decides."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deploy.local import world
from deploy.local.processes import Process
from deploy.local.stack import Stack

TARGETS = (*world.SERVICES, "gateway", "payments", "mail")
SHORTEST_GAP, LONGEST_GAP = 1.0, 9.0
"""Seconds between two kills: enough that work is under way, too little for every process to be well again."""
RESTART_SECONDS = 60.0


@dataclass(frozen=True)
class Kill:
    """One that was carried out: when since the phase began, what, and how long that process had run; in seconds."""

    at: float
    target: str
    age: float


def schedule(seed: int, kills: int) -> list[tuple[float, str]]:
    """Gaps and targets, every target as often as every other; the same for the same seed."""
    chances = random.Random(f"{seed} kills")
    targets = list(TARGETS) * (kills // len(TARGETS) + 1)
    chances.shuffle(targets)
    return [(chances.uniform(SHORTEST_GAP, LONGEST_GAP), target) for target in targets[:kills]]


def carry_out(stack: Stack, plan: list[tuple[float, str]], say: Callable[[str], None]) -> Iterator[Kill]:
    """Kills by plan; yields after each kill, so that its reader may look at what is left."""
    began = time.monotonic()
    for number, (gap, target) in enumerate(plan, 1):
        time.sleep(gap)
        process = _running(stack, target)
        age = time.time() - process.started
        process.popen.kill()
        say(f"Kill {number} of {len(plan)}: {target}, which had run for {age:.1f} s")
        yield Kill(round(time.monotonic() - began, 2), target, round(age, 2))


def _running(stack: Stack, target: str) -> Process:
    """The target's process; one that still waits for its restart is waited for."""
    until = time.monotonic() + RESTART_SECONDS
    while time.monotonic() < until:
        process = stack.supervisor.process(target)
        if process is not None and process.exit_code() is None:
            return process
        time.sleep(0.05)
    raise TimeoutError(f"{target} was not restarted within {RESTART_SECONDS:g} s")
