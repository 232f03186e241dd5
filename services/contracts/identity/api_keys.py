"""API keys: how the company's other systems sign in."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from services.contracts.messages import Command, Limit, Page, Query, View
from services.contracts.moments import Moment
from services.contracts.principals import Scope
from services.contracts.snapshots import Name


class ApiKeyView(View):
    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewApiKeyView(ApiKeyView):
    """A key that was just made; `key` is its secret and is told only once."""

    key: str


class CreateApiKey(Command[NewApiKeyView]):
    """A key of an integration; it may do what its scopes say, and never more than who makes it."""

    remembered: ClassVar[bool] = False
    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1)]
    expires_at: Moment | None = None


class ListApiKeys(Query[Page[ApiKeyView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetApiKey(Query[ApiKeyView]):
    api_key_id: UUID


class RevokeApiKey(Command[ApiKeyView]):
    """Ends a key at once, for good."""

    api_key_id: UUID
