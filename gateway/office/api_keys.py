"""API keys: the list, a new one whose secret is shown once, and the end of one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office import words
from gateway.office.entry import KeysReader, KeysWriter
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form, command_id, wrong
from gateway.paging import Cursor
from services.contracts.identity.api_keys import CreateApiKey, ListApiKeys, RevokeApiKey
from services.contracts.permissions import may_in_office

router = APIRouter()

_PATH = "/office/api-keys"
_SENTENCES = {
    "name": "Enter a name of at most 200 characters.",
    "scopes": "Tick at least one thing that it may do.",
    "expires_at": "Choose a day in the future, or leave it empty.",
}


@router.get(_PATH)
async def keys(request: Request, member: KeysReader, cursor: Cursor = None) -> Response:
    """One page of the list."""
    found = await member.ask(ListApiKeys(cursor=cursor))
    return show_list(
        request, member, "office/api_keys/list.html", found, cursor, here="api-keys", form=Form(), now=datetime.now(UTC)
    )


@router.get(f"{_PATH}/new")
async def write(request: Request, member: KeysWriter) -> Response:
    """The form of a new key."""
    return _form(request, member, Form(), [])


@router.post(f"{_PATH}/new")
async def add(request: Request, member: KeysWriter) -> Response:
    """Makes the key; the page that answers is the only one that ever shows it, so it leads nowhere."""
    typed = await typed_in(request)
    ticked = typed.ticked("scopes")
    try:
        expires_at = _end_of(typed["expires_at"])
    except ValueError:
        form = wrong(typed.values, {"expires_at": _SENTENCES["expires_at"]})
        return _form(request, member, form, ticked, 422)
    fields = {"name": typed["name"], "scopes": ticked, "expires_at": expires_at}
    outcome = await send(
        member, typed, lambda new_id: CreateApiKey.model_validate({"id": new_id, **fields}), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        return _form(request, member, outcome.form, ticked, outcome.status)
    return show(request, member, "office/api_keys/made.html", here="api-keys", made=outcome)


@router.post(_PATH + "/{api_key_id:uuid}/revoke")
async def revoke(request: Request, member: KeysWriter, api_key_id: UUID) -> Response:
    """Ends a key, for good."""
    typed = await typed_in(request)
    await member.ask(RevokeApiKey(id=command_id(member, typed.path, typed.values), api_key_id=api_key_id))
    return done(_PATH, "revoked")


def _end_of(typed: str) -> datetime | None:
    """The end of the day that was typed, in UTC; None where none was. Raises ValueError."""
    if not typed:
        return None
    day = date.fromisoformat(typed)
    if not datetime.now(UTC).date() <= day < date.max:
        raise ValueError(typed)
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _form(request: Request, member: Caller, form: Form, ticked: Sequence[str], status: int = 200) -> Response:
    """Nobody gives a key more than they may themselves."""
    scopes = [scope for scope in words.SCOPES if may_in_office(member.principal, scope)]
    return show(
        request,
        member,
        "office/api_keys/new.html",
        status,
        here="api-keys",
        form=form,
        ticked=ticked,
        scopes=[(scope, words.scope(scope), "") for scope in scopes],
    )
