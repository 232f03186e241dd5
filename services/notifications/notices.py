"""What is done about an event: mails to whom it concerns, and an entry in the feed of a staff member."""

from services.chassis.work import Work
from services.contracts.messages import Event
from services.notifications import activities, mails


def give(work: Work, event: Event) -> None:
    """Both, in one transaction."""
    mails.queue(work, event)
    activities.add(work, event)
