"""What is being attached to a request while it becomes a job or a quote: nothing is lost, nothing is there twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import tenant_session
from services.contracts.fieldwork.attachments import ConfirmAttachment
from services.contracts.fieldwork.requests import CommentOnRequest, CreateRequest, LinkQuote, RequestView
from services.contracts.messages import Ask, new_id
from tests.service.fieldwork.coolair import Desk
from tests.service.fieldwork.test_talk import become_job, raised

FILES = 6
BECOMES: dict[str, Callable[[Desk, RequestView], Ask[RequestView]]] = {
    "job": become_job,
    "quote": lambda _, request: LinkQuote(request_id=request.id, quote_id=new_id(), number="QUO-1"),
}


def keys(desk: Desk, owner_id: UUID | None) -> list[str]:
    """The bytes that each file of an owner's stands for."""
    ready = text("SELECT file ->> 'key' FROM attachment WHERE owner_id = :owner AND status = 'ready' ORDER BY 1")
    with tenant_session(desk.engine, desk.world.company) as session:
        return list(session.scalars(ready, {"owner": owner_id}))


def become(desk: Desk, request: RequestView, kind: str) -> UUID | None:
    made: Any = desk.ask(BECOMES[kind](desk, request), desk.world.office)
    return UUID(str(getattr(made, f"{kind}_id")))


@pytest.mark.parametrize("kind", BECOMES)
def test_what_arrives_while_it_becomes_something_is_carried_over_once(desk: Desk, kind: str) -> None:
    request, world = raised(desk), desk.world
    arriving = [desk.reserve("request", request.id, world.mia) for _ in range(FILES)]

    def confirm(attachment_id: UUID) -> None:
        desk.ask(ConfirmAttachment(attachment_id=attachment_id), world.mia)

    with ThreadPoolExecutor(FILES + 1) as pool:
        for each in arriving[::2]:
            pool.submit(confirm, each.id)
        made = pool.submit(become, desk, request, kind)
        for each in arriving[1::2]:
            pool.submit(confirm, each.id)
    assert keys(desk, request.id) == keys(desk, made.result()) == sorted(each.file.key for each in arriving)


@pytest.mark.parametrize("kind", BECOMES)
def test_what_was_on_its_way_comes_after_the_others(desk: Desk, kind: str) -> None:
    request, world = raised(desk), desk.world
    late = desk.reserve("request", request.id, world.mia)
    said = desk.ask(CommentOnRequest(request_id=request.id, text="Look", public=True), world.office)
    shown = desk.reserve("comment", said.id, parent_id=request.id)
    made = become(desk, request, kind)
    desk.ask(ConfirmAttachment(attachment_id=late.id), world.mia)
    desk.ask(ConfirmAttachment(attachment_id=shown.id), world.office)
    desk.attach("request", request.id, world.mia)
    assert keys(desk, made) == sorted([late.file.key, shown.file.key]), "what is added later is the request's alone"


def test_what_no_customer_is_to_see_stays_behind_or_hidden(desk: Desk) -> None:
    world = desk.world
    place = {"branch_id": world.branch, "customer_id": world.northside.id, "property": world.practice}
    inside = CreateRequest.model_validate({**place, "title": "It drips", "description": "In the hall."})
    request = desk.ask(inside, world.office)
    late = desk.reserve("request", request.id, visible=True)
    said = desk.ask(CommentOnRequest(request_id=request.id, text="She is in a hurry"), world.office)
    internal = desk.reserve("comment", said.id, parent_id=request.id)
    made = become(desk, request, "job")
    for each in (late, internal):
        desk.ask(ConfirmAttachment(attachment_id=each.id), world.office)
    assert keys(desk, made) == [late.file.key]
    with tenant_session(desk.engine, world.company) as session:
        hidden = text("SELECT visible FROM attachment WHERE owner_id = :owner")
        assert session.scalars(hidden, {"owner": made}).all() == [False]
