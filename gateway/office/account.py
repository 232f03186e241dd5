"""A staff member's own account: the password, and the sessions that are open."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from gateway import mail_kinds
from gateway.auth import Caller
from gateway.clients import client_of
from gateway.office.door import signed_out
from gateway.office.entry import Member
from gateway.office.passwords import PASSWORD_SENTENCES
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form
from gateway.paging import every
from services.contracts.identity.passwords import ChangePassword
from services.contracts.identity.portals import GetCompany
from services.contracts.identity.sessions import EndSession, ListSessions
from services.contracts.identity.staff import GetStaffMember
from services.contracts.notifications.preferences import ChangeStaffPreferences, GetStaffPreferences

router = APIRouter()

_PATH = "/office/account"
_SENTENCES = {**PASSWORD_SENTENCES, "current_password": "Enter your present password."}


@router.get(_PATH)
async def account(request: Request, member: Member) -> Response:
    """The page."""
    return await _page(request, member, Form())


@router.post(f"{_PATH}/password")
async def change_password(request: Request, member: Member) -> Response:
    """Sets the password; every other session ends."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangePassword(
            id=new_id,
            current_password=SecretStr(typed["current_password"]),
            password=SecretStr(typed["password"]),
            client=client_of(request),
        ),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return await _page(request, member, outcome.form, outcome.status)
    return done(_PATH, "password")


@router.post(f"{_PATH}/mails")
async def choose_mails(request: Request, member: Member) -> Response:
    """Keeps what the staff member wants to be mailed, and how often: what has no tick is switched off."""
    typed = await typed_in(request)
    ticks: dict[str, bool] = {kind: typed[kind] == "on" for kind in mail_kinds.STAFF}
    chosen: dict[str, object] = {"digest": typed["digest"], "language": mail_kinds.language(typed.values), **ticks}
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeStaffPreferences.model_validate({"id": new_id, **chosen}),
        {"digest": "Choose how often you are mailed."},
    )
    if isinstance(outcome, Rejected):
        return await _page(request, member, outcome.form, outcome.status)
    return done(_PATH, "saved")


@router.post(_PATH + "/sessions/{session_id:uuid}/end")
async def end_session(request: Request, member: Member, session_id: UUID) -> Response:
    """Signs out one of the own sessions, be it this one."""
    await typed_in(request)
    await member.ask(EndSession(session_id=session_id))
    if session_id == member.principal.session_id:
        return signed_out(request, member.token)
    return done(_PATH, "ended")


async def _page(request: Request, member: Caller, form: Form, status: int = 200) -> Response:
    person = await member.ask(GetStaffMember(staff_id=member.principal.id))
    return show(
        request,
        member,
        "office/account/account.html",
        status,
        here="account",
        form=form,
        person=person,
        company=await member.ask(GetCompany()),
        sessions=await every(member, ListSessions()),
        preferences=await member.ask(GetStaffPreferences()),
        kinds=mail_kinds.STAFF,
        digests=mail_kinds.DIGESTS,
        languages=mail_kinds.LANGUAGES,
    )
