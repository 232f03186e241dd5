"""A staff member's second factor: an authenticator app is given a secret, and recovery codes are told once.

The pages with secrets answer the form itself instead of leading on, so that no address and no cookie holds them.
"""

from base64 import b64encode
from io import BytesIO

import segno
from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from gateway.auth import Caller
from gateway.office.entry import SECOND_FACTOR, Enrolling, Member
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form
from services.contracts.identity.staff import ConfirmTotp, RemoveTotp, StartTotp

router = APIRouter()

_SENTENCES = {"code": "Enter the six digits that the app shows."}


@router.get(SECOND_FACTOR)
async def explain(request: Request, member: Enrolling) -> Response:
    """What it is, and the button that begins."""
    return show(request, member, "office/account/second_factor.html", here="account", form=Form())


@router.post(SECOND_FACTOR)
async def start(request: Request, member: Enrolling) -> Response:
    """The secret, as a QR code and as text."""
    await typed_in(request)
    secret = await member.ask(StartTotp())
    return _code_form(request, member, Form(), secret=secret.secret, picture=picture(secret.uri))


@router.post(f"{SECOND_FACTOR}/confirmation")
async def confirm(request: Request, member: Enrolling) -> Response:
    """Sets it up with a code of the secret, and tells the recovery codes."""
    typed = await typed_in(request)
    outcome = await send(
        member, typed, lambda new_id: ConfirmTotp(id=new_id, code=SecretStr(typed["code"].strip())), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        # The app has the secret by now; only its code is asked for again.
        return _code_form(request, member, _emptied(outcome), outcome.status)
    return show(request, member, "office/account/recovery_codes.html", here="account", codes=outcome.codes)


@router.post(f"{SECOND_FACTOR}/removal")
async def remove(request: Request, member: Member) -> Response:
    """Takes it away, given a code."""
    typed = await typed_in(request)
    outcome = await send(
        member, typed, lambda new_id: RemoveTotp(id=new_id, code=SecretStr(typed["code"].strip())), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        form = _emptied(outcome)
        return show(request, member, "office/account/second_factor_off.html", outcome.status, here="account", form=form)
    return done("/office/account", "removed")


@router.get(f"{SECOND_FACTOR}/removal")
async def ask_removal(request: Request, member: Member) -> Response:
    """The form that takes it away."""
    return show(request, member, "office/account/second_factor_off.html", here="account", form=Form())


def picture(uri: str) -> str:
    """A QR code as a `data:` address, so that the secret in it is in no address of ours."""
    drawn = BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", border=4, scale=4, light="#fff")
    return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"


def _emptied(rejected: Rejected) -> Form:
    """The form again without the code, which is of no more use."""
    return Form({}, rejected.form.errors)


def _code_form(
    request: Request, member: Caller, form: Form, status: int = 200, *, secret: str = "", picture: str = ""
) -> Response:
    return show(
        request,
        member,
        "office/account/second_factor_code.html",
        status,
        here="account",
        form=form,
        secret=secret,
        picture=picture,
    )
