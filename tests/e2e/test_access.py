"""Every route of the API refuses whoever may not use it, and tells them nothing."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.local.stack import Stack
from tests.e2e.access import ANYBODY, OFFICE, PORTAL, PUBLIC
from tests.e2e.access.guests import GUESTS
from tests.e2e.access.shape import InOffice, InPortal
from tests.e2e.access_world import AccessWorld
from tests.e2e.office import Office

REFUSED = {401, 403, 404, 409}


@pytest.fixture(scope="module")
def world(stack: Stack, office: Office) -> Iterator[AccessWorld]:
    """The demo world, with somebody who may nothing."""
    world = AccessWorld(stack.site.public_url, office)
    yield world
    world.close()


def _tell(world: AccessWorld, who: str | None, row: InPortal | InOffice) -> int:
    """The status that somebody is answered; whoever is no friend of Lakeside's must not be told of it."""
    answer = world.call(who, row.route + row.query, row.body)
    assert answer.status_code < 500, answer.text
    if who in ("mia", "dana", "stranger") or answer.status_code in REFUSED:
        assert not world.lakeside_is_in(answer), f"{who} was told of Lakeside by {row.route}"
    return answer.status_code


def test_every_route_has_its_row(world: AccessWorld) -> None:
    rows = [row.route for row in (*ANYBODY, *PORTAL, *OFFICE)]
    assert len(rows) == len(set(rows))
    assert world.routes() == {*rows} | PUBLIC | GUESTS


@pytest.mark.parametrize("row", [*ANYBODY, *PORTAL, *OFFICE], ids=lambda row: row.route)
def test_without_a_session_nothing_is_answered(world: AccessWorld, row: InPortal | InOffice) -> None:
    assert _tell(world, None, row) == 401


@pytest.mark.parametrize("route", sorted(GUESTS))
def test_a_guests_route_is_opened_by_no_session(world: AccessWorld, route: str) -> None:
    path = route.replace("{invoice_id}", str(uuid4())).replace("{payment_id}", str(uuid4()))
    assert {world.call(who, path, None).status_code for who in (None, "priya", "admin", "key")} == {401}


@pytest.mark.parametrize("row", PORTAL, ids=lambda row: row.route)
def test_a_customers_route_is_for_whom_it_concerns(world: AccessWorld, row: InPortal) -> None:
    told = {who: _tell(world, who, row) for who in ("admin", "key", "mia", "dana", "without", "priya")}
    assert told == {
        "admin": 403, "key": 403,
        "mia": row.stranger, "dana": row.neighbour, "without": row.without, "priya": row.right,
    }  # fmt: skip


@pytest.mark.parametrize("row", ANYBODY, ids=lambda row: row.route)
def test_what_everybody_has_is_their_own(world: AccessWorld, row: InPortal) -> None:
    told = {who: _tell(world, who, row) for who in ("mia", "dana", "without", "priya")}
    assert told == {"mia": row.stranger, "dana": row.neighbour, "without": row.without, "priya": row.right}


@pytest.mark.parametrize("row", ANYBODY, ids=lambda row: row.route)
def test_a_key_has_no_session_of_its_own(world: AccessWorld, row: InPortal) -> None:
    assert _tell(world, "key", row) == 403


@pytest.mark.parametrize("row", OFFICE, ids=lambda row: row.route)
def test_an_offices_route_is_for_those_whose_role_reaches_so_far(world: AccessWorld, row: InOffice) -> None:
    told = {who: _tell(world, who, row) for who in ("priya", "stranger", row.by, "admin")}
    assert told == {"priya": 403, "stranger": row.stranger, row.by: row.without, "admin": row.right}


@pytest.mark.parametrize("row", OFFICE, ids=lambda row: row.route)
def test_a_key_without_the_scope_opens_nothing(world: AccessWorld, row: InOffice) -> None:
    told = _tell(world, "key", row)
    assert told == 200 if row.route.startswith("GET /office/audit-events") else told in (403, 404)
