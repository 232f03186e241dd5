"""Branches, their portals' settings and links over HTTP, and what anybody learns of a portal."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from gateway.app import Section
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.customers import ChangeCustomer, ChangeProperty, ListCustomers, ListProperties
from services.contracts.identity.invitations import InvitationOutcome, InvitationsView, InviteContacts
from services.contracts.identity.portals import (
    BranchView,
    Brand,
    ChangeBranch,
    ChangeCompany,
    ChangePortalSettings,
    CompanyView,
    GetBranch,
    GetPortal,
    PortalView,
)
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.messages import Page
from services.contracts.principals import PortalSettings
from services.identity.rules import RESERVED_SLUGS
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

BRANCH = BranchView(
    id=world.BRANCH,
    company_id=world.COMPANY,
    slug="evergreen-austin",
    brand=Brand(name="Evergreen Austin"),
    time_zone="America/Chicago",
    settings=PortalSettings(),
)
BRANCHES = "/api/v1/office/branches"
ONE = f"{BRANCHES}/{world.BRANCH}"


def paths_of(routes: Sequence[Any]) -> Iterator[str]:
    """The paths, or what they begin with, of the gateway's kinds of routes."""
    for route in routes:
        match route:
            case Section():
                yield route._prefix
            case Route() | Mount():
                yield route.path
            case _:
                yield from paths_of(route.original_router.routes)


async def test_every_first_word_of_an_address_is_reserved(app: FastAPI) -> None:
    """A portal of that name could never be reached: whoever adds a route at the top adds its word to the rules."""
    words = {path.split("/")[1] for path in paths_of(app.routes)}
    assert {"api", "static", "office", "healthz"} <= words
    assert {word for word in words if word and "{" not in word} <= RESERVED_SLUGS


async def test_a_branch_changes_in_what_is_named(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeBranch, BRANCH)
    answer = await rosa.patch(ONE, json={"brand": {"colour": "#ffd400"}, "time_zone": "America/Denver"})
    assert (answer.status_code, answer.json()["slug"]) == (200, "evergreen-austin")
    asked = neighbours.heard[-1].message
    assert (asked["branch_id"], asked["name"]) == (str(world.BRANCH), None)
    assert (asked["colour"], asked["time_zone"]) == ("#ffd400", "America/Denver")


async def test_a_portals_address_never_changes(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    assert (await rosa.patch(ONE, json={"slug": "elsewhere"})).status_code == 422
    assert not neighbours.calls(ChangeBranch)


async def test_the_company_changes_in_what_is_named(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    company = CompanyView(id=world.COMPANY, name="Evergreen", payment_account="acct_1")
    neighbours.answer(ChangeCompany, company)
    answer = await rosa.patch("/api/v1/office/companies/current", json={"name": "Evergreen"})
    assert answer.json()["name"] == "Evergreen"
    asked = neighbours.heard[-1].message
    assert (asked["name"], asked["totp_required"]) == ("Evergreen", None)


async def test_settings_are_read_and_changed_apart_from_their_branch(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(ChangePortalSettings, BRANCH)
    kept = (await rosa.get(f"{ONE}/settings")).json()
    assert PortalSettings.model_validate(kept) == BRANCH.settings
    changed = await rosa.patch(f"{ONE}/settings", json={"electronic_payments": False})
    assert changed.json() == kept
    asked = neighbours.heard[-1].message
    assert asked["electronic_payments"] is False
    assert {name for name in PortalSettings.model_fields if asked[name] is not None} == {"electronic_payments"}


async def test_the_portals_link_is_what_customers_are_given(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetBranch, BRANCH)
    assert (await rosa.get(f"{ONE}/portal-link")).json() == {"url": "https://portal.example/evergreen-austin"}
    neighbours.answer(GetBranch, not_found())
    assert (await rosa.get(f"{ONE}/portal-link")).status_code == 404


async def test_whoever_changes_access_leaves_nobody_of_the_company_remembered(
    app: FastAPI, rosa: httpx.AsyncClient, priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    """The event that tells the other gateways may be slower than the next request here."""
    neighbours.answer(ListProperties, Page(items=[]))
    neighbours.answer(ChangePortalSettings, BRANCH)
    await priya.get("/api/v1/properties")
    assert len(app.state.principals._known) == 1
    await rosa.patch(f"{ONE}/settings", json={"partial_payments": True})
    assert not app.state.principals._known
    neighbours.answer(ChangePortalSettings, forbidden())
    await priya.get("/api/v1/properties")
    await rosa.patch(f"{ONE}/settings", json={"partial_payments": True})
    assert len(app.state.principals._known) == 2


# What anybody learns


def portal_with(**settings: Any) -> PortalView:
    return PortalView(slug="evergreen-austin", brand=BRANCH.brand, settings=PortalSettings(**settings))


async def test_anybody_learns_what_is_on_in_a_portal(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetPortal, portal_with(sections=["jobs"], payment_method_types=["card", "us_bank_account"]))
    told = (await client.get("/api/v1/portals/evergreen-austin")).json()
    assert told["sections"] == ["jobs"]
    assert told["payment_method_types"] == ["card", "us_bank_account"]
    assert told["brand"] == {"name": "Evergreen Austin", "colour": "#1f6f4a", "logo_url": None}
    neighbours.answer(GetPortal, portal_with(electronic_payments=False))
    told = (await client.get("/api/v1/portals/evergreen-austin")).json()
    assert told["payment_method_types"] == []


# Customers, properties, invitations


async def test_customers_and_properties_change_in_what_is_named(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeCustomer, world.CUSTOMER)
    neighbours.answer(ChangeProperty, world.PLACE)
    customer = f"/api/v1/office/customers/{world.CUSTOMER.id}"
    assert (await rosa.patch(customer, json={"phone": "512 555 0100", "email": ""})).status_code == 200
    asked = neighbours.heard[-1].message
    assert (asked["customer_id"], asked["phone"], asked["email"]) == (str(world.CUSTOMER.id), "512 555 0100", "")
    assert (asked["name"], asked["home_branch_id"]) == (None, None)
    site = f"/api/v1/office/properties/{world.PLACE.id}"
    assert (await rosa.patch(site, json={"sales_rep_id": "unset"})).status_code == 200
    asked = neighbours.heard[-1].message
    assert (asked["sales_rep_id"], asked["account_owner_id"]) == ("unset", None)


async def test_lists_are_searched_by_the_beginning_of_a_name(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListCustomers, Page(items=[]))
    neighbours.answer(ListProperties, Page(items=[]))
    await rosa.get("/api/v1/office/customers", params={"search": " Lak "})
    assert neighbours.heard[-1].message["search"] == "Lak"
    params = {"search": "Club", "customer_id": str(world.CUSTOMER.id)}
    await rosa.get("/api/v1/office/properties", params=params)
    asked = neighbours.heard[-1].message
    assert (asked["search"], asked["customer_id"]) == ("Club", str(world.CUSTOMER.id))
    assert (await rosa.get("/api/v1/office/customers", params={"search": "x" * 101})).status_code == 422


async def test_many_are_invited_at_once_and_each_is_told_of(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    outcome = InvitationOutcome(contact_id=world.PRIYA.id, problem="A disabled person cannot be invited.")
    neighbours.answer(InviteContacts, InvitationsView(items=[outcome]))
    answer = await rosa.post("/api/v1/office/invitations", json={"contact_ids": [str(world.PRIYA.id)]})
    assert answer.status_code == 201
    problem = "A disabled person cannot be invited."
    assert answer.json() == {"items": [{"contact_id": str(world.PRIYA.id), "invitation": None, "problem": problem}]}
    assert (await rosa.post("/api/v1/office/invitations", json={"contact_ids": []})).status_code == 422


async def test_a_setting_is_looked_up_anew_for_an_open_session(
    rosa: httpx.AsyncClient, priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    """The dashboard of a session that is open follows its portal's settings from the next request on."""
    portal = world.PRIYA.portal
    assert portal
    settings = [PortalSettings(sections=["invoices"]), PortalSettings(sections=[])]

    def resolve(message: dict[str, Any]) -> SessionPrincipal:
        who = world.ROSA
        if message["token"] == world.PRIYA_TOKEN:
            now = portal.model_copy(update={"settings": settings[0]})
            who = world.PRIYA.model_copy(update={"portal": now})
        return SessionPrincipal(principal=who, expires_at=datetime.now(UTC) + timedelta(hours=1))

    pages_world.know_portal(neighbours)
    neighbours.answer(ResolveSession, resolve)
    neighbours.answer(ChangePortalSettings, BRANCH)
    assert (await priya.get("/api/v1/dashboard")).json()["invoices"]["count"] == 2
    settings.pop(0)
    await rosa.patch(f"{ONE}/settings", json={"sections": []})
    assert set((await priya.get("/api/v1/dashboard")).json().values()) == {None}
