"""Jobs: who sees which, who makes and moves them, and what is told of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.contracts.fieldwork.equipment import GetEquipment
from services.contracts.fieldwork.jobs import (
    ChangeJob,
    GetJob,
    JobChanged,
    JobCreated,
    ListJobs,
    LogTime,
    RemoveTime,
)
from tests.service.fieldwork.coolair import Desk

TODAY = datetime.now(UTC).date()
YESTERDAY, SOON = TODAY - timedelta(days=1), TODAY + timedelta(days=7)


def ids(desk: Desk, who: str, **asked: object) -> list[UUID]:
    found = desk.ask(ListJobs.model_validate(asked), getattr(desk.world, who))
    return [each.id for each in found.items]


def test_a_customers_wish_is_their_own_and_unbooked(desk: Desk) -> None:
    job = desk.job(desk.world.mia, preferred_date=SOON, date_booked=SOON, contact_id=desk.world.tom.id)
    assert (job.status, job.date_booked, job.preferred_date) == ("requested", None, SOON)
    assert job.contact_id == desk.world.mia.id
    assert job.number.startswith("JOB-")
    (told,) = desk.told(JobCreated)
    assert (told.job.id, told.created_by_kind) == (job.id, "contact")


def test_nobody_wishes_for_a_day_that_has_passed(desk: Desk) -> None:
    assert desk.refusal(desk.world.job(preferred_date=YESTERDAY - timedelta(days=1)), desk.world.mia) == "invalid"


def test_the_office_books_a_job_for_a_contact(desk: Desk) -> None:
    job = desk.job(date_booked=SOON, contact_id=desk.world.tom.id, assigned_to=[desk.world.technician])
    assert (job.status, job.date_booked) == ("booked", SOON)
    seen = desk.ask(GetJob(job_id=job.id), desk.world.tom)
    assert [(each.name, each.email, each.phone) for each in seen.assigned_to] == [("Ana Silva", "", None)]


def test_own_jobs_are_those_whose_contact_is_oneself(desk: Desk) -> None:
    toms, mias = desk.job(contact_id=desk.world.tom.id), desk.job(contact_id=desk.world.mia.id)
    elsewhere = desk.job(property=desk.world.annex, contact_id=desk.world.tom.id)
    assert ids(desk, "tom") == [toms.id]
    assert ids(desk, "mia") == [elsewhere.id, mias.id, toms.id]
    assert ids(desk, "mia", property_ids=[desk.world.annex.id]) == [elsewhere.id]
    assert ids(desk, "tom", property_ids=[desk.world.annex.id]) == []
    assert desk.refusal(GetJob(job_id=mias.id), desk.world.tom) == "not_found"


def test_whom_it_does_not_concern_learns_nothing_of_a_job(desk: Desk) -> None:
    job = desk.job()
    for who, principal in desk.world.other_sides().items():
        assert desk.refusal(GetJob(job_id=job.id), principal) == "not_found", who
        if principal.kind == "staff" or ("jobs.view" in principal.permissions and principal.portal.settings.sections):  # type: ignore[union-attr]
            assert desk.ask(ListJobs(), principal).items == [], who
        else:
            assert desk.refusal(ListJobs(), principal) in ("forbidden", "not_found"), who
        assert desk.refusal(ChangeJob(job_id=job.id, status="cancelled"), principal) == "not_found", who


def test_whoever_sees_a_job_does_not_move_it(desk: Desk) -> None:
    job = desk.job()
    for who in (desk.world.mia, desk.world.staff("sales_rep")):
        assert desk.refusal(ChangeJob(job_id=job.id, status="cancelled"), who) == "forbidden"
        assert desk.refusal(LogTime(job_id=job.id, worked_on=TODAY, minutes=5, staff="Ana"), who) == "forbidden"
    assert desk.refusal(desk.world.job(), desk.world.tom) == "forbidden"
    assert desk.refusal(desk.world.job(), desk.world.staff("sales_rep")) == "forbidden"


@pytest.mark.parametrize("said", ["property", "customer", "branch_id"])
def test_nobody_makes_a_job_where_they_do_not_belong(desk: Desk, said: str) -> None:
    elsewhere = {
        "property": desk.world.practice.model_copy(update={"id": UUID(int=9)}),
        "customer": desk.world.northside.model_copy(update={"id": UUID(int=9)}),
        "branch_id": UUID(int=9),
    }
    assert desk.refusal(desk.world.job(**{said: elsewhere[said]}), desk.world.mia) == "not_found"


def test_a_job_is_followed_from_the_wish_to_what_was_done(desk: Desk) -> None:
    job = desk.job(desk.world.mia)
    desk.ask(ChangeJob(job_id=job.id, date_booked=SOON), desk.world.office)
    desk.ask(ChangeJob(job_id=job.id, status="in_progress"), desk.world.office)
    desk.ask(LogTime(job_id=job.id, worked_on=YESTERDAY, minutes=90, staff="Ana", note="ladder"), desk.world.office)
    desk.ask(LogTime(job_id=job.id, worked_on=YESTERDAY, minutes=30, staff="Ana"), desk.world.office)
    done = ChangeJob(job_id=job.id, status="completed", work_undertaken="Cleaned the coils.")
    desk.ask(done, desk.world.office)
    seen = desk.ask(GetJob(job_id=job.id), desk.world.mia)
    assert [each.status for each in seen.history] == ["requested", "booked", "in_progress", "completed"]
    assert (seen.time_logged, seen.work_undertaken, seen.date_booked) == (120, "Cleaned the coils.", SOON)
    assert [each.note for each in seen.time_entries] == [None, None], "notes on time are the office's own"
    told = desk.told(JobChanged)
    assert [each.news for each in told] == [
        ["status", "date_booked"],
        ["status"],
        [],
        [],
        ["status", "work_undertaken"],
    ]
    assert [each.version for each in told] == [2, 3, 4, 5, 6]


def test_time_logged_by_mistake_is_taken_back(desk: Desk) -> None:
    job = desk.job(date_booked=SOON)
    logged = desk.ask(
        LogTime(job_id=job.id, worked_on=TODAY - timedelta(days=1), minutes=60, staff="Ana"), desk.world.office
    )
    (entry,) = logged.time_entries
    left = desk.ask(RemoveTime(job_id=job.id, entry_id=entry.id), desk.world.office)
    assert (left.time_logged, left.time_entries) == (0, [])
    assert desk.refusal(RemoveTime(job_id=job.id, entry_id=entry.id), desk.world.office) == "not_found"


def test_no_time_is_logged_before_it_was_worked(desk: Desk) -> None:
    job = desk.job(date_booked=SOON)
    assert desk.refusal(LogTime(job_id=job.id, worked_on=SOON, minutes=5, staff="Ana"), desk.world.office) == "invalid"


def test_a_job_moves_only_as_jobs_do(desk: Desk) -> None:
    job = desk.job()
    assert desk.refusal(ChangeJob(job_id=job.id, status="completed"), desk.world.office) == "conflict"
    assert desk.refusal(ChangeJob(job_id=job.id, status="booked"), desk.world.office) == "invalid"
    desk.ask(ChangeJob(job_id=job.id, date_booked=SOON), desk.world.office)
    assert desk.refusal(ChangeJob(job_id=job.id, date_booked="unset"), desk.world.office) == "invalid"
    unbooked = desk.ask(ChangeJob(job_id=job.id, date_booked="unset", status="requested"), desk.world.office)
    assert (unbooked.status, unbooked.date_booked) == ("requested", None)


def test_a_list_goes_on_where_it_stopped(desk: Desk) -> None:
    made = [desk.job().id for _ in range(5)]
    first = desk.ask(ListJobs(limit=2), desk.world.mia)
    second = desk.ask(ListJobs(limit=2, cursor=first.next_cursor), desk.world.mia)
    last = desk.ask(ListJobs(limit=2, cursor=second.next_cursor), desk.world.mia)
    assert [each.id for page in (first, second, last) for each in page.items] == made[::-1]
    assert last.next_cursor is None


def test_jobs_are_found_by_status_number_and_equipment(desk: Desk) -> None:
    unit = desk.equipment()
    about, booked = desk.job(equipment_ids=[unit.id]), desk.job(date_booked=SOON)
    assert ids(desk, "office", status="booked") == [booked.id]
    assert ids(desk, "office", search=about.number.lower()) == [about.id]
    assert ids(desk, "office", equipment_id=unit.id) == [about.id]
    assert [each.name for each in about.equipment] == ["Air conditioner"]
    seen = desk.ask(GetEquipment(equipment_id=unit.id), desk.world.mia)
    assert [each.id for each in seen.jobs] == [about.id]


def test_a_job_is_about_equipment_at_its_own_property(desk: Desk) -> None:
    elsewhere = desk.equipment(property=desk.world.annex)
    assert desk.refusal(desk.world.job(equipment_ids=[elsewhere.id]), desk.world.mia) == "invalid"
    assert desk.refusal(desk.world.job(equipment_ids=[UUID(int=9)]), desk.world.mia) == "not_found"
