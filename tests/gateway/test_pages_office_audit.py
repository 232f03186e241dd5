"""The office's pages of the audit trail."""

import httpx
import pytest

from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.messages import Page
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import ADA

pytestmark = pytest.mark.anyio


async def test_the_trail_tells_who_did_what_from_where_and_what_changed(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/office/audit")

    for word in ("Contact changed: Chen Wu", "Ada Berg", "203.0.113.7", "<del>—</del>", "<ins>jobs.view_own</ins>"):
        assert word in answer.text
    assert "active" not in answer.text.split("<main")[1]


async def test_the_trail_is_filtered_and_paged(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    asked = f"action=contact&actor={ADA.id}&since=2026-11-01&until=2026-11-30"
    answer = await ada.get(f"/office/audit?{asked}")

    message = neighbours.last(ListAuditEvents)
    assert (message["action"], message["actor_id"]) == ("contact", str(ADA.id))
    assert message["since"].startswith("2026-11-01T00:00:00")
    assert message["until"].startswith("2026-12-01T00:00:00")
    assert f'href="/office/audit?{asked.replace("&", "&amp;")}&amp;cursor=more"' in answer.text


async def test_a_filter_that_is_none_is_refused_and_an_empty_trail_says_so(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListAuditEvents, Page[AuditEventView](items=[]))

    for wrong in ("actor=me", "since=yesterday", "until=9999-12-31"):
        assert (await ada.get(f"/office/audit?{wrong}")).status_code == 422
    assert "Nothing matches this filter." in (await ada.get("/office/audit?action=role")).text
