"""The language that somebody is written to in."""

from uuid import UUID

from services.chassis.work import Work
from services.contracts.identity.customers import GetCustomer
from services.contracts.identity.portals import GetBranch
from services.contracts.messages import Event
from services.contracts.principals import Language
from services.notifications import catalogues, preferences
from services.notifications.people import Recipient


def of(work: Work, recipient: Recipient, event: Event) -> Language:
    """What the person has chosen; else, for everybody but staff, the language of the branch that it is about."""
    person = recipient.person
    chosen = preferences.language(work, person.id) if person else None
    if chosen:
        return chosen
    if person and person.kind == "staff":
        return catalogues.SOURCE
    branch_id = _branch_of(event) or _home_of(work, recipient)
    return work.ask(GetBranch(branch_id=branch_id)).settings.language if branch_id else catalogues.SOURCE


def _branch_of(event: Event) -> UUID | None:
    about = (event, getattr(event, "visit", None), getattr(event, "job", None))
    found = (getattr(each, "branch_id", None) for each in about)
    return next((each for each in found if each), None)


def _home_of(work: Work, recipient: Recipient) -> UUID | None:
    """Where a contact's customer is at home, for what happens at no branch."""
    if recipient.customer_id is None:
        return None
    return work.ask(GetCustomer(customer_id=recipient.customer_id)).home_branch_id
