"""Who changes what somebody else has changed meanwhile is told so, and changes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts.errors import DomainError
from services.contracts.fieldwork.equipment import ChangeEquipment
from services.contracts.fieldwork.jobs import ChangeJob, LogTime
from services.contracts.fieldwork.requests import ChangeRequest
from services.contracts.fieldwork.visits import AddVisitNote, ChangeVisit, CreateVisit
from services.contracts.messages import Command
from tests.service.fieldwork.coolair import ZONE, Desk
from tests.service.fieldwork.test_talk import raised

TODAY = datetime.now(UTC).date()


def visit(desk: Desk) -> Any:
    place = {"branch_id": desk.world.branch, "customer_id": desk.world.northside.id, "property": desk.world.practice}
    planned = {**place, "time_zone": ZONE, "date": TODAY + timedelta(days=7), "services": ["Filters"]}
    return desk.ask(CreateVisit.model_validate(planned), desk.world.office)


Made = Callable[[Desk], Any]
Changed = Callable[[Any, str, int | None], Command[Any]]

KINDS: dict[str, tuple[Made, Changed]] = {
    "job": (
        lambda desk: desk.job(),
        lambda item, said, seen: ChangeJob(job_id=item.id, description=said, expected_version=seen),
    ),
    "visit": (
        visit,
        lambda item, said, seen: ChangeVisit(visit_id=item.id, services=[said], expected_version=seen),
    ),
    "equipment": (
        lambda desk: desk.equipment(),
        lambda item, said, seen: ChangeEquipment(equipment_id=item.id, location=said, expected_version=seen),
    ),
    "request": (
        lambda desk: raised(desk),
        lambda item, said, seen: ChangeRequest(request_id=item.id, title=said, expected_version=seen),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_who_saw_the_same_the_second_is_refused_until_they_have_looked(desk: Desk, kind: str) -> None:
    make, change = KINDS[kind]
    office, seen = desk.world.office, make(desk)
    first = desk.ask(change(seen, "The first one's", seen.version), office)
    with pytest.raises(DomainError) as refused:
        desk.ask(change(seen, "The second one's", seen.version), office)
    assert (refused.value.code, refused.value.details["reason"]) == ("conflict", "stale")
    again = desk.ask(change(seen, "The second one's", first.version), office)
    assert again.version > first.version > seen.version


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_not_say_what_they_saw_is_not_asked(desk: Desk, kind: str) -> None:
    make, change = KINDS[kind]
    item = make(desk)
    for said in ("Once", "Twice"):
        desk.ask(change(item, said, None), desk.world.office)


def test_time_logged_meanwhile_counts_as_a_change_of_a_job_and_a_note_does_not_as_one_of_a_visit(desk: Desk) -> None:
    office = desk.world.office
    job, planned = desk.job(), visit(desk)
    worked = LogTime(job_id=job.id, worked_on=TODAY - timedelta(days=1), minutes=30, staff="Ana Silva")
    assert desk.ask(worked, office).version > job.version
    desk.ask(AddVisitNote(visit_id=planned.id, text="Ring twice"), office)
    desk.ask(ChangeVisit(visit_id=planned.id, services=["Filters"], expected_version=planned.version), office)
