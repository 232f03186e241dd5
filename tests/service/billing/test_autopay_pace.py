"""The provider's endpoints are called in slots that all replicas share, and everybody pauses when it is busy."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from services.billing.autopay import pace
from services.billing.processor import RateLimited
from services.billing.settings import billing_settings
from services.chassis.work import Work
from tests.service.billing.conftest import Desk

HOUR = 3600


class Calls:
    """Calls at a pace, with how long each would have waited for its slot."""

    def __init__(self, desk: Desk, patch: pytest.MonkeyPatch) -> None:
        self.desk, self.patch, self.waited = desk, patch, []
        patch.setattr(time, "sleep", self.waited.append)
        self.limit(20)

    waited: list[float]

    def limit(self, calls: float) -> None:
        """So many a second; 0 is as many as there are."""
        self.patch.setattr(billing_settings(), "autopay_calls_per_second", calls)

    def make(self, times: int, call: Any = lambda: None) -> None:
        """One after the other."""
        for _ in range(times):
            self.desk.executor.timer(lambda work: pace.at_pace(work, "create_payment", call))

    def next_in(self) -> float:
        """How many seconds off the next slot is."""
        return float(self._run("SELECT extract(epoch FROM next_at - now()) FROM provider_pace WHERE endpoint = :e"))

    def set(self, seconds: float) -> None:
        """The next slot is so far off."""
        self._run(f"UPDATE provider_pace SET next_at = now() + interval '{seconds} seconds' RETURNING 1")

    def _run(self, statement: str) -> Any:
        with self.desk.engine.begin() as connection:
            return connection.execute(text(statement), {"e": "create_payment"} if ":e" in statement else {}).scalar()


@pytest.fixture
def calls(desk: Desk) -> Iterator[Calls]:
    with pytest.MonkeyPatch.context() as patch:
        calls = Calls(desk, patch)
        calls.set(HOUR)
        yield calls
        calls.set(0)


def test_each_call_takes_the_next_slot(calls: Calls) -> None:
    calls.make(3)
    first, second, third = (round(each) for each in calls.waited)
    assert first == second == third == HOUR
    assert calls.next_in() == pytest.approx(HOUR + 3 / 20, abs=5)


def test_no_slot_is_given_twice_however_many_replicas_there_are(calls: Calls) -> None:
    before = calls._run("SELECT next_at FROM provider_pace WHERE endpoint = :e")
    threads = [threading.Thread(target=calls.make, args=(10,)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    after = calls._run("SELECT next_at FROM provider_pace WHERE endpoint = :e")
    assert (after - before).total_seconds() == pytest.approx(40 / 20)
    assert len(calls.waited) == 40


def test_slots_that_nobody_took_are_gone(calls: Calls) -> None:
    calls.set(-HOUR)
    calls.make(1)
    assert calls.waited == [0.0] and calls.next_in() > -5


def test_without_a_limit_nobody_waits(calls: Calls) -> None:
    calls.limit(0)
    calls.set(-1)
    before = calls._run("SELECT next_at FROM provider_pace WHERE endpoint = :e")
    calls.make(5)
    assert calls.waited == [0.0] * 5
    assert calls._run("SELECT next_at FROM provider_pace WHERE endpoint = :e") == before


def test_a_busy_provider_pauses_everybody_and_the_call_is_made_again(calls: Calls) -> None:
    calls.limit(0)
    calls.set(-1)
    answers = iter([RateLimited("busy"), None])

    def call() -> None:
        answer = next(answers)
        if answer:
            raise answer

    calls.make(1, call)
    assert len(calls.waited) == 2 and calls.waited[1] > 0.5


def test_a_provider_that_stays_busy_is_given_up(calls: Calls) -> None:
    def call() -> None:
        raise RateLimited("busy")

    with pytest.raises(RateLimited):
        calls.make(1, call)
    assert len(calls.waited) == pace.PATIENCE


def test_each_endpoint_has_slots_of_its_own(calls: Calls) -> None:
    def confirm(work: Work) -> Any:
        return pace.at_pace(work, "confirm_payment", lambda: None)

    before = calls._run("SELECT next_at FROM provider_pace WHERE endpoint = :e")
    calls.desk.executor.timer(confirm)
    assert calls._run("SELECT next_at FROM provider_pace WHERE endpoint = :e") == before
