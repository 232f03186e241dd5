"""The office's pages of API keys."""

import httpx
import pytest

from services.contracts.identity.api_keys import CreateApiKey, NewApiKeyView, RevokeApiKey
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import KEY, fields

pytestmark = pytest.mark.anyio


async def test_a_key_is_shown_once_and_its_expiry_includes_the_day(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CreateApiKey, NewApiKeyView(**dict(KEY), key="ptk_secret"))
    typed = fields(name="Accounting", scopes=["invoices.read"], expires_at="2999-12-30")

    made = await ada.post("/office/api-keys/new", data=typed)
    listed = await ada.get("/office/api-keys")

    assert 'value="ptk_secret"' in made.text
    assert made.headers["cache-control"] == "no-store"
    assert "ptk_secret" not in listed.text
    assert neighbours.last(CreateApiKey)["expires_at"].startswith("2999-12-31T00:00:00")


async def test_a_key_without_a_scope_or_for_a_day_gone_by_is_refused(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    for typed, field in (
        ({"expires_at": ""}, "scopes"),
        ({"scopes": ["invoices.read"], "expires_at": "2001-01-01"}, "expires_at"),
        ({"scopes": ["invoices.read"], "expires_at": "9999-12-31"}, "expires_at"),
        ({"scopes": ["invoices.read"], "expires_at": "soon"}, "expires_at"),
    ):
        answer = await ada.post("/office/api-keys/new", data=fields(name="Accounting", **typed))
        assert (answer.status_code, f'id="{field}-problem"' in answer.text) == (422, True)
    assert not neighbours.calls(CreateApiKey)


async def test_a_key_is_revoked_after_being_asked_once_more(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RevokeApiKey, KEY)

    shown = await ada.get("/office/api-keys")
    answer = await ada.post(f"/office/api-keys/{KEY.id}/revoke", data=fields())

    assert "stops working at once, for good" in shown.text
    assert answer.headers["location"] == "/office/api-keys?said=revoked"
