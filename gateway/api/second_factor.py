"""A staff member's own second factor."""

from fastapi.responses import Response

from gateway.api.account import DONE
from gateway.api.routers import CommandId, answers, relayed, signed_in
from gateway.api.sessions import Secret
from gateway.auth import ApiCaller
from gateway.requests import Body
from services.contracts.identity.staff import (
    ConfirmTotp,
    RecoveryCodesView,
    RemoveTotp,
    StartTotp,
    TotpSecretView,
)


class Code(Body):
    """What the authenticator app shows, or a recovery code where one is good."""

    code: Secret


@signed_in.post("/me/totp", **answers(TotpSecretView, 201))
async def start_totp(caller: ApiCaller, new_id: CommandId) -> Response:
    """A fresh secret for an authenticator app; it counts once a code of it was given."""
    return await relayed(caller, StartTotp(id=new_id), 201)


@signed_in.post("/me/totp/confirmation", **answers(RecoveryCodesView, 201))
async def confirm_totp(body: Code, caller: ApiCaller, new_id: CommandId) -> Response:
    """Sets the second factor up; the recovery codes are told only now."""
    return await relayed(caller, ConfirmTotp(id=new_id, code=body.code), 201)


@signed_in.post("/me/totp/removal", status_code=204, response_class=Response, responses=DONE)
async def remove_totp(body: Code, caller: ApiCaller, new_id: CommandId) -> Response:
    """Takes the second factor away, given a good code."""
    await caller.ask(RemoveTotp(id=new_id, code=body.code))
    return Response(status_code=204)
