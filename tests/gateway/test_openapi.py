"""The OpenAPI document says what the API does."""

import json
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.routing import APIRoute

from gateway.api.routers import routes

pytestmark = pytest.mark.anyio

PUBLIC = {
    "/api/v1/portals/{portal}",
    "/api/v1/portals/{portal}/sessions",
    "/api/v1/portals/{portal}/login-codes",
    "/api/v1/portal-links",
    "/api/v1/password-resets",
    "/api/v1/password-resets/completion",
    "/api/v1/office/sessions",
    "/api/v1/invitations/acceptance",
    "/api/v1/webhooks/stripe",
    "/api/v1/verifications",
    "/api/v1/portals/{portal}/guest-sessions",
}


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return found


async def test_it_is_valid(document: dict[str, Any]) -> None:
    described = OpenAPI.model_validate(document)
    assert described.info.title == "Portico"
    assert described.openapi.startswith("3.1")


async def test_every_route_is_in_it(document: dict[str, Any]) -> None:
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    added = [route for route in routes.routes if isinstance(route, APIRoute)]
    assert listed == {(method, route.path) for route in added for method in route.methods or ()}
    assert len(added) > 50


async def test_exactly_the_public_routes_need_no_session(document: dict[str, Any]) -> None:
    assert {
        path for path, item in document["paths"].items() for each in item.values() if "security" not in each
    } == PUBLIC
    assert document["components"]["securitySchemes"]["session"]["scheme"] == "bearer"


async def test_every_route_describes_its_answer_and_its_problems(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            answers = operation["responses"]
            good = next(answers[status] for status in ("200", "201", "202", "204") if status in answers)
            assert "content" in good or answers.keys() & {"202", "204"}, path
            assert "application/problem+json" in answers["4XX"]["content"]
            assert "422" not in answers, path


async def test_no_reference_leads_nowhere(document: dict[str, Any]) -> None:
    names = document["components"]["schemas"]
    references = [part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]]
    assert set(references) <= set(names)
    assert "id" not in names["CreateCustomer"]["properties"]
