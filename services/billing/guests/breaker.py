"""Counts what third parties try at a branch; where that looks like guessing, asks for one fact more and says so.

A try is counted as wrong before it is looked at, and given back if it was right: tries made at the same moment gain
nothing, and successes in between make no room for failures. Nothing is ever switched off by what strangers do.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from prometheus_client import Counter, Gauge
from sqlalchemy import func, select

from services.billing import guest_rules
from services.billing.guest_models import Tries
from services.billing.guests import bounds
from services.chassis.gauges import measured
from services.chassis.work import Work
from services.contracts.allowances import Allowance
from services.contracts.billing.third_parties import GuessingNoticed
from services.contracts.errors import forbidden

LOOK_UPS = Counter("portico_guest_look_ups_total", "Third parties' look-ups", ["outcome"])
ALARMS = Counter("portico_guest_alarms_total", "Times that a branch seemed to be guessed at")
GUARDED = Gauge("portico_guarded_branches", "Branches that ask for a third fact, since somebody seems to guess there")

_GUARD = "guard:"


@dataclass(frozen=True)
class Try:
    """Somebody at a client network who names policies of a branch, by their keys."""

    branch_id: UUID
    network: str
    keys: Collection[str]

    @property
    def own(self) -> dict[str, Allowance]:
        """What the one who tries is bounded by."""
        policies = {f"policy:{self.branch_id}:{_hash(each)}": guest_rules.POLICY_TRIES for each in self.keys}
        return {**policies, f"network:{self.branch_id}:{self.network}": guest_rules.NETWORK_TRIES}

    @property
    def failures(self) -> dict[str, Allowance]:
        """What the branch bears of wrong ones."""
        return {
            f"failures:{self.branch_id}": guest_rules.BRANCH_FAILURES,
            f"lasting:{self.branch_id}": guest_rules.LASTING_FAILURES,
        }

    @property
    def guard(self) -> str:
        return f"{_GUARD}{self.branch_id}"

    @property
    def unpaid(self) -> str:
        return _unpaid(self.branch_id)

    def locked(self, work: Work) -> dict[str, Tries]:
        """All of its counts, until the transaction ends."""
        return bounds.locked(work, [*self.own, *self.failures, self.unpaid, self.guard])


def count(work: Work, attempt: Try) -> bool:
    """Counts a try as wrong; answers whether the branch asks for a third fact. Refuses what is bounded.

    The transaction must be committed before the try is looked at.
    """
    rows = attempt.locked(work)
    wait = max(_wait(work, rows[subject], allowance) for subject, allowance in attempt.own.items())
    if wait > timedelta():
        LOOK_UPS.labels("bounded").inc()
        seconds = ceil(wait.total_seconds())
        raise forbidden("Too many tries. Please wait.", reason="too_many_attempts", retry_after=seconds)
    is_guarded = _is_guarded(work, attempt, rows)
    for subject, allowance in {**attempt.own, **attempt.failures}.items():
        _use(work, rows[subject], allowance)
    return is_guarded


def failed(work: Work, attempt: Try) -> None:
    """It was wrong, as it was counted: where the branch bears no more of that, it is guarded from now on."""
    LOOK_UPS.labels("failed").inc()
    _watch(work, attempt, attempt.locked(work))


def succeeded(work: Work, attempt: Try) -> None:
    """It was right, which takes back its own count and no other; a program is open now that is not paid yet."""
    LOOK_UPS.labels("opened").inc()
    rows = attempt.locked(work)
    for subject in (*attempt.own, *attempt.failures):
        rows[subject].used = max(0.0, rows[subject].used - 1)
    _use(work, rows[attempt.unpaid], guest_rules.BRANCH_UNPAID)
    _watch(work, attempt, rows)


def paid(work: Work, branch_id: UUID) -> None:
    """Whoever opened a program has paid something of it, as nobody does who only looks around."""
    row = bounds.locked(work, [_unpaid(branch_id)])[_unpaid(branch_id)]
    row.used = max(0.0, row.used - 1)


def measure(work: Work) -> None:
    """Tells how many branches are guarded now. Only guards are of a time to come, so these rows are few."""
    guarded = select(func.count()).where(Tries.at > work.now, Tries.used > 0, Tries.subject.startswith(_GUARD))
    GUARDED.set(work.session.scalar(guarded) or 0)
    measured("guarded_branches")


def _is_guarded(work: Work, attempt: Try, rows: dict[str, Tries]) -> bool:
    """Whether it is, or one more try could be too much; so of many at once no more are looked at than it bears."""
    if rows[attempt.guard].used and rows[attempt.guard].at > work.now:
        return True
    watched = {**attempt.failures, attempt.unpaid: guest_rules.BRANCH_UNPAID}
    return any(_wait(work, rows[subject], allowance) > timedelta() for subject, allowance in watched.items())


def _watch(work: Work, attempt: Try, rows: dict[str, Tries]) -> None:
    """Raises the guard and the alarm where an allowance is used up, once for each time that it is raised."""
    failures, lasting = attempt.failures
    used_up = [
        subject
        for subject, allowance in {**attempt.failures, attempt.unpaid: guest_rules.BRANCH_UNPAID}.items()
        if _wait(work, rows[subject], allowance) > timedelta()
    ]
    guard = rows[attempt.guard]
    if not used_up or (guard.used and guard.at > work.now):
        return
    guard.used = 1
    guard.at = work.now + (guest_rules.GUARDED_LONG if lasting in used_up else guest_rules.GUARDED_FOR)
    ALARMS.inc()
    work.announce(
        GuessingNoticed(
            company_id=work.company_id,
            branch_id=attempt.branch_id,
            failures=round(_used(rows[failures], guest_rules.BRANCH_FAILURES, work.now)),
            opened=round(_used(rows[attempt.unpaid], guest_rules.BRANCH_UNPAID, work.now)),
            noticed_at=work.now,
            until=guard.at,
        )
    )


def _use(work: Work, row: Tries, allowance: Allowance) -> None:
    """Counts one more; it stops rising at the allowance, or an attack's end would not be felt for long."""
    row.use(allowance, work.now)
    row.used = min(row.used, float(allowance.most))


def _wait(work: Work, row: Tries, allowance: Allowance) -> timedelta:
    return allowance.wait(row.used, work.now - row.at)


def _used(row: Tries, allowance: Allowance, now: datetime) -> float:
    return allowance.used(row.used, now - row.at)


def _unpaid(branch_id: UUID) -> str:
    return f"unpaid:{branch_id}"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
