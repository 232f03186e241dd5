"""Colleagues: added with rights of one's own at most, changed, invited again, kept out."""

from typing import Any

import httpx
import pytest

from services.contracts.errors import conflict, forbidden
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ContactView,
    GetColleague,
    ListColleagues,
    PropertyRoleView,
)
from services.contracts.identity.invitations import InvitationView, InviteContact
from services.contracts.messages import Page
from services.contracts.principals import Permission, PropertyAccess
from tests.gateway import pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import ANNEX, NORTH_GATE, PORTAL, fields, priya, sign_in
from tests.gateway.world import CLUBHOUSE, LAKESIDE, id_of

pytestmark = pytest.mark.anyio

OWN: frozenset[Permission] = frozenset(
    ("contacts.manage", "invoices.view", "invoices.pay", "proposals.view", "jobs.view")
)
PLACES = [
    PropertyAccess(property_id=CLUBHOUSE.id, role="primary"),
    PropertyAccess(property_id=NORTH_GATE.id, role="billing"),
]
ELSEWHERE = PropertyRoleView(property_id=id_of("Dallas Annex"), role="other")
SAM = f"{PORTAL}/colleagues/{id_of('sam')}"


def sam(*permissions: Permission, **more: Any) -> ContactView:
    known: dict[str, Any] = {
        "id": id_of("sam"),
        "customer_id": LAKESIDE.id,
        "name": "Sam Lee",
        "email": "sam@lakeside.test",
        "status": "active",
        "permissions": permissions,
        "effective_permissions": permissions,
        "property_roles": [],
    }
    return ContactView.model_validate(known | more)


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """Priya's browser, who may manage contacts, at two of three properties."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya(OWN).model_copy(update={"properties": PLACES}))
    for message in (AddColleague, ChangeColleague, GetColleague):
        neighbours.answer(message, sam("invoices.view"))
    return client


async def test_everybody_is_listed_with_their_state(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    oneself = sam(id=id_of("priya"), name="Priya Shah")
    neighbours.answer(ListColleagues, Page[ContactView](items=[oneself, sam(status="invited")], next_cursor="more"))

    page = (await browser.get(f"{PORTAL}/colleagues")).text

    assert "Priya Shah (you)" in page
    assert "Sam Lee" in page
    assert '<span class="badge notice">Invited</span>' in page
    assert f'href="{PORTAL}/colleagues?cursor=more"' in page


async def test_only_ones_own_rights_and_places_are_offered(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{PORTAL}/colleagues/new")).text

    assert page.count('name="permission"') == len(OWN - {"jobs.view"}), "this portal has no jobs"
    assert 'value="proposals.sign"' not in page
    north_gate = page[page.index(f'id="role-{NORTH_GATE.id}"') :].partition("</select>")[0]
    assert 'value="billing"' in north_gate
    assert 'value="primary"' not in north_gate
    annex = page[page.index(f'id="role-{ANNEX.id}"') :].partition("</select>")[0]
    assert annex.count("<option") == 1


async def test_a_colleague_is_added_once_however_often_the_form_is_sent(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    typed: dict[str, Any] = fields(name="Sam Lee", email=" sam@lakeside.test ")
    typed |= {"permission": ["invoices.view", "proposals.view"], f"role-{CLUBHOUSE.id}": "other"}

    answers = [await browser.post(f"{PORTAL}/colleagues/new", data=typed) for _ in range(2)]

    assert {answer.headers["location"] for answer in answers} == {f"{SAM}?saved=added"}
    first, second = neighbours.calls(AddColleague)
    assert first.message == second.message
    assert (first.message["name"], first.message["email"]) == ("Sam Lee", "sam@lakeside.test")
    assert sorted(first.message["permissions"]) == ["invoices.view", "proposals.view"]
    assert first.message["property_roles"] == [{"property_id": str(CLUBHOUSE.id), "role": "other", "permissions": None}]


async def test_a_right_that_was_not_offered_is_not_given(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    typed: dict[str, Any] = fields(name="Sam Lee", email="sam@lakeside.test")

    await browser.post(f"{PORTAL}/colleagues/new", data=typed | {"permission": ["proposals.sign", "invoices.view"]})

    assert neighbours.calls(AddColleague)[0].message["permissions"] == ["invoices.view"]


async def test_a_limit_of_ones_own_at_a_property_goes_with_it(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    seen: frozenset[Permission] = frozenset(("invoices.view",))
    limited = [PropertyAccess(property_id=CLUBHOUSE.id, role="primary", permissions=seen)]
    sign_in(client, neighbours, priya(OWN).model_copy(update={"properties": limited}))

    typed = fields(name="Sam Lee", email="sam@lakeside.test", **{f"role-{CLUBHOUSE.id}": "other"})
    await browser.post(f"{PORTAL}/colleagues/new", data=typed)

    (given,) = neighbours.calls(AddColleague)[0].message["property_roles"]
    assert given["permissions"] == ["invoices.view"]


async def test_what_was_typed_and_ticked_is_kept_when_something_is_wrong(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(AddColleague, conflict("A contact has this e-mail address.", field="email"))
    typed: dict[str, Any] = fields(name="Sam Lee", email="nobody")
    typed |= {"permission": ["invoices.pay"], f"role-{CLUBHOUSE.id}": "billing"}

    misspelt = await browser.post(f"{PORTAL}/colleagues/new", data=typed)
    taken = await browser.post(f"{PORTAL}/colleagues/new", data=typed | {"email": "sam@lakeside.test"})

    for answer, status in ((misspelt, 422), (taken, 409)):
        assert answer.status_code == status
        assert 'href="#email"' in answer.text
        assert 'value="Sam Lee"' in answer.text
        assert 'value="invoices.pay" checked' in answer.text
        assert '<option value="billing" selected' in answer.text


async def test_what_the_form_does_not_show_stays_as_it_is(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    here = PropertyRoleView(property_id=CLUBHOUSE.id, role="other", permissions=["invoices.view"])
    found = sam("invoices.view", "jobs.view", property_roles=[here, ELSEWHERE])
    neighbours.answer(GetColleague, found)

    typed = fields(permission="proposals.view", **{f"role-{CLUBHOUSE.id}": "billing"})
    answer = await browser.post(SAM, data=typed)

    assert answer.headers["location"] == f"{SAM}?saved=changed"
    (sent,) = neighbours.calls(ChangeColleague)
    assert sorted(sent.message["permissions"]) == ["jobs.view", "proposals.view"]
    assert sent.message["property_roles"] == [
        ELSEWHERE.model_dump(mode="json"),
        {"property_id": str(CLUBHOUSE.id), "role": "billing", "permissions": ["invoices.view"]},
    ]
    assert sent.message["status"] is None


@pytest.mark.parametrize(
    ("colleague", "why"),
    [
        (sam("invoices.view", "proposals.sign"), "They have rights that you do not have"),
        (sam(property_roles=[PropertyRoleView(property_id=ANNEX.id, role="other")]), "They have rights that you do"),
        (sam(*OWN, id=id_of("priya")), "Your own rights are for a colleague or us to change."),
    ],
)
async def test_whoever_has_more_rights_is_only_looked_at(
    browser: httpx.AsyncClient, neighbours: Neighbours, colleague: ContactView, why: str
) -> None:
    neighbours.answer(GetColleague, colleague)

    page = (await browser.get(SAM)).text

    assert why in page
    assert 'name="permission"' not in page
    assert "Disable" not in page


async def test_a_refused_change_is_said(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeColleague, forbidden("This colleague has rights that you have not."))

    answer = await browser.post(SAM, data=fields(permission="invoices.view"))

    assert answer.status_code == 403
    assert "This colleague has rights that you have not." in answer.text


async def test_a_colleague_is_kept_out_and_let_in_again(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for act, status in (("disable", "disabled"), ("enable", "active")):
        answer = await browser.post(f"{SAM}/{act}", data=fields())
        assert answer.headers["location"] == f"{SAM}?saved={status}"

    assert [each.message["status"] for each in neighbours.calls(ChangeColleague)] == ["disabled", "active"]
    assert "cannot sign in any more" in (await browser.get(f"{SAM}?saved=disabled")).text


async def test_whoever_has_not_come_yet_is_invited_again(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetColleague, sam(status="invited"))
    invitation = {"id": id_of("invitation"), "expires_at": "2026-12-01T00:00:00Z"}
    neighbours.answer(InviteContact, InvitationView.model_validate(invitation))

    assert "Invite once more" in (await browser.get(SAM)).text
    answer = await browser.post(f"{SAM}/invitation", data=fields())

    assert answer.headers["location"] == f"{SAM}?saved=invited"
    (sent,) = neighbours.calls(InviteContact)
    assert sent.message["contact_id"] == str(id_of("sam"))


async def test_only_holders_of_the_right_are_led_there(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())

    assert f'href="{PORTAL}/colleagues"' not in (await client.get(f"{PORTAL}/dashboard")).text
    for path in ("/colleagues", "/colleagues/new", f"/colleagues/{id_of('sam')}"):
        assert (await client.get(f"{PORTAL}{path}")).status_code == 403
