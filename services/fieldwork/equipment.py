"""Equipment: kept by the office and by customers, listed newest first or by when it is due for service."""

from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Select, select, tuple_

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.fieldwork.equipment import (
    ChangeEquipment,
    CreateEquipment,
    EquipmentSummary,
    EquipmentView,
    FollowLabel,
    GetEquipment,
    ListEquipment,
    MakeLabel,
    RevokeLabel,
)
from services.contracts.messages import Nothing, Page
from services.fieldwork import equipment_rows, job_rules, versions
from services.fieldwork.equipment_models import Equipment

_DATES = ("installed_on", "warranty_until", "last_serviced_on", "service_due_on")
_LABEL_BYTES = 18


def create(work: Work, command: CreateEquipment) -> EquipmentView:
    """Adds equipment to a property, with a label of its own."""
    places = {"customer_id": command.customer.id, "property_id": command.property.id}
    job_rules.require_may_create(work.principal, "equipment.create", branch_id=command.branch_id, **places)
    work.today(command.time_zone)
    copied = ("id", "branch_id", "time_zone", "kind", "make", "model", "serial_number", "location", *_DATES)
    equipment = Equipment(
        **{name: getattr(command, name) for name in copied},
        **places,
        company_id=work.company_id,
        customer=command.customer.model_dump(mode="json"),
        property=command.property.model_dump(mode="json"),
        label=token_urlsafe(_LABEL_BYTES),
        created_at=work.now,
        created_by=work.principal.name,
        version=1,
    )
    work.session.add(equipment)
    work.session.flush()
    return equipment_rows.whole(work, equipment)


def change(work: Work, command: ChangeEquipment) -> EquipmentView:
    """Changes what is given."""
    equipment = equipment_rows.seen(work, command.equipment_id, lock=True)
    job_rules.require_may_edit_equipment(work.principal, equipment.property_id)
    versions.require_current(equipment.version, command.expected_version)
    given = command.model_dump(exclude={"id", "equipment_id", "expected_version"}, exclude_none=True)
    for name, value in given.items():
        setattr(equipment, name, None if name in _DATES and value == "unset" else value)
    return _changed(work, equipment)


def find(work: Work, query: GetEquipment) -> EquipmentView:
    """One piece of equipment, where the principal sees it."""
    return equipment_rows.whole(work, equipment_rows.seen(work, query.equipment_id))


def page(work: Work, query: ListEquipment) -> Page[EquipmentSummary]:
    """The equipment that the principal sees, newest first, or by when its service is due."""
    scope = job_rules.equipment_listed(work.principal).at(query.property_ids)
    found = select(Equipment).where(*equipment_rows.within(scope))
    if query.search:
        found = found.where(Equipment.serial_number == query.search)
    found = _due(work, found, query) if query.due else _newest(found, query)
    rows = list(work.session.scalars(found.limit(query.limit + 1)))
    shown, more = rows[: query.limit], len(rows) > query.limit
    return Page(
        items=[equipment_rows.summary(work, each) for each in shown],
        next_cursor=_after(shown[-1], by_due=query.due) if more else None,
    )


def make_label(work: Work, command: MakeLabel) -> EquipmentView:
    """Gives it a label that leads to it; the one before leads nowhere any more."""
    equipment = equipment_rows.seen(work, command.equipment_id, lock=True)
    job_rules.require_office(work.principal)
    equipment.label = token_urlsafe(_LABEL_BYTES)
    return _changed(work, equipment)


def revoke_label(work: Work, command: RevokeLabel) -> Nothing:
    """Has its label lead nowhere."""
    equipment = equipment_rows.seen(work, command.equipment_id, lock=True)
    job_rules.require_office(work.principal)
    equipment.label = None
    _changed(work, equipment)
    return Nothing()


def follow_label(work: Work, query: FollowLabel) -> EquipmentView:
    """Where a label leads whoever sees the equipment that it is stuck on."""
    job_rules.require_labels(work.principal)
    scope = job_rules.equipment_seen(work.principal)
    labelled = select(Equipment).where(Equipment.label == query.label, *equipment_rows.within(scope))
    equipment = work.session.scalar(labelled)
    if equipment is None:
        raise not_found("This label leads nowhere any more.")
    return equipment_rows.whole(work, equipment)


def _changed(work: Work, equipment: Equipment) -> EquipmentView:
    equipment.version += 1
    work.session.flush()
    return equipment_rows.whole(work, equipment)


def _newest(found: Select[Any], query: ListEquipment) -> Select[Any]:
    if query.cursor:
        before = cursors.position(query.cursor, datetime)
        found = found.where(tuple_(Equipment.created_at, Equipment.id) < before)
    return found.order_by(Equipment.created_at.desc(), Equipment.id.desc())


def _due(work: Work, found: Select[Any], query: ListEquipment) -> Select[Any]:
    """Each is measured by its own site's calendar when it is shown; the list goes by UTC's, which is near enough."""
    found = found.where(Equipment.service_due_on <= work.today("UTC") + job_rules.SOON)
    if query.cursor:
        found = found.where(tuple_(Equipment.service_due_on, Equipment.id) > cursors.position(query.cursor, date))
    return found.order_by(Equipment.service_due_on, Equipment.id)


def _after(last: Equipment, *, by_due: bool) -> str:
    if by_due and last.service_due_on is not None:
        return cursors.after(last.service_due_on, last.id)
    return cursors.after(last.created_at, last.id)
