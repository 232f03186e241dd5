"""API keys of the company's other systems."""

from typing import Annotated
from uuid import UUID

from fastapi.responses import Response
from pydantic import AwareDatetime, Field

from gateway.api.routers import CommandId, answers, office, people, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.api_keys import (
    ApiKeyView,
    CreateApiKey,
    GetApiKey,
    ListApiKeys,
    NewApiKeyView,
    RevokeApiKey,
)
from services.contracts.messages import Page
from services.contracts.principals import Scope
from services.contracts.snapshots import Name


class NewApiKey(Body):
    """`scopes` are at most what its maker may; without `expires_at` it is good until it is revoked."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1)]
    expires_at: AwareDatetime | None = None


@office.get("/api-keys", **answers(Page[ApiKeyView]))
async def list_api_keys(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's keys, newest first, with those that have ended."""
    return await relayed(caller, ListApiKeys(cursor=cursor, limit=limit))


@office.get("/api-keys/{api_key_id}", **answers(ApiKeyView))
async def get_api_key(api_key_id: UUID, caller: ApiCaller) -> Response:
    """One key, without its secret."""
    return await relayed(caller, GetApiKey(api_key_id=api_key_id))


@people.post("/api-keys", **answers(NewApiKeyView, 201))
async def create_api_key(body: NewApiKey, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new key; `key` is its secret, which is told only now."""
    message = CreateApiKey(id=new_id, name=body.name, scopes=body.scopes, expires_at=body.expires_at)
    return await relayed(caller, message, 201)


@office.delete("/api-keys/{api_key_id}", **answers(ApiKeyView))
async def revoke_api_key(api_key_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Ends the key at once, for good."""
    return await relayed(caller, RevokeApiKey(id=new_id, api_key_id=api_key_id))
