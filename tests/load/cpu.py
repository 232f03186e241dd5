"""How much CPU time processes have used, each together with all its children."""

from collections.abc import Mapping

import psutil


class Meter:
    """Reads named processes; a difference of two readings is what they used between them."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._leaders = {name: psutil.Process(pid) for name, pid in pids.items()}

    def read(self) -> dict[str, float]:
        """CPU seconds by name, since each process began; in steps of the system's clock tick, 10 ms as a rule."""
        return {name: _tree_seconds(leader) for name, leader in self._leaders.items()}


def _tree_seconds(leader: psutil.Process) -> float:
    return sum(_seconds(each) for each in (leader, *leader.children(recursive=True)))


def _seconds(process: psutil.Process) -> float:
    """With the children that have ended and were waited for; of a process just gone its parent knows."""
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0
