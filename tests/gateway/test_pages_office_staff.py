"""The office's pages of staff and of what the company asks of them."""

from typing import Any

import httpx
import pytest

from services.contracts.errors import conflict
from services.contracts.identity.invitations import InvitationView, InviteStaffMember
from services.contracts.identity.portals import (
    ChangeCompany,
)
from services.contracts.identity.staff import (
    ChangeStaffMember,
    CreateStaffMember,
    GetStaffMember,
    ResetTotp,
)
from tests.gateway import office_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import ADA, ADA_VIEW, NOW, OMAR, fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio


OMARS = f"/office/staff/{OMAR.id}"


async def test_a_staff_member_is_added_in_their_roles(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateStaffMember, OMAR)
    typed = {"name": "Omar Haddad", "email": "omar@evergreen.test", "phone": "", "roles": ["account_owner"]}

    answer = await ada.post("/office/staff/new", data=fields(**typed))

    assert answer.headers["location"] == f"{OMARS}?said=invited"
    assert neighbours.last(CreateStaffMember)["roles"] == ["account_owner"]


async def test_roles_of_a_colleague_are_changed_and_ones_own_are_not(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeStaffMember, OMAR)
    typed = {"name": "Omar", "phone": "", "roles": ["office", "sales_rep"]}
    await ada.post(OMARS, data=fields(**typed))
    assert neighbours.last(ChangeStaffMember)["roles"] == ["office", "sales_rep"]

    neighbours.answer(GetStaffMember, ADA_VIEW)
    shown = await ada.get(f"/office/staff/{ADA.id}")
    await ada.post(f"/office/staff/{ADA.id}", data=fields(**typed))

    assert 'name="roles"' not in shown.text
    assert neighbours.last(ChangeStaffMember)["roles"] is None


@pytest.mark.parametrize(
    ("act", "message"),
    [
        ("disable", ChangeStaffMember),
        ("enable", ChangeStaffMember),
        ("invitation", InviteStaffMember),
        ("second-factor/reset", ResetTotp),
    ],
)
async def test_what_is_done_to_a_colleague_is_said_and_so_is_why_not(
    ada: httpx.AsyncClient, neighbours: Neighbours, act: str, message: Any
) -> None:
    done = InvitationView(id=id_of("invitation"), expires_at=NOW) if message is InviteStaffMember else OMAR
    neighbours.answer(message, done)
    good = await ada.post(f"{OMARS}/{act}", data=fields())
    neighbours.answer(message, conflict("A company keeps at least one active administrator."))
    bad = await ada.post(f"{OMARS}/{act}", data=fields())

    assert good.headers["location"].startswith(f"{OMARS}?said=")
    assert (bad.status_code, "at least one active administrator" in bad.text) == (409, True)
    assert 'value="Omar Haddad"' in bad.text


async def test_who_is_no_administrator_is_offered_no_change_of_one(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada("office"))
    neighbours.answer(GetStaffMember, ADA_VIEW.model_copy(update={"id": id_of("another")}))

    above = await ada.get(f"/office/staff/{id_of('another')}")
    new = await ada.get("/office/staff/new")

    assert "Only an administrator changes an administrator." in above.text
    assert 'value="administrator"' not in new.text


async def test_the_company_asks_for_a_second_factor(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeCompany, office_world.COMPANY)

    for ticked in (True, False):
        typed = {"name": "Evergreen", **({"totp_required": "on"} if ticked else {})}
        answer = await ada.post("/office/company", data=fields(**typed))
        assert answer.headers["location"] == "/office/company?said=saved"
        assert neighbours.last(ChangeCompany)["totp_required"] is ticked
