"""The pace at which autopay calls the provider, shared by all replicas: each call takes the next slot of a row."""

import time
from datetime import timedelta
from functools import partial
from typing import Any

from services.billing.autopay_models import Pace
from services.billing.processor import RateLimited
from services.billing.settings import billing_settings
from services.billing.settlement import Endpoint
from services.chassis import pace
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
    time.sleep(seconds)
    return call()


def _reserve(work: Work, endpoint: Endpoint) -> float:
    """Takes the endpoint's next slot, last in its transaction; answers how many seconds off it is."""
    limit = billing_settings().autopay_calls_per_second
    if not limit:
        return pace.seconds_off(work, Pace.next_at, Pace.endpoint == endpoint)
    return pace.take(work, Pace.next_at, Pace.endpoint == endpoint, timedelta(seconds=1 / limit))


def _pause(work: Work, endpoint: Endpoint) -> None:
    pace.pause(work, Pace.next_at, Pace.endpoint == endpoint, PAUSE)
