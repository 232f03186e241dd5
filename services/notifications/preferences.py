"""Preferences: read and changed by the person they belong to, and heeded before an optional mail."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.notifications.preferences import (
    ChangeNotificationPreferences,
    GetNotificationPreferences,
    NotificationPreferencesView,
)
from services.notifications.models import Preferences
from services.notifications.rules import Preference

DEFAULTS = NotificationPreferencesView(electronic_receipts=False)


def read(work: Work, _: GetNotificationPreferences) -> NotificationPreferencesView:
    """The principal's own."""
    return of(work, _person(work))


def change(work: Work, command: ChangeNotificationPreferences) -> NotificationPreferencesView:
    """Changes what is given, and nothing else."""
    person_id = _person(work)
    given = command.model_dump(exclude={"id"}, exclude_none=True)
    if given:
        first = insert(Preferences).values(
            person_id=person_id, company_id=work.company_id, **{**DEFAULTS.model_dump(), **given}
        )
        work.session.execute(first.on_conflict_do_update(index_elements=[Preferences.person_id], set_=given))
    return of(work, person_id)


def of(work: Work, person_id: UUID) -> NotificationPreferencesView:
    """What a person wants."""
    row = work.session.get(Preferences, person_id)
    return NotificationPreferencesView(electronic_receipts=row.electronic_receipts) if row else DEFAULTS


def wants(work: Work, person_id: UUID, preference: Preference) -> bool:
    """Whether a person has switched it on."""
    switched_on: bool = getattr(of(work, person_id), preference)
    return switched_on


def _person(work: Work) -> UUID:
    """The contact or staff member who asks; services have no preferences."""
    if work.principal.kind == "system":
        raise forbidden()
    return work.principal.id
