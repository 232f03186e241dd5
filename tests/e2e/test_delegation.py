"""Delegated access over the API: a colleague invited with narrow rights, changed, and narrowed by the office."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.local.stack import Stack
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD

GRETA = "greta@lakeside.test"


class Api:
    """Somebody's session at Austin's portal."""

    def __init__(self, http: httpx.Client, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """The status and what is answered."""
        answer = self._http.request(method, path, json=body, params=query, headers=self._headers)
        return answer.status_code, answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        """What is answered to a GET that succeeds."""
        status, answer = self.ask("GET", path, **query)
        assert status == 200, answer
        return answer


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", trust_env=False, timeout=30) as http:
        yield http


@pytest.fixture
def priya(http: httpx.Client) -> Api:
    who = {"email": "priya@lakeside.test", "password": PASSWORD}
    session = http.post("/portals/evergreen-austin/sessions", json=who).raise_for_status().json()
    return Api(http, session["token"])


def test_a_colleague_has_what_they_were_given_where_it_was_given(
    http: httpx.Client, priya: Api, office: Office
) -> None:
    clubhouse, gate = office.property("Clubhouse"), office.property("North Gate")
    here, there = office.invoice(7_100, "Clubhouse"), office.invoice(7_200, "North Gate")
    new = {
        "name": "Greta Lind",
        "email": GRETA,
        "permissions": ["invoices.view", "requests.view", "requests.create"],
        "property_roles": [
            {"property_id": clubhouse, "role": "other"},
            {"property_id": gate, "role": "other", "permissions": ["requests.view"]},
        ],
    }
    status, made = priya.ask("POST", "/colleagues", new)
    assert (status, made["status"]) == (201, "invited")
    assert priya.ask("POST", "/colleagues", new)[0] == 409

    acceptance = {"token": office.invitation(GRETA).rpartition("/")[2], "password": PASSWORD}
    session = http.post("/invitations/acceptance", json=acceptance).raise_for_status().json()
    greta = Api(http, session["token"])
    seen = {each["id"] for each in greta.get("/invoices", limit=100)["items"]}
    assert here["id"] in seen
    assert there["id"] not in seen
    assert greta.ask("GET", f"/invoices/{there['id']}")[0] == 404
    raised = {"title": "Lamp", "description": "Dark.", "property_id": gate}
    assert greta.ask("POST", "/requests", raised)[0] == 403
    assert greta.ask("POST", "/requests", {**raised, "property_id": clubhouse})[0] == 201
    for path in ("/details", "/colleagues", "/proposals", "/payment-methods"):
        assert greta.ask("GET", path)[0] == 403

    assert priya.ask("PATCH", f"/colleagues/{made['id']}", {"permissions": ["requests.view"]})[0] == 200
    assert greta.ask("GET", "/invoices")[0] == 403
    role = office.role("Reader of invoices", ["invoices.view"])
    office.change(f"/office/contacts/{made['id']}", {"role_ids": [role]})
    assert greta.get("/me")["permissions"] == ["invoices.view", "requests.view"]
    assert greta.ask("GET", f"/invoices/{here['id']}")[0] == 200
    office.change(f"/office/roles/{role}", {"permissions": []})
    assert greta.ask("GET", f"/invoices/{here['id']}")[0] == 403

    assert priya.ask("PATCH", f"/colleagues/{made['id']}", {"status": "disabled"})[0] == 200
    assert greta.ask("GET", "/me")[0] == 401


def test_the_saved_filter_is_the_default_of_the_lists(priya: Api, office: Office) -> None:
    clubhouse, gate = office.property("Clubhouse"), office.property("North Gate")
    try:
        assert priya.ask("PUT", "/me/property-filter", {"property_ids": [gate]})[0] == 200
        assert priya.get("/me")["property_filter"] == [gate]
        at = {each["property"]["id"] for each in priya.get("/invoices", limit=100)["items"]}
        assert at == {gate}
        chosen = priya.get("/balance")
        assert chosen == priya.get("/balance", property=gate)
        assert chosen != priya.get("/balance", property=clubhouse)
        courtyard, annex = office.property("Courtyard"), office.property("Dallas Annex")
        for stranger in (courtyard, annex):
            assert priya.ask("PUT", "/me/property-filter", {"property_ids": [stranger]})[0] == 404
            assert priya.ask("GET", "/invoices", property=stranger)[0] == 404
    finally:
        priya.ask("PUT", "/me/property-filter", {"property_ids": []})


def test_my_details_change_with_a_history(priya: Api) -> None:
    before = priya.get("/details")["customer"]
    assert [each["slug"] for each in priya.get("/me")["branches"]] == ["evergreen-austin", "evergreen-dallas"]
    status, changed = priya.ask("PATCH", "/details", {"customer_phone": "+1 512 555 0123"})
    assert (status, changed["customer"]["phone"]) == (200, "+1 512 555 0123")
    newest = priya.get("/details/history")["items"][0]
    assert (newest["changed_by"], newest["before"]) == ("Priya Shah", {"customer_phone": before["phone"]})
    priya.ask("PATCH", "/details", {"customer_phone": before["phone"]})
