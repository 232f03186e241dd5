"""A steady load: one thread for each person's errand, until told to stop."""

import threading
import time
import traceback
from collections.abc import Callable

from tests.faults.journal import Journal
from tests.faults.stories import Teller
from tests.faults.world import Site

LONGEST_END = 400.0
"""How long the clients may take to bring to an end what they have begun."""


class Load:
    """The clients of one phase."""

    def __init__(self, journal: Journal, base_url: str, sites: list[Site], seed: str) -> None:
        self.journal = journal
        self.failures: list[str] = []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(getattr(teller, errand), teller, pause), name=name, daemon=True)
            for errand, pause, site in _errands(sites)
            for name in [f"{errand} at {site.name}"]
            for teller in [Teller(journal, base_url, site, f"{seed} {name}")]
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets every client finish; one that cannot is a failure."""
        self._over.set()
        until = time.monotonic() + LONGEST_END
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                self.failures.append(f"{thread.name} was still waiting {LONGEST_END:g} s after the end")

    def _run(self, errand: Callable[[], None], teller: Teller, pause: float) -> None:
        while not self._over.is_set():
            try:
                errand()
            except Exception:
                self.failures.append(f"{threading.current_thread().name} broke off: {traceback.format_exc()}")
            self._over.wait(teller.chances.uniform(0, 2 * pause))


def _errands(sites: list[Site]) -> list[tuple[str, float, Site]]:
    """What is done where, with the mean pause in seconds before it is done again."""
    paid = [("pay", 0.5, site) for site in sites]
    signed = [("sign", 0.5, site) for site in sites if site.sales_rep and len(site.payers) == 1]
    asked = [("ask", 0.5, site) for site in sites if site.account_owner]
    return paid + signed + asked
