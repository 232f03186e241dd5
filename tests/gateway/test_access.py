"""Who may do what, over HTTP: the property filter, My Details, colleagues, roles, and who is signed in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.contracts.billing.invoices import BalanceView, GetBalance, ListInvoices
from services.contracts.billing.payments import ListPayments
from services.contracts.errors import conflict
from services.contracts.fieldwork.requests import ListRequests
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ChangeContact,
    ChangeRole,
    ContactPortalsView,
    ContactView,
    CreateContact,
    CreateRole,
    DeleteRole,
    GetColleague,
    GetContactPortals,
    GetRole,
    ListColleagues,
    ListContacts,
    ListRoles,
    PortalLink,
    PropertyFilterView,
    RoleView,
    SetPropertyFilter,
)
from services.contracts.identity.customers import (
    ChangeDetails,
    DetailsChangeView,
    DetailsView,
    GetCustomer,
    GetDetails,
    ListDetailsHistory,
    ListProperties,
    PropertyView,
)
from services.contracts.identity.invitations import InvitationView, InviteContact
from services.contracts.identity.portals import Brand
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.messages import Nothing, Page
from services.contracts.principals import Principal, PropertyAccess, Viewer
from services.contracts.proposals.proposals import ListProposals
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

CLUBHOUSE, GATE, ELSEWHERE = world.CLUBHOUSE.id, id_of("North Gate"), id_of("Courtyard")
PLACES = [
    PropertyAccess(property_id=CLUBHOUSE, role="primary", permissions=frozenset({"invoices.view"})),
    PropertyAccess(property_id=GATE, role="other"),
]
CHEN = ContactView(
    id=id_of("chen"),
    customer_id=world.LAKESIDE.id,
    name="Chen Wu",
    email="chen@lakeside.test",
    status="invited",
    permissions=["invoices.view"],
    property_roles=[],
)
PAYER = RoleView(id=id_of("payer"), name="Payer", permissions=["invoices.pay"])
EMPTY: Page[Any] = Page(items=[])
LISTS = {
    "/invoices": ListInvoices,
    "/payments": ListPayments,
    "/proposals": ListProposals,
    "/requests": ListRequests,
    "/balance": GetBalance,
}


def signed_in(neighbours: Neighbours, **changed: Any) -> Principal:
    """Whoever calls is Priya, with two properties and what is changed of her."""
    principal = world.PRIYA.model_copy(update={"properties": PLACES, **changed})
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    neighbours.answer(ResolveSession, SessionPrincipal(principal=principal, expires_at=expires_at))
    return principal


@pytest.fixture
def lists(neighbours: Neighbours) -> Iterator[Neighbours]:
    """Neighbours whose every list is empty."""
    for message in (ListInvoices, ListPayments, ListProposals, ListRequests):
        neighbours.answer(message, EMPTY)
    neighbours.answer(GetBalance, BalanceView(current=world.dollars(0), unapplied_credit=world.dollars(0)))
    yield neighbours


# The property filter


@pytest.mark.parametrize("path", LISTS)
async def test_the_saved_choice_is_the_default_of_every_list(
    priya: httpx.AsyncClient, lists: Neighbours, path: str
) -> None:
    signed_in(lists, property_filter=[GATE])
    assert (await priya.get(f"/api/v1{path}")).status_code == 200
    assert lists.heard[-1].message["property_ids"] == [str(GATE)]
    assert (await priya.get(f"/api/v1{path}", params={"property": str(CLUBHOUSE)})).status_code == 200
    assert lists.heard[-1].message["property_ids"] == [str(CLUBHOUSE)]


@pytest.mark.parametrize("path", [*LISTS, "/dashboard"])
async def test_a_property_that_is_not_ones_own_is_not_found(
    priya: httpx.AsyncClient, lists: Neighbours, path: str
) -> None:
    signed_in(lists)
    asked = {"property": [str(CLUBHOUSE), str(ELSEWHERE)]}
    answer = await priya.get(f"/api/v1{path}", params=asked)
    assert answer.status_code == 404
    assert "property" in answer.json()["detail"]
    assert [each for each in lists.heard if each.message.get("property_ids")] == []


@pytest.mark.parametrize("path", LISTS)
async def test_without_a_choice_all_are_asked_for(priya: httpx.AsyncClient, lists: Neighbours, path: str) -> None:
    signed_in(lists)
    assert (await priya.get(f"/api/v1{path}")).status_code == 200
    assert lists.heard[-1].message["property_ids"] == []


async def test_the_dashboard_counts_by_the_saved_choice(priya: httpx.AsyncClient, lists: Neighbours) -> None:
    signed_in(lists, property_filter=[GATE])
    assert (await priya.get("/api/v1/dashboard")).status_code == 200
    for message in (GetBalance, ListInvoices, ListProposals, ListRequests):
        assert [each.message["property_ids"] for each in lists.calls(message)] == [[str(GATE)]]


async def test_the_office_names_any_property(rosa: httpx.AsyncClient, lists: Neighbours) -> None:
    assert (await rosa.get("/api/v1/office/invoices", params={"property": str(ELSEWHERE)})).status_code == 200
    assert lists.heard[-1].message["property_ids"] == [str(ELSEWHERE)]


async def test_the_choice_is_saved_and_told(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    signed_in(neighbours, property_filter=[CLUBHOUSE])
    assert (await priya.get("/api/v1/me/property-filter")).json() == {"property_ids": [str(CLUBHOUSE)]}
    neighbours.answer(SetPropertyFilter, PropertyFilterView(property_ids=[GATE]))
    answer = await priya.put("/api/v1/me/property-filter", json={"property_ids": [str(GATE)]})
    assert (answer.status_code, answer.json()) == (200, {"property_ids": [str(GATE)]})
    assert neighbours.calls(SetPropertyFilter)[-1].message["property_ids"] == [str(GATE)]
    signed_in(neighbours, property_filter=[GATE])
    assert (await priya.get("/api/v1/me/property-filter")).json() == {"property_ids": [str(GATE)]}


# Who is signed in


async def test_me_says_what_counts_where_and_which_portals_there_are(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    signed_in(neighbours, property_filter=[GATE], viewer=Viewer(id=id_of("rosa"), name="Rosa Diaz"))
    dallas = PortalLink(slug="evergreen-dallas", brand=Brand(name="Evergreen Dallas"), branch_id=id_of("dallas"))
    told = ContactPortalsView(name="Priya Shah", email="", company_name="Evergreen Grounds", portals=[dallas])
    neighbours.answer(GetContactPortals, told)
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(ListProperties, Page[PropertyView](items=[world.PLACE]))
    me = (await priya.get("/api/v1/me")).json()
    assert [(each["role"], each["permissions"]) for each in me["properties"]] == [("primary", ["invoices.view"])]
    assert [(each["slug"], each["name"]) for each in me["branches"]] == [("evergreen-dallas", "Evergreen Dallas")]
    assert (me["property_filter"], me["viewer"]["name"]) == ([str(GATE)], "Rosa Diaz")
    assert "invoices.pay" in me["permissions"]
    assert me["scopes"] == []


# My Details


async def test_details_are_read_and_changed_by_name(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    details = DetailsView(customer=world.CUSTOMER, name="Priya Shah", email="priya@lakeside.test", phone="")
    neighbours.answer(GetDetails, details)
    neighbours.answer(ChangeDetails, details)
    assert (await priya.get("/api/v1/details")).json()["customer"]["name"] == "Lakeside HOA"
    answer = await priya.patch("/api/v1/details", json={"customer_phone": "", "name": "Priya S."})
    assert answer.status_code == 200
    asked = neighbours.calls(ChangeDetails)[-1].message
    assert (asked["customer_phone"], asked["name"], asked["customer_name"]) == ("", "Priya S.", None)
    for refused in ({"email": "new@lakeside.test"}, {"phone": "call me"}, {"name": " "}):
        assert (await priya.patch("/api/v1/details", json=refused)).status_code == 422


async def test_the_history_of_details_is_for_both_sides(
    priya: httpx.AsyncClient, rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    change = DetailsChangeView(
        id=id_of("a change"), at=datetime(2026, 11, 20, tzinfo=UTC), changed_by="Priya Shah", before={}, after={}
    )
    neighbours.answer(ListDetailsHistory, Page[DetailsChangeView](items=[change]))
    assert (await priya.get("/api/v1/details/history?limit=5")).json()["items"][0]["changed_by"] == "Priya Shah"
    assert neighbours.heard[-1].message["limit"] == 5
    path = f"/api/v1/office/customers/{world.LAKESIDE.id}/details-history"
    assert (await rosa.get(path)).status_code == 200
    assert neighbours.heard[-1].message["customer_id"] == str(world.LAKESIDE.id)


# Colleagues


async def test_colleagues_are_listed_added_and_changed(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListColleagues, Page[ContactView](items=[CHEN]))
    for message in (GetColleague, AddColleague, ChangeColleague):
        neighbours.answer(message, CHEN)
    assert (await priya.get("/api/v1/colleagues")).json()["items"][0]["name"] == "Chen Wu"
    assert (await priya.get(f"/api/v1/colleagues/{CHEN.id}")).json()["status"] == "invited"
    body = {
        "name": "Chen Wu",
        "email": "Chen@Lakeside.test",
        "permissions": ["invoices.view"],
        "property_roles": [{"property_id": str(GATE), "role": "other", "permissions": ["invoices.view"]}],
    }
    assert (await priya.post("/api/v1/colleagues", json=body)).status_code == 201
    asked = neighbours.calls(AddColleague)[-1].message
    assert (asked["email"], asked["property_roles"]) == ("chen@lakeside.test", body["property_roles"])
    invitation = InvitationView(id=id_of("invitation"), expires_at=datetime(2026, 11, 27, tzinfo=UTC))
    neighbours.answer(InviteContact, invitation)
    assert (await priya.post(f"/api/v1/colleagues/{CHEN.id}/invitation")).status_code == 201
    answer = await priya.patch(f"/api/v1/colleagues/{CHEN.id}", json={"status": "disabled"})
    assert answer.status_code == 200
    asked = neighbours.calls(ChangeColleague)[-1].message
    assert (asked["contact_id"], asked["status"], asked["permissions"]) == (str(CHEN.id), "disabled", None)
    unknown: list[dict[str, Any]] = [{"email": "x@y.test"}, {"permissions": ["everything"]}, {"role_ids": []}]
    for refused in unknown:
        assert (await priya.patch(f"/api/v1/colleagues/{CHEN.id}", json=refused)).status_code == 422


# The office


async def test_roles_are_made_changed_and_deleted(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListRoles, Page[RoleView](items=[PAYER]))
    for message in (GetRole, CreateRole, ChangeRole):
        neighbours.answer(message, PAYER)
    neighbours.answer(DeleteRole, Nothing())
    role = f"/api/v1/office/roles/{PAYER.id}"
    assert (await rosa.get("/api/v1/office/roles")).json()["items"][0]["name"] == "Payer"
    assert (await rosa.get(role)).json() == PAYER.model_dump(mode="json")
    body = {"name": "Payer", "permissions": ["invoices.pay"]}
    assert (await rosa.post("/api/v1/office/roles", json=body)).status_code == 201
    assert (await rosa.patch(role, json={"name": "Accounts"})).status_code == 200
    assert neighbours.calls(ChangeRole)[-1].message["permissions"] is None
    answer = await rosa.delete(role)
    assert (answer.status_code, answer.content) == (204, b"")
    neighbours.answer(DeleteRole, conflict("Contacts hold this role.", reason="role_held"))
    assert (await rosa.delete(role)).status_code == 409


async def test_contacts_are_searched_and_changed_in_all_that_they_are(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListContacts, Page[ContactView](items=[CHEN]))
    for message in (CreateContact, ChangeContact):
        neighbours.answer(message, CHEN)
    asked_for = {"customer_id": str(world.LAKESIDE.id), "search": "che"}
    assert (await rosa.get("/api/v1/office/contacts", params=asked_for)).status_code == 200
    asked = neighbours.calls(ListContacts)[-1].message
    assert {name: asked[name] for name in asked_for} == asked_for
    role_ids: list[UUID | str] = [str(PAYER.id)]
    change = {"email": "chen.wu@lakeside.test", "phone": "+1 512 555 0111", "role_ids": role_ids}
    assert (await rosa.patch(f"/api/v1/office/contacts/{CHEN.id}", json=change)).status_code == 200
    asked = neighbours.calls(ChangeContact)[-1].message
    assert {name: asked[name] for name in change} == change
    assert (asked["name"], asked["permissions"]) == (None, None)
    new = {
        "customer_id": str(world.LAKESIDE.id),
        "name": "Chen Wu",
        "email": "chen@lakeside.test",
        "permissions": [],
        "role_ids": role_ids,
    }
    assert (await rosa.post("/api/v1/office/contacts", json=new)).status_code == 201
    assert neighbours.calls(CreateContact)[-1].message["role_ids"] == role_ids


async def test_each_side_has_its_own(
    priya: httpx.AsyncClient, rosa: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    for path in ("/details", "/details/history", "/colleagues", "/me/property-filter"):
        assert (await rosa.get(f"/api/v1{path}")).status_code == 403
        assert (await client.get(f"/api/v1{path}")).status_code == 401
    for path in ("/roles", "/contacts"):
        assert (await priya.get(f"/api/v1/office{path}")).status_code == 403
        assert (await client.get(f"/api/v1/office{path}")).status_code == 401
