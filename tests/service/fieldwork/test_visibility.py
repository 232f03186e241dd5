"""What a customer must not see is in no answer that they can get: each secret against each place."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.fieldwork.attachments import AttachmentOwner, GetAttachment, ListAttachments
from services.contracts.fieldwork.equipment import GetEquipment, ListEquipment
from services.contracts.fieldwork.jobs import GetJob, JobView, ListJobs, LogTime
from tests.service.fieldwork.coolair import Desk

HIDDEN, NOTE, TELEPHONE = "photo.jpg", "the customer is slow to pay", "512-555-0107"
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)

Place = Callable[[Desk, JobView], str]

PLACES: dict[str, Place] = {
    "the job": lambda desk, job: desk.ask(GetJob(job_id=job.id), desk.world.mia).model_dump_json(),
    "the list of jobs": lambda desk, _: desk.ask(ListJobs(), desk.world.mia).model_dump_json(),
    "the search for its number": lambda desk, job: desk.ask(
        ListJobs(search=job.number), desk.world.mia
    ).model_dump_json(),
    "the list of what is attached": lambda desk, job: desk.ask(
        ListAttachments(owner=AttachmentOwner(kind="job", id=job.id)), desk.world.mia
    ).model_dump_json(),
    "its equipment": lambda desk, job: desk.ask(
        GetEquipment(equipment_id=job.equipment[0].id), desk.world.mia
    ).model_dump_json(),
    "the list of equipment": lambda desk, _: desk.ask(ListEquipment(), desk.world.mia).model_dump_json(),
}


@pytest.fixture
def job(desk: Desk) -> JobView:
    """A job with a hidden photo on it and on its equipment, a note on its time, and a technician's telephone."""
    unit = desk.equipment()
    job = desk.job(contact_id=desk.world.mia.id, assigned_to=[desk.world.technician], equipment_ids=[unit.id])
    desk.attach("job", job.id)
    desk.attach("equipment", unit.id)
    note = LogTime(job_id=job.id, worked_on=YESTERDAY, minutes=5, staff="Ana Silva", note=NOTE)
    desk.ask(note, desk.world.office)
    return job


@pytest.mark.parametrize("place", PLACES)
def test_nothing_hidden_is_told_there(desk: Desk, job: JobView, place: str) -> None:
    told = PLACES[place](desk, job)
    for secret in (HIDDEN, NOTE, TELEPHONE, "ana@coolair.test"):
        assert secret not in told


def test_the_office_is_told_all_of_it(desk: Desk, job: JobView) -> None:
    told = desk.ask(GetJob(job_id=job.id), desk.world.office).model_dump_json()
    for secret in (HIDDEN, NOTE, TELEPHONE):
        assert secret in told


def test_a_hidden_file_is_not_sent_out_whoever_knows_its_address(desk: Desk, job: JobView) -> None:
    owner = AttachmentOwner(kind="job", id=job.id)
    (hidden,) = desk.ask(ListAttachments(owner=owner), desk.world.office).items
    assert desk.refusal(GetAttachment(owner=owner, attachment_id=hidden.id), desk.world.mia) == "not_found"


def test_equipment_is_not_named_to_whoever_may_not_see_it(desk: Desk, job: JobView) -> None:
    viewer = desk.world.contact("Vic", desk.world.practice, permissions=frozenset({"jobs.view"}))
    assert desk.ask(GetJob(job_id=job.id), viewer).equipment == []
