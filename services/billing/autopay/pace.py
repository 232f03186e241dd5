"""The pace at which autopay calls the provider, shared by all replicas: each call takes the next slot of a row."""

import time
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Numeric, cast, extract, func, select, update

from services.billing.autopay_models import Pace
from services.billing.processor import RateLimited
from services.billing.settings import billing_settings
from services.billing.settlement import Endpoint
from services.chassis.work import Outside, Steps, Work

PATIENCE = 5
"""How often a call is made that the provider is too busy for, before its payment is given up."""

PAUSE = timedelta(seconds=1)
"""How long nobody calls an endpoint that was too busy."""


def at_pace(work: Work, endpoint: Endpoint, call: Outside) -> Steps[Any]:
    """Makes the call in its slot; where the provider is too busy all replicas pause, and it is made again."""
    for _ in range(PATIENCE):
        seconds = _reserve(work, endpoint)
        try:
            return (yield partial(_in, seconds, call))
        except RateLimited:
            _pause(work, endpoint)
    raise RateLimited(f"{endpoint} was refused {PATIENCE} times")


def _in(seconds: float, call: Outside) -> Any:
    time.sleep(max(0.0, seconds))
    return call()


def _reserve(work: Work, endpoint: Endpoint) -> float:
    """Takes the endpoint's next slot, last in its transaction; answers how many seconds off it is.

    Slots that nobody took are gone: the provider counts what comes in a second, not what might have come.
    """
    limit = billing_settings().autopay_calls_per_second
    now = func.clock_timestamp()
    if not limit:
        waited = select(_seconds(Pace.next_at - now)).where(Pace.endpoint == endpoint)
        return float(work.session.scalars(waited).one())
    gap = timedelta(seconds=1 / limit)
    taken = (
        update(Pace)
        .where(Pace.endpoint == endpoint)
        .values(next_at=func.greatest(Pace.next_at, now) + gap)
        .returning(_seconds(Pace.next_at - gap - now))
        .execution_options(synchronize_session=False)
    )
    return float(work.session.scalars(taken).one())


def _seconds(interval: Any) -> Any:
    return cast(extract("epoch", interval), Numeric)


def _pause(work: Work, endpoint: Endpoint) -> None:
    later = func.greatest(Pace.next_at, func.clock_timestamp() + PAUSE)
    work.session.execute(
        update(Pace).where(Pace.endpoint == endpoint).values(next_at=later).execution_options(synchronize_session=False)
    )
