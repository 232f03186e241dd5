"""The pace at which mails are handed over by all replicas together, and their common pause while the server is away."""

from datetime import timedelta

from sqlalchemy import func, select, update

from services.chassis import pace
from services.chassis.work import Work
from services.notifications import delivery_rules
from services.notifications.delivery_rules import Priority
from services.notifications.models import SmtpPace
from services.notifications.settings import notifications_settings

_SMTP = SmtpPace.name == "smtp"


NEXT = select(pace.until(SmtpPace.next_at)).where(_SMTP).scalar_subquery()
"""How many seconds off the next slot is, for a statement that asks for something else as well."""

WAS_AWAY = select(SmtpPace.failures > 0).where(_SMTP).scalar_subquery()
"""Whether the server did not answer when it was last tried."""


def wait(seconds_off: float, priority: int) -> float:
    """How many seconds must pass before a mail of this priority may take the next slot."""
    return max(0.0, seconds_off - _ahead(priority).total_seconds())


def take(work: Work, priority: int, seconds_off: float) -> float | None:
    """Takes the next slot, last in its transaction; answers how many seconds off it is, None where it is too far.

    Where there is no limit the one that was seen is anybody's.
    """
    limit = notifications_settings().mails_per_minute
    if not limit:
        return seconds_off
    return pace.take_within(work, SmtpPace.next_at, _SMTP, timedelta(minutes=1 / limit), _ahead(priority))


def server_is_away(work: Work) -> None:
    """Has all replicas pause, longer each time in a row; what fails during a pause began before it."""
    now = func.clock_timestamp()
    found = select(SmtpPace).where(_SMTP, SmtpPace.away_until <= now).with_for_update()
    row = work.session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        return
    row.failures += 1
    row.away_until = work.now + delivery_rules.pause(row.failures)
    row.next_at = max(row.next_at, row.away_until)


def server_answers(work: Work) -> None:
    """The next pause is a short one again."""
    away = update(SmtpPace).where(_SMTP, SmtpPace.failures > 0).values(failures=0)
    work.session.execute(away.execution_options(synchronize_session=False))


def _ahead(priority: int) -> timedelta:
    return delivery_rules.URGENT_AHEAD if priority == Priority.URGENT else delivery_rules.AHEAD
