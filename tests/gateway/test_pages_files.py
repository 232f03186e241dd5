"""Forms that bring files to a job, on the customer's pages."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from services.contracts.fieldwork.jobs import GetJob, JobView
from tests.contract.samples import path_of
from tests.gateway import pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import EVERYTHING, PORTAL, fields, priya, sign_in
from tests.gateway.uploads import Attaching
from tests.gateway.world import CLUBHOUSE, id_of

pytestmark = pytest.mark.anyio

PAGE = f"{PORTAL}/jobs/{id_of('job')}"


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in, where she has a job."""
    pages_world.know_portal(neighbours)
    job = JobView.model_validate(json.loads(path_of(GetJob).read_text())["answer"])
    told = {"attachments": [], "time_zone": "America/Chicago", "property": CLUBHOUSE}
    neighbours.answer(GetJob, job.model_copy(update=told))
    sign_in(client, neighbours, priya(EVERYTHING | {"jobs.view", "jobs.create"}, sections=["jobs"]))
    yield client


async def test_a_form_without_a_file_is_shown_again_and_says_so(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    places = Attaching(neighbours)
    answer = await browser.post(f"{PAGE}/attachments", data=fields(), files={"file": ("", b"")})
    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)
    assert places.confirmed == []


async def test_a_form_that_is_sent_twice_attaches_its_file_once(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    places = Attaching(neighbours)
    for _ in range(2):
        answer = await browser.post(
            f"{PAGE}/attachments", data=fields(), files={"file": ("plan.txt", b"Where the unit stands.\n")}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#files")
    (place,) = places.reserved.values()
    assert (place.owner.kind, place.owner.id, place.visible) == ("job", id_of("job"), True)


async def test_a_file_of_a_kind_that_is_not_taken_is_refused_beside_the_form(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    places = Attaching(neighbours)
    answer = await browser.post(f"{PAGE}/attachments", data=fields(), files={"file": ("run.exe", b"MZ\x90\x00")})
    assert (answer.status_code, 'id="file-problem"' in answer.text) == (415, True)
    assert not places.reserved


async def test_a_form_of_another_session_attaches_nothing(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    places = Attaching(neighbours)
    typed = {**fields(), "csrf_token": "somebody-elses"}
    answer = await browser.post(f"{PAGE}/attachments", data=typed, files={"file": ("plan.txt", b"Mine.\n")})
    assert (answer.status_code, places.reserved) == (403, {})
