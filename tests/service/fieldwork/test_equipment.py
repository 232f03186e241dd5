"""Equipment: who sees and keeps it, when it is due, and where its label leads."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.contracts.fieldwork.equipment import (
    ChangeEquipment,
    FollowLabel,
    GetEquipment,
    ListEquipment,
    MakeLabel,
    RevokeLabel,
)
from tests.service.fieldwork.coolair import Desk

TODAY = datetime.now(UTC).date()


def test_a_customer_adds_and_changes_equipment(desk: Desk) -> None:
    unit = desk.equipment(desk.world.mia, make="Daikin", serial_number="D-1", warranty_until=TODAY)
    changed = desk.ask(ChangeEquipment(equipment_id=unit.id, location="Roof", warranty_until="unset"), desk.world.mia)
    assert (changed.make, changed.location, changed.warranty_until) == ("Daikin", "Roof", None)
    assert changed.version == 2
    found = desk.ask(ListEquipment(search="D-1"), desk.world.mia)
    assert [each.id for each in found.items] == [unit.id]


def test_whom_it_does_not_concern_learns_nothing_of_equipment(desk: Desk) -> None:
    unit = desk.equipment()
    assert unit.label
    for who, principal in desk.world.other_sides().items():
        assert desk.refusal(GetEquipment(equipment_id=unit.id), principal) == "not_found", who
        assert desk.refusal(ChangeEquipment(equipment_id=unit.id, make="X"), principal) == "not_found", who
        assert desk.refusal(FollowLabel(label=unit.label), principal) == "not_found", who


def test_who_only_views_equipment_changes_and_adds_none(desk: Desk) -> None:
    unit = desk.equipment()
    viewer = desk.world.contact("Vic", desk.world.practice, permissions=frozenset({"equipment.view"}))
    assert desk.refusal(ChangeEquipment(equipment_id=unit.id, make="X"), viewer) == "forbidden"
    assert desk.refusal(desk.world.equipment(), viewer) == "forbidden"
    assert desk.refusal(desk.world.equipment(), desk.world.tom) == "forbidden"


def test_what_is_due_for_service_comes_first_by_its_day(desk: Desk) -> None:
    days = {"overdue": -3, "due_soon": 10, "planned": 90}
    units = {name: desk.equipment(service_due_on=TODAY + timedelta(days=each)) for name, each in days.items()}
    desk.equipment()
    assert {name: each.service for name, each in units.items()} == {name: name for name in days}
    first = desk.ask(ListEquipment(due=True, limit=1), desk.world.mia)
    rest = desk.ask(ListEquipment(due=True, cursor=first.next_cursor), desk.world.mia)
    assert [each.service for each in (*first.items, *rest.items)] == ["overdue", "due_soon"]


def test_a_label_leads_whoever_sees_the_equipment_until_it_is_replaced_or_revoked(desk: Desk) -> None:
    unit = desk.equipment()
    assert unit.label
    assert desk.ask(FollowLabel(label=unit.label), desk.world.mia).id == unit.id
    assert desk.ask(GetEquipment(equipment_id=unit.id), desk.world.mia).label is None, "only the office prints labels"
    renewed = desk.ask(MakeLabel(equipment_id=unit.id), desk.world.office).label
    assert renewed
    assert desk.refusal(FollowLabel(label=unit.label), desk.world.mia) == "not_found"
    assert desk.ask(FollowLabel(label=renewed), desk.world.mia).id == unit.id
    desk.ask(RevokeLabel(equipment_id=unit.id), desk.world.office)
    assert desk.refusal(FollowLabel(label=renewed), desk.world.mia) == "not_found"


def test_a_portal_without_labels_follows_none(desk: Desk) -> None:
    unit = desk.equipment()
    assert unit.label
    without = desk.world.contact("Mia Novak", desk.world.practice, labels=False)
    assert desk.refusal(FollowLabel(label=unit.label), without) == "not_found"


def test_only_the_office_makes_and_revokes_labels(desk: Desk) -> None:
    unit = desk.equipment()
    for command in (MakeLabel(equipment_id=unit.id), RevokeLabel(equipment_id=unit.id)):
        assert desk.refusal(command, desk.world.mia) == "forbidden"
    assert desk.refusal(MakeLabel(equipment_id=UUID(int=9)), desk.world.office) == "not_found"
