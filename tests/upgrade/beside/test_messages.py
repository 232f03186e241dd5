"""Each message of either release, as its own client writes it, is taken by the services of the other."""

from typing import Any

import pytest

from tests.faults.world import Site
from tests.upgrade.house import House
from tests.upgrade.letters import Letters, principals

Principals = dict[str, Any]

MENDED = {
    f"identity.ResolveReader ({voice}): InternalError: the service failed"
    for voice in ("whole, by staff", "bare, by staff", "bare, by contact")
}
"""What is wrong in the previous release itself, with calls of its own too, and right in this one: here somebody of
another company is refused. It is emptied when the file `previous` is moved on."""


@pytest.fixture(scope="package")
def who(house: House, site: Site) -> Principals:
    """By whom messages are."""
    return principals(house.stack, site)


@pytest.fixture(scope="module")
def to_previous(house: House, who: Principals) -> Letters:
    """From this release to the previous one's services, which work on this one's schema."""
    house.migrate(house.current)
    house.run(house.previous)
    return Letters(house, who, house.current, house.previous)


@pytest.fixture(scope="module")
def to_current(house: House, who: Principals) -> Letters:
    """From the previous release to this one's services."""
    house.migrate(house.current)
    house.run(house.current)
    return Letters(house, who, house.previous, house.current)


def test_the_previous_services_answer_this_release(to_previous: Letters) -> None:
    assert set(to_previous.calls()) == MENDED


def test_the_previous_services_bear_the_events_of_this_release(to_previous: Letters) -> None:
    assert to_previous.events() == []


def test_the_services_answer_the_previous_release(to_current: Letters) -> None:
    assert to_current.calls() == []


def test_the_services_bear_the_events_of_the_previous_release(to_current: Letters) -> None:
    assert to_current.events() == []
