"""What each mail tells, as its template's data; one module for each part of the portal."""

from services.chassis.work import Work
from services.contracts.messages import Event
from services.notifications.contents import (
    activities,
    autopay,
    fieldwork,
    guests,
    invoices,
    jobs,
    methods,
    payments,
    people,
    programs,
    proposals,
    quotes,
    webhooks,
)
from services.notifications.contents.shape import Content, Contents, plain
from services.notifications.rules import Template

_CONTENTS: dict[Template, Contents] = {
    **people.CONTENTS,
    **payments.CONTENTS,
    **methods.CONTENTS,
    **guests.CONTENTS,
    **autopay.CONTENTS,
    **programs.CONTENTS,
    **invoices.CONTENTS,
    **proposals.CONTENTS,
    **quotes.CONTENTS,
    **fieldwork.CONTENTS,
    **jobs.CONTENTS,
    **activities.CONTENTS,
    **webhooks.CONTENTS,
}


def of(work: Work, template: Template, event: Event) -> Content:
    """What is kept of the event for its mail."""
    return plain(_CONTENTS[template](work, event))
