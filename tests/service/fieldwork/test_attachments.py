"""Attachments: reserved, confirmed, shown to whoever sees what they belong to, and swept where they never arrived."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.contracts.errors import DomainError
from services.contracts.fieldwork.attachments import (
    AttachmentOwner,
    ChangeAttachment,
    ConfirmAttachment,
    GetAttachment,
    GetUploadTerms,
    ListAttachments,
    RemoveAttachment,
    ReserveAttachment,
)
from services.contracts.fieldwork.jobs import GetJob, JobChanged
from services.contracts.messages import new_id
from services.fieldwork import attachments
from tests.service.fieldwork.coolair import Desk


def owner_of(job_id: object) -> AttachmentOwner:
    return AttachmentOwner.model_validate({"kind": "job", "id": job_id})


def test_a_customers_photo_is_seen_by_both_sides_at_once(desk: Desk) -> None:
    job = desk.job(desk.world.mia)
    photo = desk.attach("job", job.id, desk.world.mia)
    for who in (desk.world.mia, desk.world.office):
        assert [each.id for each in desk.ask(GetJob(job_id=job.id), who).attachments] == [photo.id]


def test_what_staff_attach_is_hidden_in_every_place_until_they_show_it(desk: Desk) -> None:
    job = desk.job()
    hidden = desk.attach("job", job.id)
    find = GetAttachment(owner=owner_of(job.id), attachment_id=hidden.id)
    assert desk.ask(GetJob(job_id=job.id), desk.world.mia).attachments == []
    assert desk.ask(ListAttachments(owner=owner_of(job.id)), desk.world.mia).items == []
    assert desk.refusal(find, desk.world.mia) == "not_found"
    assert desk.told(JobChanged)[-1].internal, "a live page hears nothing of it"
    desk.ask(ChangeAttachment(owner=owner_of(job.id), attachment_id=hidden.id, visible=True), desk.world.office)
    assert desk.ask(find, desk.world.mia).attachment.id == hidden.id
    assert not desk.told(JobChanged)[-1].internal


def test_a_file_is_behind_the_same_check_as_what_it_belongs_to(desk: Desk) -> None:
    job = desk.job()
    shown = desk.attach("job", job.id, visible=True)
    find = GetAttachment(owner=owner_of(job.id), attachment_id=shown.id)
    for who, principal in {**desk.world.other_sides(), "who sees own jobs": desk.world.tom}.items():
        assert desk.refusal(find, principal) == "not_found", who
        assert desk.refusal(GetUploadTerms(owner=owner_of(job.id)), principal) == "not_found", who
    another = desk.job()
    wrong = GetAttachment(owner=owner_of(another.id), attachment_id=shown.id)
    assert desk.refusal(wrong, desk.world.office) == "not_found", "by another job's address"


def test_who_only_views_jobs_attaches_and_shows_nothing(desk: Desk) -> None:
    job = desk.job(contact_id=desk.world.tom.id)
    shown = desk.attach("job", job.id, visible=True)
    assert desk.refusal(GetUploadTerms(owner=owner_of(job.id)), desk.world.tom) == "forbidden"
    change = ChangeAttachment(owner=owner_of(job.id), attachment_id=shown.id, visible=False)
    for who in (desk.world.mia, desk.world.staff("sales_rep")):
        assert desk.refusal(change, who) == "forbidden"
        assert desk.refusal(RemoveAttachment(owner=owner_of(job.id), attachment_id=shown.id), who) == "forbidden"


def test_what_has_not_arrived_is_not_there(desk: Desk) -> None:
    job = desk.job()
    reserved = desk.reserve("job", job.id)
    assert desk.ask(GetJob(job_id=job.id), desk.world.office).attachments == []
    assert (
        desk.refusal(GetAttachment(owner=owner_of(job.id), attachment_id=reserved.id), desk.world.office) == "not_found"
    )
    assert desk.refusal(ConfirmAttachment(attachment_id=reserved.id), desk.world.mia) == "not_found"


def test_what_never_arrived_is_swept_with_its_bytes(desk: Desk) -> None:
    job = desk.job()
    kept = desk.attach("job", job.id)
    late = desk.reserve("job", job.id)
    desk.sweep()
    assert len(desk.kept()) == 4, "nothing is due yet"
    desk.let_pass(late.id)
    desk.sweep()
    assert all(str(kept.id) in key for key in desk.kept())
    assert desk.refusal(ConfirmAttachment(attachment_id=late.id), desk.world.office) == "not_found"


def test_what_the_office_removes_goes_with_its_bytes(desk: Desk) -> None:
    job = desk.job()
    photo = desk.attach("job", job.id)
    desk.ask(RemoveAttachment(owner=owner_of(job.id), attachment_id=photo.id), desk.world.office)
    assert desk.ask(GetJob(job_id=job.id), desk.world.office).attachments == []
    desk.sweep()
    assert desk.kept() == []


def test_an_owner_takes_only_so_many_files_also_at_the_same_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST", 3)
    job = desk.job()

    def attach(_: int) -> str:
        try:
            desk.attach("job", job.id)
        except DomainError as refused:
            return str(refused.details["reason"])
        return "attached"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attach, range(6)))
    assert sorted(outcomes) == ["attached"] * 3 + ["too_many"] * 3
    assert desk.ask(GetUploadTerms(owner=owner_of(job.id)), desk.world.office).remaining == 0


@pytest.mark.parametrize("key", ["billing/invoice.pdf", "fieldwork/{company}/attachments/{id}/../other", "{id}"])
def test_a_row_names_no_file_but_its_own(desk: Desk, key: str) -> None:
    job, attachment_id = desk.job(), new_id()
    file = {
        "key": key.format(company=desk.world.company, id=attachment_id),
        "name": "a",
        "content_type": "image/png",
        "size": 1,
        "sha256": "0" * 64,
    }
    command = ReserveAttachment.model_validate({"id": attachment_id, "owner": owner_of(job.id), "file": file})
    assert desk.refusal(command, desk.world.office) == "invalid"
