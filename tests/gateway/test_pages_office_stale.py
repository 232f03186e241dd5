"""An office form whose matter somebody else has changed meanwhile: nothing is overwritten, nothing typed is lost."""

import re
from typing import Any

import httpx
import pytest

from services.contracts.errors import conflict
from services.contracts.fieldwork.equipment import ChangeEquipment, EquipmentView, GetEquipment
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import NOW, fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

UNIT = id_of("unit")
EDIT = f"/office/equipment/{UNIT}/edit"
SAYS = {"kind": "Rooftop unit", "make": "Trane", "model": "", "serial_number": "TR-1", "location": "Roof"}


def unit(version: int) -> EquipmentView:
    return EquipmentView.model_validate(
        {
            **SAYS,
            "id": UNIT,
            "version": version,
            "branch_id": world.BRANCH,
            "time_zone": "America/Chicago",
            **dict.fromkeys(("installed_on", "warranty_until", "last_serviced_on", "service_due_on")),
            "service": "none",
            "property": world.CLUBHOUSE,
            "customer": world.LAKESIDE,
            "attachments": [],
            "created_at": NOW,
            "created_by": "Rosa Diaz",
            "jobs": [],
        }
    )


def seen(page: str) -> str:
    """The version that the page's form was made of."""
    found = re.search(r'name="expected_version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.fixture
def changed_meanwhile(neighbours: Neighbours) -> None:
    """The unit is in its fifth version, and a change of any other is refused."""

    def change(message: dict[str, Any]) -> EquipmentView:
        if message["expected_version"] != 5:
            raise conflict("Somebody has changed this meanwhile.", reason="stale")
        return unit(6)

    neighbours.answer(GetEquipment, unit(5))
    neighbours.answer(ChangeEquipment, change)


@pytest.mark.usefixtures("changed_meanwhile")
async def test_what_was_typed_is_kept_and_saved_once_one_has_looked(ada: httpx.AsyncClient) -> None:
    typed = {**SAYS, "location": "Behind the kitchen"}
    refused = await ada.post(EDIT, data=fields(**typed, expected_version="4"))
    assert refused.status_code == 409
    assert "Somebody has changed this meanwhile." in refused.text
    assert "Behind the kitchen" in refused.text

    saved = await ada.post(EDIT, data=fields(**typed, expected_version=seen(refused.text)))
    assert saved.status_code == 303


@pytest.mark.usefixtures("changed_meanwhile")
async def test_a_mistake_in_the_form_does_not_make_it_look_as_if_one_had_looked(ada: httpx.AsyncClient) -> None:
    mistaken = await ada.post(EDIT, data=fields(**{**SAYS, "kind": ""}, expected_version="4"))
    assert (mistaken.status_code, seen(mistaken.text)) == (422, "4")


async def test_a_form_says_which_version_it_was_made_of(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetEquipment, unit(5))
    assert seen((await ada.get(EDIT)).text) == "5"


@pytest.mark.usefixtures("changed_meanwhile")
async def test_a_version_that_there_can_never_be_is_refused(ada: httpx.AsyncClient) -> None:
    answer = await ada.post(EDIT, data=fields(**SAYS, expected_version="9" * 20))
    assert answer.status_code == 422
    assert "TR-1" in answer.text
