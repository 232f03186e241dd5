"""The OpenAPI document of the API."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

import gateway
from gateway.api.routers import SESSION, routes
from gateway.api.webhook_document import webhooks

DESCRIPTION = """\
The self-service portal of businesses that serve other people's property and risk.

Send the `token` of a session as `Authorization: Bearer`. Money is in minor units with a currency. Lists take
`cursor` and `limit`. A POST that creates something or moves money takes an `Idempotency-Key`: the same key from
the same caller gets the same answer. What goes wrong is answered as a problem document (RFC 9457).
"""


SESSION_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "The `token` of a session, of a contact or a staff member; under `/office` also an API key.",
}
BODIES_WITH_ID = ("CreateBranch", "CreateContact", "CreateCustomer", "CreateProperty", "CreateStaffMember")
"""Messages that are bodies as they are; their id comes of the `Idempotency-Key`, whatever the body says."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457, with the id that our logs know the request by."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    code: str | None = None
    reason: str | None = Field(None, description="A stable word within the code.")
    errors: list[FieldProblem] | None = None


def describe(app: FastAPI) -> dict[str, Any]:
    """The document; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="Portico",
            version=gateway.VERSION,
            description=DESCRIPTION,
            routes=routes.routes,
            webhooks=webhooks(),
        )
        document["components"]["securitySchemes"] = {SESSION: SESSION_SCHEME}
        schemas = document["components"]["schemas"]
        for model in (FieldProblem, Problem):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schema.pop("$defs", None)
            schemas[model.__name__] = schema
        for name in BODIES_WITH_ID:
            schemas[name]["properties"].pop("id")
        app.openapi_schema = document
    return app.openapi_schema
