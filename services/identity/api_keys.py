"""API keys: how the company's other systems sign in."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import conflict, forbidden, invalid
from services.contracts.identity.api_keys import (
    ApiKeyView,
    CreateApiKey,
    GetApiKey,
    ListApiKeys,
    NewApiKeyView,
    RevokeApiKey,
)
from services.contracts.identity.contacts import AccessChanged
from services.contracts.messages import Page
from services.contracts.principals import Principal
from services.identity import access, audit, pages, records, rules, tokens
from services.identity.office_models import ApiKey


def create(work: Work, command: CreateApiKey) -> NewApiKeyView:
    """A key that does what it was given from what its maker may; it stays good when they leave the company."""
    maker = access.office(work, "api_keys.write")
    _check(work, maker, command)
    secret = tokens.new_api_key()
    key = ApiKey(
        id=command.id,
        company_id=work.company_id,
        name=command.name,
        key_hash=tokens.digest(secret),
        scopes=sorted(set(command.scopes)),
        created_at=work.now,
        expires_at=command.expires_at,
    )
    made = conflict("This key was made already, and its secret is told only once.", reason="already_made")
    records.add(work, key, api_key_pkey=made)
    audit.record(work, "api_key.created", key, after={"scopes": key.scopes, "expires_at": key.expires_at})
    return NewApiKeyView(**view(key).model_dump(), key=secret)


def _check(work: Work, maker: Principal, command: CreateApiKey) -> None:
    if maker.kind != "staff":
        raise forbidden("A key is made by a person.", reason="people_only")
    if not permissions.scopes_of(maker).issuperset(command.scopes):
        raise forbidden("A key may not do more than who makes it.", field="scopes", reason="beyond_own")
    if command.expires_at is not None and command.expires_at <= work.now:
        raise invalid("This is in the past.", field="expires_at")


def revoke(work: Work, command: RevokeApiKey) -> ApiKeyView:
    """Ends a key at once; a second time changes nothing."""
    access.office(work, "api_keys.write")
    key = records.found(work, ApiKey, command.api_key_id, lock=True)
    before = key.revoked_at
    key.revoke(work.now)
    audit.record(work, "api_key.revoked", key, before={"revoked_at": before}, after={"revoked_at": key.revoked_at})
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[key.id]))
    return view(key)


def list_all(work: Work, query: ListApiKeys) -> Page[ApiKeyView]:
    """Newest first, with those that have ended."""
    access.office(work, "api_keys.read")
    found = select(ApiKey).where(ApiKey.company_id == work.company_id)
    return pages.read_newest(work, query, found, ApiKey.created_at, ApiKey.id, view)


def get(work: Work, query: GetApiKey) -> ApiKeyView:
    """Any of the company's."""
    access.office(work, "api_keys.read")
    return view(records.found(work, ApiKey, query.api_key_id))


def note_use(work: Work, key: ApiKey) -> None:
    """Remembers when the key was last used, to the minute: it would cost a write at each look-up."""
    if key.last_used_at is None or key.last_used_at <= work.now - rules.API_KEY_USE_NOTED:
        key.last_used_at = work.now


def view(key: ApiKey) -> ApiKeyView:
    """A key as staff see it, without its secret, which nobody has."""
    return ApiKeyView(
        id=key.id,
        name=key.name,
        scopes=key.scopes,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )
