"""Who comes into the office: people, API keys within their scopes, and those who have yet to set a second factor up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.contracts.errors import forbidden
from services.contracts.identity.api_keys import ApiKeyView, CreateApiKey, ListApiKeys, NewApiKeyView, RevokeApiKey
from services.contracts.identity.audit import Actor, AuditEventView, ListAuditEvents
from services.contracts.identity.customers import CreateCustomer, ListCustomers
from services.contracts.identity.sessions import (
    BeginViewing,
    ResolveSession,
    SessionPrincipal,
    SessionView,
    SignInStaff,
    SignOut,
)
from services.contracts.identity.staff import (
    ChangeStaffMember,
    ConfirmTotp,
    RecoveryCodesView,
    RemoveTotp,
    ResetTotp,
    StaffView,
    StartTotp,
    TotpSecretView,
)
from services.contracts.messages import Nothing, Page
from services.contracts.principals import Principal
from tests.gateway import world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

ROSA_ID, KEY_ID, PRIYA_ID = world.id_of("rosa"), world.id_of("key"), world.id_of("priya")
KEY = Principal(
    kind="integration", id=KEY_ID, company_id=world.COMPANY, name="Bookkeeping", scopes=frozenset({"customers.read"})
)
ENROLLING = world.ROSA.model_copy(update={"must_enrol": True})
KEY_VIEW = ApiKeyView(
    id=KEY_ID,
    name="Bookkeeping",
    scopes=["customers.read"],
    created_at=datetime(2026, 11, 20, tzinfo=UTC),
    expires_at=None,
    last_used_at=None,
    revoked_at=None,
)
STAFF = StaffView(
    id=ROSA_ID, name="Rosa Diaz", email="rosa@evergreen.test", phone=None, roles=["office"], status="active"
)
SESSION = SessionView(
    id=world.id_of("session"), token="t0ken", expires_at=datetime(2036, 1, 1, tzinfo=UTC), portal_slug=None
)


def become(client: httpx.AsyncClient, neighbours: Neighbours, principal: Principal) -> httpx.AsyncClient:
    """The client, with a token of this principal's."""
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    neighbours.answer(ResolveSession, SessionPrincipal(principal=principal, expires_at=expires_at))
    client.headers["Authorization"] = f"Bearer token-of-{principal.id}-{principal.must_enrol}"
    return client


@pytest.fixture
def key(client: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """Another system of the company."""
    return become(client, neighbours, KEY)


@pytest.fixture
def enrolling(client: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """Rosa, before she has the second factor that her company asks for."""
    return become(client, neighbours, ENROLLING)


async def test_an_api_key_opens_the_offices_routes(key: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListCustomers, Page(items=[]))
    assert (await key.get("/api/v1/office/customers")).status_code == 200
    told = Principal.model_validate(neighbours.heard[-1].principal)
    assert (told.kind, told.id, told.scopes) == ("integration", KEY_ID, frozenset({"customers.read"}))


PEOPLE_ONLY = [
    ("GET", "/me"),
    ("GET", "/sessions"),
    ("DELETE", "/sessions/current"),
    ("PUT", "/me/password"),
    ("POST", "/me/totp"),
    ("POST", "/me/totp/confirmation"),
    ("POST", "/me/totp/removal"),
    ("POST", "/office/api-keys"),
    ("DELETE", f"/office/staff/{ROSA_ID}/totp"),
    ("POST", f"/office/contacts/{PRIYA_ID}/viewing-sessions"),
    ("GET", "/balance"),
]


@pytest.mark.parametrize(("method", "path"), PEOPLE_ONLY)
async def test_an_api_key_is_refused_where_a_person_has_to_answer(
    key: httpx.AsyncClient, neighbours: Neighbours, method: str, path: str
) -> None:
    answer = await key.request(method, f"/api/v1{path}", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert {each.routing_key for each in neighbours.heard} == {"identity.resolve_session"}


async def test_an_idempotency_key_is_the_api_keys_own(
    client: httpx.AsyncClient, neighbours: Neighbours, key: httpx.AsyncClient
) -> None:
    neighbours.answer(CreateCustomer, world.CUSTOMER)
    address = world.ADDRESS.model_dump()
    body = {"name": "Lakeside HOA", "home_branch_id": str(world.BRANCH), "mailing_address": address}
    other = KEY.model_copy(update={"id": world.id_of("another key")})
    for principal in (KEY, KEY, other):
        sender = become(client, neighbours, principal)
        await sender.post("/api/v1/office/customers", json=body, headers={"Idempotency-Key": "order-66"})
    first, repeated, others = (each.message["id"] for each in neighbours.calls(CreateCustomer))
    assert first == repeated != others


@pytest.mark.parametrize("path", ["/office/customers", "/office/audit-events", "/office/api-keys"])
async def test_who_must_enrol_is_told_so_and_may_do_nothing_in_the_office(
    enrolling: httpx.AsyncClient, path: str
) -> None:
    answer = await enrolling.get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["reason"]) == (403, "must_enrol")


async def test_who_must_enrol_may_set_the_factor_up_look_at_themselves_and_sign_out(
    enrolling: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(StartTotp, TotpSecretView(secret="ABC", uri="otpauth://totp/x"))
    neighbours.answer(ConfirmTotp, RecoveryCodesView(codes=["a-b"]))
    neighbours.answer(SignOut, Nothing())
    assert (await enrolling.get("/api/v1/me")).json()["must_enrol"] is True
    assert (await enrolling.post("/api/v1/me/totp")).json() == {"secret": "ABC", "uri": "otpauth://totp/x"}
    confirmed = await enrolling.post("/api/v1/me/totp/confirmation", json={"code": "123456"})
    assert (confirmed.status_code, confirmed.json()) == (201, {"codes": ["a-b"]})
    assert neighbours.calls(ConfirmTotp)[0].message["code"] == "123456"
    assert (await enrolling.delete("/api/v1/sessions/current")).status_code == 204


@pytest.mark.parametrize("reason", ["totp_required", "wrong_totp"])
async def test_a_missing_or_wrong_code_is_unauthorized(
    client: httpx.AsyncClient, neighbours: Neighbours, reason: str
) -> None:
    neighbours.answer(SignInStaff, forbidden("The code.", reason=reason))
    body = {"email": "rosa@evergreen.test", "password": "portico-demo-2026"}
    answer = await client.post("/api/v1/office/sessions", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (401, reason)


async def test_the_code_goes_with_the_password(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInStaff, SESSION)
    body = {"email": "rosa@evergreen.test", "password": "portico-demo-2026", "totp": "123456"}
    assert (await client.post("/api/v1/office/sessions", json=body)).status_code == 201
    assert neighbours.heard[-1].message["totp"] == "123456"


async def test_a_second_factor_is_removed_with_a_code_and_reset_by_a_colleague(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(RemoveTotp, Nothing())
    neighbours.answer(ResetTotp, STAFF)
    assert (await rosa.post("/api/v1/me/totp/removal", json={"code": "123456"})).status_code == 204
    assert (await rosa.delete(f"/api/v1/office/staff/{ROSA_ID}/totp")).json()["has_totp"] is False
    assert neighbours.heard[-1].message["staff_id"] == str(ROSA_ID)


async def test_a_key_is_made_listed_and_revoked(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateApiKey, NewApiKeyView(**KEY_VIEW.model_dump(), key="pk_secret"))
    neighbours.answer(ListApiKeys, Page[ApiKeyView](items=[KEY_VIEW]))
    neighbours.answer(RevokeApiKey, KEY_VIEW)
    body = {"name": "Bookkeeping", "scopes": ["customers.read"], "expires_at": "2036-01-01T00:00:00Z"}
    made = await rosa.post("/api/v1/office/api-keys", json=body)
    assert (made.status_code, made.json()["key"]) == (201, "pk_secret")
    assert "pk_secret" not in (await rosa.get("/api/v1/office/api-keys")).text
    assert (await rosa.delete(f"/api/v1/office/api-keys/{KEY_ID}")).status_code == 200
    assert neighbours.heard[-1].message["api_key_id"] == str(KEY_ID)


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"scopes": ["everything"]}, {"expires_at": "2036-01-01T00:00:00"}, {"name": ""}, {"key": "mine"}],
)
async def test_a_key_without_a_sound_description_is_not_made(rosa: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    body = {"name": "Bookkeeping", "scopes": ["customers.read"], **wrong}
    assert (await rosa.post("/api/v1/office/api-keys", json=body)).status_code == 422


async def test_viewing_answers_a_session_and_sets_no_cookie(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(BeginViewing, SESSION)
    path = f"/api/v1/office/contacts/{PRIYA_ID}/viewing-sessions"
    answer = await rosa.post(path, json={"portal": "evergreen-austin"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.json()["token"]) == (201, "t0ken")
    assert "set-cookie" not in answer.headers
    asked = neighbours.heard[-1].message
    assert (asked["portal"], asked["client"]["ip"]) == ("evergreen-austin", "203.0.113.9")


async def test_only_what_is_named_of_a_staff_member_changes(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeStaffMember, STAFF)
    answer = await rosa.patch(f"/api/v1/office/staff/{ROSA_ID}", json={"status": "disabled"})
    assert answer.status_code == 200
    asked = neighbours.heard[-1].message
    assert (asked["status"], asked["roles"], asked["name"], asked["phone"]) == ("disabled", None, None, None)


async def test_the_audit_trail_is_filtered_by_its_query(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    event = AuditEventView(
        id=world.id_of("event"),
        at=datetime(2026, 11, 20, tzinfo=UTC),
        actor=Actor(kind="staff", id=ROSA_ID, name="Rosa Diaz"),
        action="contact.changed",
        subject_type="contact",
        subject_id=PRIYA_ID,
        subject_name="Priya Shah",
        ip="203.0.113.9",
        user_agent="Browser/1",
        before={"status": "active"},
        after={"status": "disabled"},
    )
    neighbours.answer(ListAuditEvents, Page[AuditEventView](items=[event]))
    query = {"action": "contact", "actor_id": str(ROSA_ID), "since": "2026-11-01T00:00:00Z", "limit": "10"}
    answer = await rosa.get("/api/v1/office/audit-events", params=query)
    assert answer.json()["items"][0]["actor"] == {"kind": "staff", "id": str(ROSA_ID), "name": "Rosa Diaz"}
    asked = neighbours.heard[-1].message
    assert (asked["action"], asked["actor_id"], asked["limit"]) == ("contact", str(ROSA_ID), 10)
    assert asked["subject_id"] is None and asked["until"] is None


@pytest.mark.parametrize("wrong", [{"since": "yesterday"}, {"actor_id": "Rosa"}, {"since": "2026-11-01T00:00:00"}])
async def test_a_filter_that_means_nothing_is_refused(rosa: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    assert (await rosa.get("/api/v1/office/audit-events", params=wrong)).status_code == 422
