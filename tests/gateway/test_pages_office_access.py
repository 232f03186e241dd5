"""The office's pages of what contacts may do: the grid of permissions, roles, and properties."""

from typing import Any

import httpx
import pytest

from services.contracts.errors import conflict, forbidden
from services.contracts.identity.contacts import ChangeContact, ChangeRole, CreateRole, DeleteRole, ListRoles, RoleView
from services.contracts.messages import Nothing, Page
from services.contracts.permissions import PERMISSIONS
from tests.gateway import office_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import BOOKKEEPER, CHEN, fields

pytestmark = pytest.mark.anyio

ACCESS = f"/office/contacts/{CHEN.id}/access"
ROLE = f"/office/roles/{BOOKKEEPER.id}"
CLUBHOUSE = str(world.CLUBHOUSE.id)


def only(neighbours: Neighbours, message: Any) -> dict[str, Any]:
    (call,) = neighbours.calls(message)
    return call.message


async def test_the_grid_has_every_permission_and_ticks_those_that_are_held(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(ACCESS)

    for permission in PERMISSIONS:
        held = " checked" if permission in CHEN.permissions else ""
        assert f'name="permission" value="{permission}"{held}>' in answer.text
    assert f'name="role" value="{BOOKKEEPER.id}" checked' in answer.text


async def test_what_counts_at_a_property_is_shown_as_it_is(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(ACCESS)

    assert '<option value="other" selected>' in answer.text
    assert f'name="narrow-{CLUBHOUSE}" value="on" checked' in answer.text
    assert f'name="at-{CLUBHOUSE}" value="jobs.view_own" checked' in answer.text


async def test_permissions_roles_and_places_are_kept_together(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeContact, CHEN)
    typed = {
        "permission": ["invoices.view", "jobs.view"],
        "role": [str(BOOKKEEPER.id)],
        "property": [CLUBHOUSE],
        f"role-{CLUBHOUSE}": "billing",
        f"narrow-{CLUBHOUSE}": "on",
        f"at-{CLUBHOUSE}": ["invoices.view"],
    }

    answer = await ada.post(ACCESS, data=fields(**typed))

    assert answer.headers["location"] == f"/office/contacts/{CHEN.id}?said=saved"
    message = only(neighbours, ChangeContact)
    assert message["permissions"] == ["invoices.view", "jobs.view"]
    assert message["role_ids"] == [str(BOOKKEEPER.id)]
    narrowed = {"property_id": CLUBHOUSE, "role": "billing", "permissions": ["invoices.view"]}
    assert message["property_roles"] == [narrowed]
    assert (message["name"], message["status"]) == (None, None)


async def test_a_property_that_is_not_narrowed_counts_everything_whatever_is_ticked(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeContact, CHEN)
    typed = {"property": [CLUBHOUSE], f"role-{CLUBHOUSE}": "primary", f"at-{CLUBHOUSE}": ["invoices.view"]}

    await ada.post(ACCESS, data=fields(**typed))

    (at,) = only(neighbours, ChangeContact)["property_roles"]
    assert at["permissions"] is None


async def test_everything_unticked_takes_everything_away(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeContact, CHEN)

    await ada.post(ACCESS, data=fields(property=[CLUBHOUSE], **{f"role-{CLUBHOUSE}": ""}))

    message = only(neighbours, ChangeContact)
    assert (message["permissions"], message["role_ids"], message["property_roles"]) == ([], [], [])


async def test_a_refusal_keeps_what_was_ticked(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeContact, forbidden("Somebody else decides this."))
    typed = {"permission": ["requests.view"], "property": [CLUBHOUSE], f"role-{CLUBHOUSE}": "billing"}

    refused = await ada.post(ACCESS, data=fields(**typed))
    invented = await ada.post(ACCESS, data=fields(permission=["invoices.forge"]))

    assert refused.status_code == 403
    assert "Somebody else decides this." in refused.text
    assert 'value="requests.view" checked' in refused.text
    assert '<option value="billing" selected>' in refused.text
    assert (invented.status_code, "Choose among the permissions." in invented.text) == (422, True)


# Roles


async def test_without_roles_their_page_says_what_one_is_for(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListRoles, Page[RoleView](items=[]))

    assert "No roles yet" in (await ada.get("/office/roles")).text
    assert "There are no roles yet" in (await ada.get(ACCESS)).text


async def test_a_role_is_created_and_changed(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateRole, BOOKKEEPER)
    neighbours.answer(ChangeRole, BOOKKEEPER)
    typed = fields(name="Bookkeeper", permission=["invoices.view"])

    for path, message in (("/office/roles/new", CreateRole), (ROLE, ChangeRole)):
        answer = await ada.post(path, data=typed)
        assert answer.headers["location"].startswith("/office/roles?said=")
        assert only(neighbours, message)["permissions"] == ["invoices.view"]


async def test_a_role_without_a_name_is_refused_beside_the_field_with_its_ticks_kept(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await ada.post("/office/roles/new", data=fields(name=" ", permission=["invoices.view"]))

    assert answer.status_code == 422
    assert 'id="name-problem"' in answer.text
    assert 'value="invoices.view" checked' in answer.text


async def test_a_role_that_is_held_is_not_deleted_and_its_page_says_why(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    why = "Contacts hold this role. Take it from them first."
    neighbours.answer(DeleteRole, conflict(why, reason="role_held"))
    held = await ada.post(f"{ROLE}/delete", data=fields())
    neighbours.answer(DeleteRole, Nothing())
    free = await ada.post(f"{ROLE}/delete", data=fields())

    assert (held.status_code, why in held.text) == (409, True)
    assert free.headers["location"] == "/office/roles?said=deleted"


async def test_a_sales_rep_reads_a_role_and_changes_none(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada("sales_rep"))

    shown = await ada.get(ROLE)

    assert "Pay" in shown.text
    assert "<input" not in shown.text.split("<main")[1]
    assert (await ada.post(f"{ROLE}/delete", data=fields())).status_code == 403
