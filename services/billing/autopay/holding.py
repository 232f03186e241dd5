"""Holds back what is done to payers by itself, autopay first of all, for as long as an operator says so.

Nothing is taken up, and what has begun comes to its end.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from services.billing.settings import billing_settings
from services.chassis.work import Work


def unless_held(use_case: Callable[[Work, UUID], Any]) -> Callable[[Work, UUID], Any]:
    """The use case of a worklist, which leaves its rows alone where `AUTOPAY_HELD` is set."""

    @wraps(use_case)
    def allowed(work: Work, row_id: UUID) -> Any:
        return None if billing_settings().autopay_held else use_case(work, row_id)

    return allowed
