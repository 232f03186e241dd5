"""What changes access holds at once in every gateway, also for sessions that are open."""

import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from deploy.local import ports, world
from deploy.local.stack import Stack
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD

SOON_SECONDS = 10
"""Far less than the 30 seconds for which a gateway would believe what it remembers."""


@pytest.fixture(scope="module")
def gateways(stack: Stack) -> Iterator[list[str]]:
    """The addresses of two gateways on one bus."""
    port = ports.free_port()
    first = world.gateway(stack.site, stack.broker.url)
    second = replace(first, name="second-gateway", env={**first.env, "GATEWAY_PORT": str(port)})
    stack.supervisor.start(second)
    addresses = [stack.site.public_url, f"http://127.0.0.1:{port}"]
    for address in addresses:
        _until(200, f"{address}/readyz", "")
    yield [f"{address}/api/v1" for address in addresses]
    stack.supervisor.stop(second.name)


def _until(status: int, url: str, token: str) -> None:
    """Asks until the answer has this status; fails where it has not soon."""
    deadline = time.monotonic() + SOON_SECONDS
    answered = None
    while answered != status:
        assert time.monotonic() < deadline, f"{url} still answers {answered}"
        try:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answered = httpx.get(url, headers=headers, trust_env=False, timeout=SOON_SECONDS).status_code
        except httpx.ConnectError:
            time.sleep(0.05)


def _ben(gateways: list[str], office: Office) -> tuple[str, str]:
    """Ben's session, which both gateways remember now, and his id."""
    who = {"email": "ben@lakeside.test", "password": PASSWORD}
    session = httpx.post(f"{gateways[0]}/portals/evergreen-austin/sessions", json=who, trust_env=False).json()
    for address in gateways:
        _until(200, f"{address}/invoices", session["token"])
    contacts = office.get("/office/contacts")["items"]
    return session["token"], next(each["id"] for each in contacts if each["email"] == who["email"])


def test_a_disabled_contacts_open_session_ends_in_both_gateways(gateways: list[str], office: Office) -> None:
    token, ben = _ben(gateways, office)
    office.change(f"/office/contacts/{ben}", {"status": "disabled"})
    for address in gateways:
        _until(401, f"{address}/invoices", token)
    office.change(f"/office/contacts/{ben}", {"status": "active"})


def test_a_permission_taken_away_is_gone_in_both_gateways(gateways: list[str], office: Office) -> None:
    token, ben = _ben(gateways, office)
    held = office.get(f"/office/contacts/{ben}")["permissions"]
    office.change(f"/office/contacts/{ben}", {"permissions": ["requests.view"]})
    for address in gateways:
        _until(403, f"{address}/invoices", token)
        _until(200, f"{address}/requests", token)
    office.change(f"/office/contacts/{ben}", {"permissions": held})
    for address in gateways:
        _until(200, f"{address}/invoices", token)


def test_a_section_switched_off_is_off_in_both_gateways(gateways: list[str], office: Office) -> None:
    token, _ = _ben(gateways, office)
    branches = office.get("/office/branches")["items"]
    austin = next(each for each in branches if each["slug"] == "evergreen-austin")
    sections = austin["settings"]["sections"]
    without = [each for each in sections if each != "requests"]
    office.change(f"/office/branches/{austin['id']}/settings", {"sections": without})
    for address in gateways:
        _until(404, f"{address}/requests", token)
    office.change(f"/office/branches/{austin['id']}/settings", {"sections": sections})
    for address in gateways:
        _until(200, f"{address}/requests", token)
