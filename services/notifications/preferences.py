"""Preferences: read and changed by the person they belong to, and heeded before an optional mail."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.identity.people import PersonKind
from services.contracts.identity.portals import ListBranches
from services.contracts.notifications.preferences import (
    ChangeNotificationPreferences,
    ChangeStaffPreferences,
    DigestChoice,
    GetNotificationPreferences,
    GetStaffPreferences,
    Kind,
    NotificationPreferencesView,
    StaffPreferencesView,
)
from services.contracts.principals import Language
from services.notifications import wish_rules
from services.notifications.models import Preferences, Wish


def read(work: Work, _: GetNotificationPreferences) -> NotificationPreferencesView:
    """The contact's own."""
    return _of_contact(work, _person(work, "contact"))


def change(work: Work, command: ChangeNotificationPreferences) -> NotificationPreferencesView:
    """Changes what is given, and nothing else."""
    person_id = _person(work, "contact")
    for kind in wish_rules.CONTACT_KINDS:
        _keep_given(work, person_id, kind, getattr(command, kind))
    _choose_language(work, person_id, command.language)
    return _of_contact(work, person_id)


def read_staff(work: Work, _: GetStaffPreferences) -> StaffPreferencesView:
    """The staff member's own."""
    return _of_staff(work, _person(work, "staff"))


def change_staff(work: Work, command: ChangeStaffPreferences) -> StaffPreferencesView:
    """Changes what is given, and nothing else; a digest that begins tells of what happens from then on."""
    person_id = _person(work, "staff")
    for kind in wish_rules.STAFF_KINDS:
        _keep_given(work, person_id, kind, getattr(command, kind))
    if command.digest is not None and command.digest != _digest(work, person_id):
        _choose_digest(work, person_id, command.digest)
    _choose_language(work, person_id, command.language)
    return _of_staff(work, person_id)


def keep(work: Work, person_id: UUID, kind: Kind, *, wanted: bool) -> None:
    """What a person wants of a kind from now on."""
    row = insert(Wish).values(
        person_id=person_id, kind=kind, company_id=work.company_id, wanted=wanted, changed_at=work.now
    )
    changed = {"wanted": row.excluded.wanted, "changed_at": row.excluded.changed_at}
    work.session.execute(row.on_conflict_do_update(index_elements=[Wish.person_id, Wish.kind], set_=changed))


def is_wanted(work: Work, person_id: UUID, kind: Kind) -> bool:
    """Whether the person wants the kind, however often they want to be mailed."""
    return wish_rules.is_mailed(kind, _said(work, person_id, kind), "immediately")


def wants(work: Work, person_id: UUID, kind: Kind) -> bool:
    """Whether a mail of the kind is to be sent to a person at once."""
    return wish_rules.is_mailed(kind, _said(work, person_id, kind), _digest(work, person_id))


def _said(work: Work, person_id: UUID, kind: Kind) -> bool | None:
    return work.session.scalar(select(Wish.wanted).where(Wish.person_id == person_id, Wish.kind == kind))


def _wishes(work: Work, person_id: UUID, person_kind: PersonKind) -> dict[str, bool]:
    rows = work.session.execute(select(Wish.kind, Wish.wanted).where(Wish.person_id == person_id))
    said = {row.kind: row.wanted for row in rows}
    kinds = wish_rules.KINDS_OF[person_kind]
    return {kind: wish_rules.is_mailed(kind, said.get(kind), "immediately") for kind in kinds}


def language(work: Work, person_id: UUID) -> Language | None:
    """That the person has chosen to be written to in; None where they have not."""
    chosen = select(Preferences.language).where(Preferences.person_id == person_id)
    found: Language | None = work.session.scalar(chosen)
    return found


def _of_contact(work: Work, person_id: UUID) -> NotificationPreferencesView:
    told: dict[str, Any] = {**_wishes(work, person_id, "contact"), "language": language(work, person_id)}
    return NotificationPreferencesView.model_validate(told)


def _of_staff(work: Work, person_id: UUID) -> StaffPreferencesView:
    chosen = {"digest": _digest(work, person_id), "language": language(work, person_id)}
    told: dict[str, Any] = {**_wishes(work, person_id, "staff"), **chosen}
    return StaffPreferencesView.model_validate(told)


def _digest(work: Work, person_id: UUID) -> DigestChoice:
    found = select(Preferences.digest).where(Preferences.person_id == person_id)
    return work.session.scalar(found) or "immediately"


def _choose_digest(work: Work, person_id: UUID, digest: DigestChoice) -> None:
    chosen: dict[str, Any] = {"digest": digest, "next_digest_at": None, "digested_at": None}
    if digest == "daily":
        chosen["next_digest_at"] = wish_rules.next_digest(work.now, time_zone(work))
        chosen["digested_at"] = work.now
    _choose(work, person_id, chosen)


def _choose_language(work: Work, person_id: UUID, chosen: Language | Literal["unset"] | None) -> None:
    if chosen is not None:
        _choose(work, person_id, {"language": None if chosen == "unset" else chosen})


def _choose(work: Work, person_id: UUID, chosen: Mapping[str, Any]) -> None:
    row = insert(Preferences).values(person_id=person_id, company_id=work.company_id, **chosen)
    work.session.execute(row.on_conflict_do_update(index_elements=[Preferences.person_id], set_=chosen))


def time_zone(work: Work) -> str:
    """The company's first branch's: staff belong to no branch."""
    branches = work.ask(ListBranches(limit=1)).items
    return branches[0].time_zone if branches else "UTC"


def _keep_given(work: Work, person_id: UUID, kind: Kind, wanted: bool | None) -> None:
    if wanted is not None:
        keep(work, person_id, kind, wanted=wanted)


def _person(work: Work, kind: PersonKind) -> UUID:
    """The person who asks, in the rooms that are theirs; services have no preferences."""
    if work.principal.kind != kind or work.principal.must_enrol:
        raise forbidden()
    return work.principal.id
