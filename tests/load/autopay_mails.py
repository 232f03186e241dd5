"""The mails of an autopay run, as they have arrived at the mail sandbox."""

import re
import time
from collections import Counter

import httpx

from tests.load.compare import Json

_NUMBER = re.compile(r"\bAP\d+[SI]-\d{5}\b")
_PAGE = 200
QUIET_SECONDS = 120
"""For so long no mail comes before the rest is given up."""


class Mails:
    """Those that come from now on."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._before = self._newest()

    def wait(self, count: int) -> None:
        """Until so many have come, or no more come."""
        there, since = self._newest(), time.monotonic()
        while there - self._before < count and time.monotonic() - since < QUIET_SECONDS:
            time.sleep(0.5)
            before, there = there, self._newest()
            since = time.monotonic() if there > before else since

    def counted(self) -> Json:
        """How many invoices were mailed of as paid and as declined, and how many mails were one too many."""
        told: dict[str, Counter[str]] = {"paid": Counter(), "declined": Counter()}
        for mail in self._read():
            for number in set(_NUMBER.findall(mail["text"])):
                told["paid" if mail["subject"].startswith("Receipt") else "declined"][number] += 1
        twice = sum(times - 1 for numbers in told.values() for times in numbers.values())
        return {**{name: len(numbers) for name, numbers in told.items()}, "twice": twice}

    def _read(self) -> list[Json]:
        found: list[Json] = []
        before: int | None = None
        while True:
            page = self._page(_PAGE, before)
            new = [each for each in page if each["id"] > self._before]
            found += new
            if len(new) < _PAGE:
                return found
            before = new[-1]["id"]

    def _newest(self) -> int:
        page = self._page(1, None)
        return int(page[0]["id"]) if page else 0

    def _page(self, limit: int, before: int | None) -> list[Json]:
        asked = {"limit": limit} | ({"before": before} if before else {})
        page: list[Json] = self._http.get("/api/messages", params=asked).raise_for_status().json()
        return page
