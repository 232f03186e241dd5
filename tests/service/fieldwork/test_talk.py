"""What is said of a request and what becomes of it: who says it, who sees it, who is told."""

from typing import Any

import pytest

from services.contracts.fieldwork.attachments import AttachmentOwner, GetUploadTerms
from services.contracts.fieldwork.jobs import GetJob
from services.contracts.fieldwork.requests import (
    BecomeJob,
    ChangeRequest,
    CloseRequest,
    CommentOnRequest,
    CommentView,
    CreateRequest,
    GetRequest,
    LinkQuote,
    ListRequests,
    ReopenRequest,
    RequestChanged,
    RequestClosed,
    RequestCommented,
    RequestView,
)
from services.contracts.messages import new_id
from services.contracts.principals import Permission, Principal
from services.contracts.snapshots import Person
from tests.service.fieldwork.coolair import ZONE, Desk

READER: frozenset[Permission] = frozenset({"requests.view"})


def raised(desk: Desk, who: Principal | None = None, **said: Any) -> RequestView:
    world = desk.world
    place = {"branch_id": world.branch, "customer_id": world.northside.id, "property": world.practice}
    command = CreateRequest.model_validate({**place, "title": "It drips", "description": "In the hall.", **said})
    return desk.ask(command, who or world.mia)


def say(desk: Desk, request: RequestView, who: Principal, text: str, **said: Any) -> CommentView:
    return desk.ask(CommentOnRequest(request_id=request.id, text=text, **said), who)


def seen(desk: Desk, request: RequestView, who: Principal) -> RequestView:
    return desk.ask(GetRequest(request_id=request.id), who)


def become_job(desk: Desk, request: RequestView) -> BecomeJob:
    world = desk.world
    return BecomeJob(request_id=request.id, time_zone=ZONE, customer=world.northside, property=world.practice)


def test_a_customers_comment_is_public_and_staffs_is_internal_unless_they_say_so(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    say(desk, request, world.mia, "Any news?", public=False)
    say(desk, request, world.office, "She is in a hurry")
    say(desk, request, world.office, "On Tuesday", public=True)
    assert [each.text for each in seen(desk, request, world.mia).comments] == ["Any news?", "On Tuesday"]
    inside = seen(desk, request, world.office).comments
    assert [(each.text, each.public) for each in inside] == [
        ("Any news?", True),
        ("She is in a hurry", False),
        ("On Tuesday", True),
    ]


def test_what_hangs_on_an_internal_comment_is_no_customers_to_see(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    internal = say(desk, request, world.office, "See the photo")
    command = desk.attach_to_comment(request.id, internal.id, visible=True)
    assert seen(desk, request, world.office).comments[0].attachments[0].id == command.id
    assert seen(desk, request, world.mia).comments == []


def test_a_contact_puts_files_under_what_they_said_themselves_alone(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    answer = say(desk, request, world.office, "On Tuesday", public=True)
    tom = world.contact("Tom Baker", world.practice, permissions=frozenset({"requests.view", "requests.comment"}))
    theirs = say(desk, request, tom, "I will open the door")
    for each in (answer, theirs):
        owner = AttachmentOwner(kind="comment", id=each.id, parent_id=request.id)
        assert desk.refusal(GetUploadTerms(owner=owner), world.mia) == "forbidden"
    desk.attach("comment", theirs.id, tom, parent_id=request.id)
    assert [len(each.attachments) for each in seen(desk, request, world.mia).comments] == [0, 1]


def test_a_customers_word_on_a_closed_request_opens_it_again_and_staffs_does_not(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    assert desk.ask(CloseRequest(request_id=request.id), world.office).status == "closed"
    say(desk, request, world.office, "For the record")
    assert seen(desk, request, world.mia).status == "closed"
    say(desk, request, world.mia, "It drips again")
    again = seen(desk, request, world.office)
    assert (again.status, again.closed_at) == ("open", None)
    assert [each.what for each in again.history or []] == ["reopened", "closed", "raised"]


def test_a_request_is_closed_once_however_often_it_is_pressed(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    for _ in range(2):
        desk.ask(CloseRequest(request_id=request.id), world.office)
    (told,) = desk.told(RequestClosed)
    assert (told.request.status, told.raised_by_id, told.raised_by_kind) == ("closed", world.mia.id, "contact")
    for _ in range(2):
        assert desk.ask(ReopenRequest(request_id=request.id), world.office).status == "open"
    assert len(desk.told(RequestChanged)) == 1


def test_what_is_said_is_told_with_whether_the_customer_sees_it(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    say(desk, request, world.office, "For us")
    say(desk, request, world.mia, "For you")
    first, second = desk.told(RequestCommented)
    assert (first.comment.public, first.comment.author_kind) == (False, "staff")
    assert (second.comment.public, second.comment.author_kind) == (True, "contact")
    assert second.version > first.version


def test_who_may_not_comment_does_not(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    command = CommentOnRequest(request_id=request.id, text="Hello")
    reader = world.contact("Ned", world.practice, permissions=READER)
    assert desk.refusal(command, reader) == "forbidden"
    assert desk.refusal(command, world.staff("sales_rep")) == "forbidden"
    assert desk.refusal(command, None) == "forbidden"
    for who, stranger in world.other_sides().items():
        assert desk.refusal(command, stranger) == "not_found", who
    assert seen(desk, request, world.office).comments == []


@pytest.mark.parametrize("command", [ChangeRequest, CloseRequest, ReopenRequest])
def test_only_the_office_changes_closes_and_reopens(desk: Desk, command: Any) -> None:
    request, world = raised(desk), desk.world
    assert desk.refusal(command(request_id=request.id), world.mia) == "forbidden"
    assert desk.refusal(command(request_id=request.id), world.staff("sales_rep")) == "forbidden"
    internal = raised(desk, world.office)
    assert desk.refusal(command(request_id=internal.id), world.mia) == "not_found"


def test_the_office_changes_a_request_and_gives_it_to_somebody(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    omar = Person(id=new_id(), name="Omar Haddad", email="omar@coolair.test")
    changed = desk.ask(ChangeRequest(request_id=request.id, priority="urgent", assigned_to=omar), world.office)
    assert (changed.priority, changed.assigned_to, changed.title) == ("urgent", omar, "It drips")
    assert [(each.what, each.detail) for each in changed.history or []] == [
        ("assigned", "Omar Haddad"),
        ("changed", "Priority: urgent"),
        ("raised", ""),
    ]
    assert desk.ask(ChangeRequest(request_id=request.id, assigned_to="unset"), world.office).assigned_to is None
    assert seen(desk, request, world.mia).assigned_to is None


def test_a_change_that_changes_nothing_is_told_to_nobody(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    desk.ask(ChangeRequest(request_id=request.id, priority="normal", title="It drips"), world.office)
    assert desk.told(RequestChanged) == []


def test_whose_it_is_and_what_no_customer_sees_is_told_as_internal(desk: Desk) -> None:
    shared, hidden, world = raised(desk), raised(desk, desk.world.office), desk.world
    omar = Person(id=new_id(), name="Omar Haddad", email="omar@coolair.test")
    desk.ask(ChangeRequest(request_id=shared.id, assigned_to=omar), world.office)
    desk.ask(ChangeRequest(request_id=shared.id, title="It pours"), world.office)
    desk.ask(ChangeRequest(request_id=hidden.id, title="It pours"), world.office)
    assert [each.internal for each in desk.told(RequestChanged)] == [True, False, True]


def test_a_customer_who_sees_a_request_no_longer_is_told_so(desk: Desk) -> None:
    request, world = raised(desk, desk.world.office, include_client=True), desk.world
    desk.ask(ChangeRequest(request_id=request.id, include_client=False), world.office)
    desk.ask(ChangeRequest(request_id=request.id, title="It pours"), world.office)
    assert [each.internal for each in desk.told(RequestChanged)] == [False, True]
    assert desk.refusal(GetRequest(request_id=request.id), world.mia) == "not_found"


def test_who_raised_a_request_goes_on_seeing_it(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    assert desk.refusal(ChangeRequest(request_id=request.id, include_client=False), world.office) == "invalid"


def test_a_request_becomes_one_job_with_what_was_attached_however_often_it_is_pressed(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    photo = desk.attach("request", request.id, world.mia)
    first, second = (desk.ask(become_job(desk, request), world.office) for _ in range(2))
    assert first.job_id and first.job_id == second.job_id
    job = desk.ask(GetJob(job_id=first.job_id), world.mia)
    assert job.description == "It drips\n\nIn the hall."
    assert job.contact_id == world.mia.id
    assert [each.name for each in job.attachments] == [photo.name]
    assert [each.what for each in second.history or []] == ["became_job", "raised"]
    assert seen(desk, request, world.mia).job_id is None


def test_what_no_customer_saw_of_a_request_stays_hidden_on_its_job(desk: Desk) -> None:
    request, world = raised(desk, desk.world.office), desk.world
    desk.attach("request", request.id, visible=True)
    made = desk.ask(become_job(desk, request), world.office)
    assert made.job_id
    assert desk.ask(GetJob(job_id=made.job_id), world.mia).attachments == []
    assert len(desk.ask(GetJob(job_id=made.job_id), world.office).attachments) == 1


def test_a_job_is_made_by_who_may_make_jobs_and_answer_requests(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    assert desk.refusal(become_job(desk, request), world.staff("account_owner")) == "forbidden"
    assert desk.refusal(become_job(desk, request), world.staff("sales_rep")) == "forbidden"
    assert desk.refusal(become_job(desk, request), world.mia) == "forbidden"


def test_a_request_keeps_the_first_quote_that_it_became(desk: Desk) -> None:
    request, world = raised(desk), desk.world
    first = desk.ask(LinkQuote(request_id=request.id, quote_id=new_id(), number="QUO-1"), world.office)
    again = desk.ask(LinkQuote(request_id=request.id, quote_id=new_id(), number="QUO-2"), world.office)
    assert again.quote_id == first.quote_id


def test_a_list_is_narrowed_by_status_and_by_what_is_sought(desk: Desk) -> None:
    drips, knocks = raised(desk), raised(desk, title="Knocking noise")
    desk.ask(CloseRequest(request_id=knocks.id), desk.world.office)
    raised(desk, desk.world.office, title="Knock on the door")

    def listed(who: Principal, **asked: Any) -> list[str]:
        return [each.title for each in desk.ask(ListRequests(**asked), who).items]

    mia, office = desk.world.mia, desk.world.office
    assert listed(mia, status="open") == ["It drips"]
    assert listed(mia, status="closed") == ["Knocking noise"]
    assert listed(mia, search="knock") == ["Knocking noise"]
    assert listed(office, search="knock") == ["Knock on the door", "Knocking noise"]
    assert listed(mia, search=drips.number.lower()) == ["It drips"]
    assert listed(mia, search="%") == []
