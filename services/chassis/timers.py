"""The nameko entrypoint of timers and worklists, and the claim that makes a timer run once across replicas."""

from datetime import UTC, datetime, timedelta
from typing import Any

from eventlet import Timeout
from eventlet.event import Event as Signal
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.taking import Taking


class Ticker(Entrypoint):  # type: ignore[misc]  # nameko has no types
    """Runs a method every `seconds`, and at once when woken; never twice at a time in one process."""

    def __init__(self, seconds: float, **options: Any) -> None:
        self.seconds = seconds
        super().__init__(**options)

    def setup(self) -> None:
        self._signal = Signal()
        self._stopping = False

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"ticker {self.method_name}")

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        self._thread.wait()

    def kill(self) -> None:
        self._stopping = True
        self._thread.kill()

    @property
    def is_stopping(self) -> bool:
        """Whether what it runs is to come to its end: long work looks at this in between."""
        return self._stopping

    def wake(self) -> None:
        """Has it run now rather than at the next tick."""
        if not self._signal.ready():
            self._signal.send()

    def _run(self) -> None:
        while not self._stopping:
            self._turn()
            with Timeout(self.seconds, False):
                self._signal.wait()
            self._signal = Signal()

    def _turn(self) -> None:
        done = Signal()

        def finished(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send()
            return result, exc_info

        try:
            self.container.spawn_worker(self, (), {}, context_data={}, handle_result=finished)
        except ContainerBeingKilled:
            return
        done.wait()


class Worklist(Ticker):
    """A ticker that keeps, from one turn to the next, which rows have failed and how long they wait."""

    def setup(self) -> None:
        super().setup()
        self.taking = Taking(pause=self.seconds)


def claim_turn(session: Session, name: str, seconds: float) -> bool:
    """Whether this replica may run the timer now: no other runs it, and its period has passed.

    The advisory lock is held until the session's transaction ends and is gone with a process that dies.
    """
    locked = text("SELECT pg_try_advisory_xact_lock(hashtextextended('timer:' || :name, 0))")
    if not session.scalar(locked, {"name": name}):
        return False
    now = datetime.now(UTC)
    claim = text(
        "INSERT INTO timer (name, began_at) VALUES (:name, :now) ON CONFLICT (name) DO UPDATE"
        " SET began_at = :now WHERE timer.began_at <= :before RETURNING name"
    )
    before = now - timedelta(seconds=seconds)
    return session.execute(claim, {"name": name, "now": now, "before": before}).first() is not None
