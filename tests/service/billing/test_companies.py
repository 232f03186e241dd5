"""What billing keeps of the companies that identity tells of, in whatever order it is told."""

import inspect
from typing import Any

import pytest

from services.billing.service import Billing
from services.contracts.identity.portals import CompanyChanged, CompanyOpened
from services.contracts.messages import new_id
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People


def told(desk: Desk, event: CompanyOpened | CompanyChanged) -> None:
    """Has the event's handler hear it."""
    name = f"on_{event.method()}"
    handler: Any = inspect.unwrap(getattr(Billing, name))
    desk.executor.event(name, handler, event)


@pytest.fixture
def people(desk: Desk) -> People:
    """A company that billing has not heard of yet."""
    return People(new_id())


def test_a_company_that_takes_another_name_bills_in_it_whatever_comes_late(desk: Desk, people: People) -> None:
    of = {"company_id": people.company_id, "payment_account": f"acct_{people.company_id.hex}"}
    opened = CompanyOpened(name="Evergreen", **of)
    second = CompanyChanged(name="Evergreen & Daughters", version=2, **of)
    third = CompanyChanged(name="Evergreen Family", version=3, **of)
    for event, name in (
        (second, "Evergreen & Daughters"),
        (opened, "Evergreen & Daughters"),
        (third, "Evergreen Family"),
        (second.model_copy(update={"id": new_id()}), "Evergreen Family"),
    ):
        told(desk, event)
        assert desk.value(people, "SELECT name FROM merchant") == name
