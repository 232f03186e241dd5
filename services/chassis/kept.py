"""Answers of neighbours that are asked for again and again, kept for a moment: what hardly ever changes."""

import math
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.contracts.messages import Ask

KEPT_SECONDS = 5.0
"""Too short for anybody to notice, and long enough for a run to ask once and not a hundred times."""
MOST = 1000

Key = tuple[UUID, type[Ask[Any]], str]


class Kept:
    """The answers that one process was given as the services ask, who may see all of a company; nobody else's."""

    def __init__(self) -> None:
        self._answers: dict[Key, tuple[float, Any]] = {}

    def answer(self, company_id: UUID, message: Ask[Any], ask: Callable[[], Any], since: float = 0.0) -> Any:
        """The one that was kept, or a fresh one where it was asked for before `since`, in seconds since the epoch."""
        # Each question has an id of its own, and it is the same question all the same.
        key, now = (company_id, type(message), message.model_dump_json(exclude={"id"})), time.monotonic()
        asked, answer = self._answers.get(key, (-math.inf, None))
        if now - asked >= min(KEPT_SECONDS, time.time() - since):
            answer = ask()
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[key] = now, answer
        return answer
