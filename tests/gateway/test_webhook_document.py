"""What integrators can be told is documented, with samples that are true."""

import re
from typing import Any

import httpx
import pytest

from gateway.webhook_samples import payload_of
from services.contracts.notifications.webhook_events import EVENT_KINDS, EventType
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import ADA, sign_in

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("of_type", EVENT_KINDS)
def test_a_sample_is_a_payload_of_its_type(of_type: EventType) -> None:
    sample = payload_of(of_type)
    data = EVENT_KINDS[of_type].data.model_validate(sample["data"])
    assert data.model_dump(mode="json") == sample["data"]
    assert set(sample) == {"type", "timestamp", "data"}
    assert re.fullmatch(r"[a-z]+\.[a-z]+", sample["type"])


async def test_the_document_has_a_webhook_for_each_type(client: httpx.AsyncClient) -> None:
    document: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    assert set(document["webhooks"]) == set(EVENT_KINDS)
    told = document["webhooks"]["proposal.signed"]["post"]
    headers = {each["name"] for each in told["parameters"]}
    assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    schema = told["requestBody"]["content"]["application/json"]["schema"]
    (example,) = schema["examples"]
    assert example["data"]["electronic_signature"] == payload_of("proposal.signed")["data"]["electronic_signature"]


async def test_the_api_lists_the_types_for_administrators(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, ADA)
    headers = {"Authorization": "Bearer ada-session"}
    listed = (await client.get("/api/v1/office/webhook-event-types", headers=headers)).json()["items"]
    assert [each["type"] for each in listed] == list(EVENT_KINDS)
