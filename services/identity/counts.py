"""Counts kept per subject, such as an account or a client network, and shared by all replicas."""

import hashlib
from collections.abc import Collection, Mapping

from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.allowances import Allowance, network_of
from services.contracts.identity.people import Client
from services.identity.models import Attempts


def locked(work: Work, subjects: Collection[str]) -> dict[str, Attempts]:
    """The subjects' counts, made where there are none, and locked in one order so that nobody waits in a circle."""
    ordered = sorted(subjects)
    first = insert(Attempts).values([{"subject": each, "failures": 0, "failed_at": work.now} for each in ordered])
    # An update that changes nothing locks what is there; a row that another call forgets meanwhile is made anew.
    kept = first.on_conflict_do_update(index_elements=["subject"], set_={"subject": first.excluded.subject})
    rows = work.session.scalars(kept.returning(Attempts), execution_options={"populate_existing": True})
    return {row.subject: row for row in rows}


def admitted(work: Work, allowances: Mapping[str, Allowance]) -> bool:
    """Uses one up of each subject's allowance, if all of them have one left."""
    rows = locked(work, allowances)
    has_left = all(
        allowance.admits(rows[subject].failures, work.now - rows[subject].failed_at)
        for subject, allowance in allowances.items()
    )
    for subject, allowance in allowances.items() if has_left else ():
        rows[subject].use(allowance, work.now)
    return has_left


def email_hash(email: str) -> str:
    """What an address is known by here: a hash, because what people type there is not always their address."""
    return hashlib.sha256(email.encode()).hexdigest()


def network(client: Client) -> str:
    """What the client is known by."""
    return network_of(client.ip)
