"""Customers and an office who pay, sign and ask while releases come and go; nothing may fail them."""

import asyncio
import gc
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.demo.portico import Portico
from deploy.local.stack import Stack
from services.chassis.database import connect
from services.proposals import audit as signatures
from tests.faults import audit, mails, quiet
from tests.faults.evidence import Evidence
from tests.faults.journal import Journal
from tests.faults.load import Load
from tests.faults.world import Site, Sites
from tests.upgrade.house import House
from tests.upgrade.versions import Version

KINDS = ("pay", "sign", "request")
LONGEST_SECONDS = 240.0
CHECKS = (
    audit.the_books_are_right,
    audit.no_payment_is_charged_twice,
    audit.no_proposal_is_signed_twice,
    audit.no_event_is_dead,
    audit.nobody_is_told_what_should_not_be,
    audit.every_command_is_answered,
    audit.what_was_made_is_there_once,
    audit.what_was_done_to_it_is_done,
    audit.every_answered_payment_is_as_answered,
    audit.what_was_captured_is_what_was_paid,
    audit.invoices_owe_what_was_not_captured,
    audit.every_signature_is_the_answered_one,
    audit.every_signed_proposal_has_its_document,
    audit.no_command_is_left_half_way,
    mails.every_expected_mail_arrives,
    mails.no_mail_is_sent_twice_for_nothing,
)


def settle(stack: Stack) -> Site:
    """A property whose office and payer are signed in; it is invoiced, signs proposals and raises requests."""
    return asyncio.run(_settle(stack))


async def _settle(stack: Stack) -> Site:
    site = stack.site
    payments_key = site.credentials.get("payments key", prefix="sk_test_")
    async with Portico(site.public_url, site.mail_url, site.payments_url, payments_key) as portico:
        who = ("evergreen-austin", "admin@evergreen.test", "North Gate", "priya@lakeside.test")
        return await Sites(portico, site.public_url).at(*who, parts=True)


class Customers:
    """The people of one property."""

    def __init__(self, house: House, site: Site) -> None:
        self._house = house
        self._site = site
        self._evidence = Evidence(house.stack)

    @contextmanager
    def at_work(self, name: str, *versions: Version) -> Iterator["Day"]:
        """They use the gateways of these releases until the block ends; then all that happened is audited."""
        before = set(self._house.complaints())
        day = Day(Journal(f"{name}-{version.name}") for version in versions)
        loads = [
            Load(journal, self._house.door(version), [self._site], journal.new_key())
            for journal, version in zip(day.journals, versions, strict=True)
        ]
        for load in loads:
            load.start()
        broken: list[str] = []
        try:
            yield day
        finally:
            broken += _ended(loads)
        broken += quiet.wait(self._evidence, print)[1] + self._audit(day)
        assert broken + sorted(set(self._house.complaints()) - before) == []

    def _audit(self, day: "Day") -> list[str]:
        found = [f"asked again: {journal.silences}" for journal in day.journals if journal.silences]
        for journal in day.journals:
            found += [f"{check.__name__}: {each}" for check in CHECKS for each in check(self._evidence, journal)]
        engine = connect(self._house.stack.database("proposals").url, pool_size=1)
        found += signatures.discrepancies(engine, with_files=False)
        engine.dispose()
        return found


class Day:
    """What the customers of one block have done so far; those of each gateway keep a journal."""

    def __init__(self, journals: Iterator[Journal]) -> None:
        self.journals = list(journals)

    def until_each_was_done(self, times: int) -> None:
        """Returns when the customers of each gateway have paid, signed and asked this many times more.

        Fails with the first answer that nobody should be told: who was given it asks until they get another.
        """
        before = {(journal, kind): _done(journal, kind) for journal in self.journals for kind in KINDS}
        deadline = time.monotonic() + LONGEST_SECONDS
        while missing := [key for key, had in before.items() if _done(*key) < had + times]:
            if told := [each for journal in self.journals for each in journal.surprises]:
                pytest.fail(told[0])
            if time.monotonic() > deadline:
                pytest.fail(f"within {LONGEST_SECONDS:g} s there was no {' or '.join(kind for _, kind in missing)}")
            time.sleep(0.05)


def _done(journal: Journal, kind: str) -> int:
    return sum(1 for command in journal.of(kind) if command.done)


def _ended(loads: list[Load]) -> list[str]:
    """What failed, once everybody has finished. Their connections are left to the collector, which is no news here."""
    failures: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for load in loads:
            load.stop()
            failures += load.failures
        gc.collect()
    return failures
