"""Bounds what guests may try, and how often anybody has the provider asked, by subject, over all replicas."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil

from sqlalchemy import case, delete, or_
from sqlalchemy.dialects.postgresql import insert

from services.billing.guest_models import Tries
from services.chassis.work import Work
from services.contracts.allowances import Allowance
from services.contracts.errors import forbidden

FORGOTTEN_AFTER = timedelta(days=2)
"""Longer than anything counts of one who tries: strangers could fill the table with it."""
BRANCHES_FORGOTTEN_AFTER = timedelta(days=21)
"""Longer than anything counts of a branch, which has few rows. Whoever paused for less would begin anew."""
OF_BRANCHES = ("failures:", "lasting:", "unpaid:", "guard:")


def spend(work: Work, allowances: Mapping[str, Allowance]) -> None:
    """Uses one up of each subject's allowance; refuses, using none, where one has none left.

    What a refusal after it rolls back was not counted: commit before that.
    """
    rows = locked(work, list(allowances))
    waits = [allowance.wait(rows[each].used, work.now - rows[each].at) for each, allowance in allowances.items()]
    longest = max(waits)
    if longest > timedelta():
        seconds = ceil(longest.total_seconds())
        raise forbidden("Too many tries. Please wait.", reason="too_many_attempts", retry_after=seconds)
    for subject, allowance in allowances.items():
        rows[subject].use(allowance, work.now)


def admits(work: Work, subject: str, allowance: Allowance) -> bool:
    """Uses one up of the subject's allowance, if there is one left."""
    row = locked(work, [subject])[subject]
    if not allowance.admits(row.used, work.now - row.at):
        return False
    row.use(allowance, work.now)
    return True


def locked(work: Work, subjects: list[str]) -> dict[str, Tries]:
    """The subjects' counts, made where there are none, and locked in one order so that nobody waits in a circle."""
    first = insert(Tries).values([{"subject": each, "used": 0, "at": work.now} for each in sorted(subjects)])
    # An update that changes nothing locks what is there; a row that is forgotten meanwhile is made anew.
    kept = first.on_conflict_do_update(index_elements=["subject"], set_={"subject": first.excluded.subject})
    rows = work.session.scalars(kept.returning(Tries), execution_options={"populate_existing": True})
    return {row.subject: row for row in rows}


def forget(work: Work) -> None:
    """Removes the counts that no longer matter."""
    is_of_branch = or_(*(Tries.subject.startswith(each) for each in OF_BRANCHES))
    lasts = case((is_of_branch, BRANCHES_FORGOTTEN_AFTER), else_=FORGOTTEN_AFTER)
    work.session.execute(delete(Tries).where(Tries.at < work.now - FORGOTTEN_AFTER, Tries.at < work.now - lasts))
