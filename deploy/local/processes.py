"""What a program is, and one running copy of it."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from pathlib import Path

# A program sees these of the caller's variables and no other, so that a key exported in somebody's
# shell (a live payment key, say) never reaches a process that was not meant to have it.
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "PYTHONDONTWRITEBYTECODE",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "WEBHOOK_ALLOWED_NETWORKS",
)


class ProgramFailed(Exception):
    """A program that should have done something and ended did not; the message has the end of its log."""


class Stage(IntEnum):
    """Order of stopping: the highest stage stops first, everything within one stage at once."""

    NAMES = 0
    BACKING = 1
    STAND_IN = 2
    SERVICE = 3
    GATEWAY = 4


@dataclass(frozen=True)
class Program:
    """How to run one thing: its command, the variables it is given, and how it is asked to stop."""

    name: str
    argv: tuple[str, ...]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    stage: Stage = Stage.SERVICE
    user: str | None = None
    has_metrics: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 15.0

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """All the variables of a process of this program."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return {**inherited, "PYTHONUNBUFFERED": "1", **self.env, **extra}


@dataclass(frozen=True)
class Process:
    """One running copy of a program, leader of a session of its own."""

    program: Program
    replica: int
    popen: subprocess.Popen[bytes]
    identity: str
    started: float
    log: Path
    log_start: int
    metrics_port: int | None

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def label(self) -> str:
        return label(self.program.name, self.replica)

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self.popen.poll()

    def output(self) -> str:
        """What this process has printed so far, without what an earlier one left in the same log."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def ask_to_stop(self) -> None:
        if self.exit_code() is None:
            self.popen.send_signal(self.program.stop_signal)

    def wait_or_kill(self, seconds: float) -> bool:
        """Waits for the end of the process, then kills it; False when it had to be killed."""
        try:
            self.popen.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            return False
        finally:
            kill_group(self.pid)


def label(name: str, replica: int) -> str:
    """How people see a replica: `billing`, `billing-2`, and so is its log called."""
    return name if replica == 1 else f"{name}-{replica}"


def launch(program: Program, replica: int, logs: Path, metrics_port: int | None = None) -> Process:
    """Starts a program; what it prints is appended to `<logs>/<label>.log`."""
    extra = {} if metrics_port is None else {"METRICS_PORT": str(metrics_port)}
    path = logs / f"{label(program.name, replica)}.log"
    with path.open("ab") as log:
        log_start = log.tell()
        popen = subprocess.Popen(
            program.argv,
            cwd=program.folder,
            env=program.environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=program.user,
            group=None if program.user is None else pwd.getpwnam(program.user).pw_gid,
            extra_groups=None if program.user is None else [],
        )
    # It may have ended already: then nothing must ever be taken for it.
    mark = identity(popen.pid) or "ended"
    return Process(program, replica, popen, mark, time.time(), path, log_start, metrics_port)


def require_success(process: Process, seconds: float) -> None:
    """Waits for a process that ends by itself. ProgramFailed (with its last words): it did not."""
    in_time = process.wait_or_kill(seconds)
    if code := process.popen.returncode:
        how = f"ended with exit code {code}" if in_time else f"took longer than {seconds:g} s"
        words = last_lines(process.output())
        raise ProgramFailed(f"{process.label} {how}. The end of {process.log}:\n{words}")


def kill_group(leader: int) -> None:
    """Kills what is left of a process group whose leader may be gone."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def last_lines(text: str, count: int = 15) -> str:
    """The end of what a program printed, to show why it failed."""
    return "\n".join(text.splitlines()[-count:]) or "(nothing)"


def identity(pid: int) -> str | None:
    """What tells a running process from all that had or will get the same id; None: there is none.

    It is the boot's name and the tick of the start since then. (A start time as a date will not do: it is computed
    from the clock, and moves when the clock is set.)
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()} {started}"


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
