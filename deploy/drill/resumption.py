"""Makes databases that were restored for good ready to be worked with, before any service starts.

Numbers go on beyond those that were given after the backup and are on paper; events that were under way in the backup's
moment are published once more, and who has handled one knows it again; nobody is signed in, for a session that was
ended after the backup would be open again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from deploy.drill import contents
from deploy.local.world import SERVICES

_UNDER_WAY = timedelta(hours=1)
_ALL = {
    # A year may have begun after the backup, anywhere in the world.
    "number series begin": (
        "INSERT INTO number_series (company_id, prefix, year, last)"
        " SELECT DISTINCT company_id, prefix, extract(year FROM now() + interval '14 hours')::int, 0 FROM number_series"
        " ON CONFLICT DO NOTHING"
    ),
    "number series go on later": "UPDATE number_series SET last = last + %(numbers)s",
    "events are published again": "UPDATE outbox SET published_at = NULL WHERE published_at > %(under_way)s",
}
_OF_IDENTITY = {
    "sessions are ended": "UPDATE session SET expires_at = now() WHERE expires_at > now()",
    "accounts' codes and resets are ended": "UPDATE account SET epoch = epoch + 1",
}


def prepare(administrator_url: str, moment: datetime, numbers: int) -> Iterator[str]:
    """Does it all, and answers a sentence for each thing done. `numbers` is how many every series leaves out."""
    values = {"numbers": numbers, "under_way": moment - _UNDER_WAY}
    for service in SERVICES:
        steps = _ALL | (_OF_IDENTITY if service == "identity" else {})
        with contents.opened(administrator_url, service) as database, database, database.cursor() as cursor:
            for what, statement in steps.items():
                cursor.execute(statement, values)
                yield f"{service}: {cursor.rowcount} {what}"
