"""Streams of open pages: who is told what, when they end, and how many there may be."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.types import Message

from gateway import live
from gateway.auth import Caller
from gateway.errors import Problem
from gateway.live import Live, Stream
from services.contracts.errors import DomainError, not_found
from services.contracts.fieldwork.requests import (
    CommentView,
    GetRequest,
    RequestChanged,
    RequestCommented,
    RequestSummary,
)
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.sessions import ResolveSession
from services.contracts.messages import Event
from services.contracts.notifications.activities import ActivityFeed, FeedChanged, ListActivities
from services.contracts.principals import Principal
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.waiting import until

pytestmark = pytest.mark.anyio

CHANGED, ENDED = "event: changed", "event: ended"
WORD_SECONDS = 20
SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}}
"""As the server that we run says it."""


class Page:
    """An open page; `words` are what its stream said after the welcome."""

    def __init__(self, stream: Stream, *, gone: bool = False) -> None:
        self.words: list[str] = []
        self._gone = asyncio.Event()
        self._takes_words = asyncio.Event()
        (self._gone if gone else self._takes_words).set()
        self._task = asyncio.ensure_future(stream(SCOPE, self._receive, self._send))

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self._takes_words.wait()
        if message.get("body"):
            self.words.append(message["body"].decode().split("\n")[0])

    async def ended(self) -> list[str]:
        """All it said, once the stream has ended."""
        await asyncio.wait_for(self._task, WORD_SECONDS)
        return self.words

    async def leave(self) -> None:
        """The browser goes."""
        self._gone.set()
        await asyncio.wait_for(self._task, WORD_SECONDS)


class Pages:
    """Opens pages of one request, and closes them."""

    def __init__(self, app: FastAPI) -> None:
        self.live: Live = app.state.live
        self.app = app
        self.open_ones: list[Page] = []

    async def open(self, who: Principal, token: str) -> Page:
        caller = Caller(who, token, self.app.state.bus, self.app.state.principals)
        page = Page(await self.live.follow(caller, "request", world.request_view().id))
        self.open_ones.append(page)
        await until(lambda: page.words)
        return page

    async def priya(self) -> Page:
        return await self.open(world.PRIYA, world.PRIYA_TOKEN)

    async def rosa(self) -> Page:
        return await self.open(world.ROSA, world.ROSA_TOKEN)


@pytest.fixture
async def pages(app: FastAPI, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pages]:
    """Pages of a request that both see, whose heartbeats are too far apart to find anything out."""
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 3600)
    neighbours.answer(GetRequest, world.request_view())
    pages = Pages(app)
    yield pages
    for page in pages.open_ones:
        await page.leave()
    assert pages.live.count == 0


def _summary(**said: Any) -> RequestSummary:
    return RequestSummary.model_validate({**world.request_view().model_dump(), "include_client": True, **said})


def _about(**said: Any) -> dict[str, Any]:
    place = {"company_id": world.COMPANY, "branch_id": UUID(int=1), "customer_id": UUID(int=2), "version": 2}
    return {**place, "request": _summary(**said)}


def changed(*, internal: bool = False) -> RequestChanged:
    return RequestChanged.model_validate({**_about(), "internal": internal})


def commented(*, public: bool, include_client: bool = True) -> RequestCommented:
    comment = CommentView.model_validate(
        {
            "id": UUID(int=3),
            "text": "Hello",
            "public": public,
            "author": "Rosa Diaz",
            "author_kind": "staff",
            "created_at": world.request_view().created_at,
        }
    )
    raised = {"comment": comment, "raised_by_id": world.PRIYA.id, "raised_by_kind": "contact"}
    return RequestCommented.model_validate({**_about(include_client=include_client), **raised})


async def test_a_page_is_told_of_each_change_and_says_nothing_itself(pages: Pages, neighbours: Neighbours) -> None:
    page = await pages.priya()
    neighbours.announce(changed())
    await until(lambda: CHANGED in page.words)
    neighbours.announce(commented(public=True))
    await until(lambda: page.words.count(CHANGED) == 2)


@pytest.mark.parametrize(
    "hidden",
    [changed(internal=True), commented(public=False), commented(public=True, include_client=False)],
    ids=["an internal change", "an internal comment", "a comment on what the customer does not see"],
)
async def test_a_customers_page_is_not_stirred_by_what_they_do_not_see(
    pages: Pages, neighbours: Neighbours, hidden: Event
) -> None:
    priya, rosa = await pages.priya(), await pages.rosa()
    neighbours.announce(hidden)
    await until(lambda: CHANGED in rosa.words)
    assert CHANGED not in priya.words
    neighbours.announce(commented(public=True))
    await until(lambda: CHANGED in priya.words)
    assert priya.words.count(CHANGED) == 1


async def test_a_page_of_something_else_hears_nothing_of_it(pages: Pages, neighbours: Neighbours) -> None:
    page = await pages.rosa()
    other = RequestChanged.model_validate({**_about(id=UUID(int=9)), "internal": False})
    neighbours.announce(other)
    neighbours.announce(changed())
    await until(lambda: CHANGED in page.words)
    assert page.words.count(CHANGED) == 1


async def test_who_does_not_see_it_gets_no_stream(pages: Pages, neighbours: Neighbours) -> None:
    neighbours.answer(GetRequest, not_found())
    with pytest.raises(DomainError):
        await pages.priya()
    assert pages.live.count == 0


async def test_before_each_word_it_is_asked_whether_they_still_see_it(pages: Pages, neighbours: Neighbours) -> None:
    page = await pages.priya()
    neighbours.answer(GetRequest, not_found())
    neighbours.announce(changed())
    assert (await page.ended())[-1] == ENDED
    assert CHANGED not in page.words


async def test_a_stream_ends_when_access_is_revoked(pages: Pages, neighbours: Neighbours) -> None:
    priya, rosa = await pages.priya(), await pages.rosa()
    neighbours.answer(ResolveSession, not_found())
    neighbours.announce(AccessChanged(company_id=world.COMPANY, principal_ids=[world.PRIYA.id]))
    assert (await priya.ended())[-1] == ENDED
    assert ENDED not in rosa.words or pages.live.count == 0


async def test_a_stream_ends_with_its_session(pages: Pages, neighbours: Neighbours) -> None:
    page = await pages.priya()
    neighbours.answer(ResolveSession, not_found())
    pages.app.state.principals.forget(world.PRIYA_TOKEN)
    assert (await page.ended())[-1] == ENDED


async def test_a_quiet_stream_says_that_it_lives_and_looks_whether_it_may(
    pages: Pages, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.02)
    page = await pages.priya()
    await until(lambda: page.words.count(": still here") > 1)
    neighbours.answer(ResolveSession, not_found())
    pages.app.state.principals._known.clear()
    assert (await page.ended())[-1] == ENDED


async def test_a_person_opens_only_so_many_and_closing_one_makes_room(pages: Pages) -> None:
    mine = [await pages.priya() for _ in range(live.MOST_OF_ONE)]
    with pytest.raises(Problem) as refused:
        await pages.priya()
    assert refused.value.status_code == 429
    await pages.rosa()
    await mine[0].leave()
    await until(lambda: pages.live.count == live.MOST_OF_ONE)
    await pages.priya()


async def test_a_browser_that_went_before_it_took_a_word_keeps_no_place(pages: Pages) -> None:
    for _ in range(live.MOST_OF_ONE + 1):
        caller = Caller(world.PRIYA, world.PRIYA_TOKEN, pages.app.state.bus, pages.app.state.principals)
        stream = await pages.live.follow(caller, "request", world.request_view().id)
        gone = Page(stream, gone=True)
        await gone.ended()
    assert pages.live.count == 0


async def test_a_gateway_keeps_only_so_many_open(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST", 1)
    await pages.priya()
    with pytest.raises(Problem) as refused:
        await pages.rosa()
    assert refused.value.status_code == 503
    assert refused.value.headers and "Retry-After" in refused.value.headers


async def test_a_gateway_that_stops_ends_its_streams(pages: Pages) -> None:
    page = await pages.priya()
    pages.live.end()
    assert ENDED not in await page.ended()


async def test_after_the_broker_was_away_every_page_looks_again(pages: Pages, neighbours: Neighbours) -> None:
    page = await pages.priya()
    for callback in pages.app.state.bus._on_connect:
        callback()
    await until(lambda: CHANGED in page.words)


async def test_a_feed_is_followed_by_whose_it_is_alone(app: FastAPI, pages: Pages, neighbours: Neighbours) -> None:
    neighbours.answer(ListActivities, ActivityFeed(items=[], unread=0))
    rosa = Caller(world.ROSA, world.ROSA_TOKEN, app.state.bus, app.state.principals)
    page = Page(await pages.live.follow(rosa, "feed", world.ROSA.id))
    pages.open_ones.append(page)
    await until(lambda: page.words)
    neighbours.announce(FeedChanged(company_id=world.COMPANY, staff_id=UUID(int=7)))
    neighbours.announce(FeedChanged(company_id=world.COMPANY, staff_id=world.ROSA.id))
    await until(lambda: CHANGED in page.words)
    assert page.words.count(CHANGED) == 1
