"""Whether what happened still concerns whom it was queued for: asked again as the mail is sent."""

from functools import cache

from services.chassis.work import Work
from services.contracts.errors import DomainError
from services.contracts.messages import Event
from services.contracts.notifications.preferences import Kind
from services.notifications import audiences, rules
from services.notifications.models import Mail
from services.notifications.people import Recipient

NOT_ANY_MORE = "the person was disabled, lost the permission, or does not want it any more"


def present(work: Work, mail: Mail) -> Recipient | None:
    """The addressee with their present name and address; None where the event is not for them any more."""
    if mail.event_type is None or mail.event is None:
        return Recipient(mail.recipient_name, mail.recipient)
    event = _event_types()[mail.event_type].model_validate(mail.event)
    work.since = event.made_at()
    try:
        found = [
            recipient
            for notice in rules.notices_of(event)
            if notice.template == mail.template
            for recipient in audiences.recipients(work, notice, event)
        ]
    except DomainError as refusal:
        if refusal.code != "not_found":
            raise
        return None
    return next((each for each in found if each.addressee == mail.addressee), None)


def kind(mail: Mail) -> Kind | None:
    """Of which kind the mail is that its addressee may switch off; None where it is essential."""
    if mail.event_type is None or mail.event is None:
        return None
    event = _event_types()[mail.event_type].model_validate(mail.event)
    return next((each.preference for each in rules.notices_of(event) if each.template == mail.template), None)


@cache
def _event_types() -> dict[str, type[Event]]:
    return {notice.event.__name__: notice.event for notice in rules.NOTICES}
