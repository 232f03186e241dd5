"""The circuit breaker by itself, on a clock that the test turns."""

from prometheus_client import REGISTRY

from gateway.breaker import FAILURES_TO_OPEN, OPEN_SECONDS, Breaker, Breakers


class Clock:
    """A clock that stands still until it is turned."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_it_stays_closed_while_answers_come_between_failures() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
    breaker.answered()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
    assert breaker.admits()


def test_it_opens_after_failures_in_a_row() -> None:
    assert not opened(Clock()).admits()


def test_it_lets_one_probe_through_at_a_time() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_a_probe_without_an_answer_keeps_it_open() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    assert breaker.admits()
    clock.now += OPEN_SECONDS / 2
    breaker.failed()
    clock.now += OPEN_SECONDS / 2
    assert not breaker.admits()


def test_a_probe_that_is_answered_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    assert breaker.admits()
    breaker.answered()
    assert [breaker.admits() for _ in range(3)] == [True, True, True]


def test_whoever_reads_the_metrics_is_told_which_service_is_not_called() -> None:
    breakers = Breakers()
    for _ in range(FAILURES_TO_OPEN):
        breakers["silent"].failed()
    breakers["talking"].failed()
    told = {service: REGISTRY.get_sample_value("portico_breaker_open", {"service": service}) for service in breakers}
    assert told == {"silent": 1, "talking": 0}
    breakers["silent"].answered()
    assert REGISTRY.get_sample_value("portico_breaker_open", {"service": "silent"}) == 0
