"""Signing in and out, and who is who."""

from datetime import UTC, date, datetime

import httpx
import pytest

from services.contracts.billing.invoices import BalanceView, GetBalance, GetInvoice, ListInvoices
from services.contracts.errors import conflict, forbidden, not_found
from services.contracts.fieldwork.requests import ListRequests, RequestView
from services.contracts.identity.contacts import GetContactPortals
from services.contracts.identity.customers import GetCustomer, ListProperties, PropertyView
from services.contracts.identity.invitations import AcceptInvitation
from services.contracts.identity.portals import Brand, GetPortal, PortalView
from services.contracts.identity.sessions import SessionView, SignIn, SignInStaff, SignOut
from services.contracts.messages import Nothing, Page
from services.contracts.notifications.preferences import ChangeNotificationPreferences, NotificationPreferencesView
from services.contracts.principals import PortalSettings
from services.contracts.proposals.proposals import ListProposals, ProposalSummary
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTALS

pytestmark = pytest.mark.anyio

PORTAL = PortalView(slug="evergreen-austin", brand=Brand(name="Evergreen Austin"), settings=PortalSettings())
CREDENTIALS = {"email": "priya@lakeside.test", "password": "portico-demo-2026"}


def session(slug: str | None) -> SessionView:
    return SessionView(
        id=world.id_of("session"), token="t0ken", expires_at=datetime(2036, 1, 1, tzinfo=UTC), portal_slug=slug
    )


async def test_anybody_may_know_what_a_portal_offers(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetPortal, PORTAL)
    answer = await client.get("/api/v1/portals/evergreen-austin")
    assert answer.status_code == 200
    assert answer.json() == {
        "slug": "evergreen-austin",
        "name": "Evergreen Austin",
        "brand": {"name": "Evergreen Austin", "colour": "#1f6f4a", "logo_url": None},
        "logo_url": None,
        "version": "0.1.0",
        "sections": ["invoices", "proposals", "requests"],
        "payment_method_types": ["card"],
    }


async def test_signing_in_answers_a_token_and_sets_the_portals_cookie(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignIn, session("evergreen-austin"))
    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "User-Agent": "Browser/1"}
    answer = await client.post("/api/v1/portals/evergreen-austin/sessions", json=CREDENTIALS, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["token"] == "t0ken"
    cookie = answer.headers["set-cookie"]
    for part in ("portico_session=t0ken", "Path=/evergreen-austin", "HttpOnly", "SameSite=lax", "Secure"):
        assert part in cookie
    asked = neighbours.heard[-1].message
    assert asked["password"] == CREDENTIALS["password"]
    assert asked["client"] == {"ip": "203.0.113.9", "user_agent": "Browser/1"}


async def test_wrong_credentials_are_unauthorized(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignIn, forbidden("The e-mail address or the password is wrong.", reason="wrong_credentials"))
    answer = await client.post("/api/v1/portals/evergreen-austin/sessions", json=CREDENTIALS)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_too_many_attempts_are_told_when_to_come_back(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInStaff, forbidden("Please wait.", reason="too_many_attempts", retry_after=17))
    answer = await client.post("/api/v1/office/sessions", json=CREDENTIALS)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "17")


async def test_staff_get_a_cookie_for_the_office(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInStaff, session(None))
    answer = await client.post("/api/v1/office/sessions", json=CREDENTIALS)
    assert answer.status_code == 201
    assert "Path=/office" in answer.headers["set-cookie"]


async def test_an_invitation_that_is_gone_is_410(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(AcceptInvitation, conflict("This invitation was used.", reason="invitation_gone"))
    body = {"token": "abc", "password": "a-long-password"}
    assert (await client.post("/api/v1/invitations/acceptance", json=body)).status_code == 410


async def test_a_short_password_is_refused_without_being_repeated(client: httpx.AsyncClient) -> None:
    body = {"token": "abc", "password": "tooshort"}
    answer = await client.post("/api/v1/invitations/acceptance", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "password"
    assert "tooshort" not in answer.text


async def test_a_session_that_was_ended_opens_nothing_more(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignOut, Nothing())
    neighbours.answer(GetBalance, BalanceView(current=world.dollars(1), unapplied_credit=world.dollars(0)))
    assert (await priya.get("/api/v1/balance")).status_code == 200
    assert (await priya.delete("/api/v1/sessions/current")).status_code == 204
    world.know_nobody(neighbours)
    assert (await priya.get("/api/v1/balance")).status_code == 401


# Whoever is signed in


async def test_me_names_what_the_principal_only_has_ids_of(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(ListProperties, Page[PropertyView](items=[world.PLACE]))
    neighbours.answer(GetContactPortals, PORTALS)
    me = (await priya.get("/api/v1/me")).json()
    assert (me["name"], me["email"], me["customer"]["name"]) == ("Priya Shah", "priya@lakeside.test", "Lakeside HOA")
    assert [(each["name"], each["role"]) for each in me["properties"]] == [("Clubhouse", "primary")]
    assert [each["slug"] for each in me["branches"]] == ["evergreen-austin", "evergreen-dallas"]
    assert "invoices.pay" in me["permissions"]


async def test_the_dashboard_counts_what_waits_and_shows_the_earliest(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    due = [world.summary(number, date(2026, 12, 20 - number)) for number in range(7)]
    neighbours.answer(GetBalance, BalanceView(current=world.dollars(9), unapplied_credit=world.dollars(0)))
    neighbours.answer(ListInvoices, Page(items=due, next_cursor="more"))
    neighbours.answer(ListProposals, Page[ProposalSummary](items=[]))
    neighbours.answer(ListRequests, Page[RequestView](items=[world.request_view()]))
    dashboard = (await priya.get("/api/v1/dashboard")).json()
    assert dashboard["balance"]["current"]["amount"] == 900
    assert (dashboard["invoices"]["count"], dashboard["invoices"]["more"]) == (7, True)
    assert [each["due_on"] for each in dashboard["invoices"]["items"]] == [f"2026-12-{14 + n}" for n in range(5)]
    assert (dashboard["proposals"]["count"], dashboard["requests"]["count"]) == (0, 1)


async def test_preferences_change_only_what_is_named(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeNotificationPreferences, NotificationPreferencesView(electronic_receipts=True))
    assert (await priya.put("/api/v1/me/notification-preferences", json={})).status_code == 200
    assert neighbours.heard[-1].message["electronic_receipts"] is None
    wanted = {"electronic_receipts": True, "visit_reminders": False}
    answer = await priya.put("/api/v1/me/notification-preferences", json=wanted)
    assert (answer.json()["electronic_receipts"], answer.json()["job_updates"]) == (True, True)
    told = neighbours.heard[-1].message
    assert {name: told[name] for name in (*wanted, "job_updates")} == {**wanted, "job_updates": None}


@pytest.mark.parametrize("name", ["login_codes", "quote_requests", "gossip"])
async def test_what_is_essential_staffs_or_unknown_cannot_be_switched(
    priya: httpx.AsyncClient, neighbours: Neighbours, name: str
) -> None:
    answer = await priya.put("/api/v1/me/notification-preferences", json={name: False})
    assert answer.status_code == 422
    assert f"'{name}' cannot be switched: it is no kind of mail, or an essential one" in answer.text
    assert neighbours.calls(ChangeNotificationPreferences) == []


# Who may knock where


async def test_customers_and_staff_stay_on_their_side(
    client: httpx.AsyncClient, priya: httpx.AsyncClient, rosa: httpx.AsyncClient
) -> None:
    assert (await priya.get("/api/v1/office/invoices")).status_code == 403
    assert (await rosa.get("/api/v1/invoices")).status_code == 403
    for path in ("/api/v1/invoices", "/api/v1/office/invoices", "/api/v1/me"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_cookie_opens_no_api_route(client: httpx.AsyncClient) -> None:
    client.cookies.set("portico_session", world.PRIYA_TOKEN)
    assert (await client.get("/api/v1/balance")).status_code == 401
    assert (await client.get(f"/api/v1/invoices/{world.id_of('x')}")).status_code == 401


async def test_a_missing_thing_is_404(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetInvoice, not_found())
    answer = await priya.get(f"/api/v1/invoices/{world.id_of('x')}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
