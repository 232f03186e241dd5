"""The methods that a customer pays with; the provider keeps them."""

from uuid import UUID

import structlog
from fastapi import Request
from fastapi.responses import Response

from gateway.api.routers import CommandId, Settings, answers, portal, relayed
from gateway.auth import ApiCaller, Caller
from gateway.clients import client_of
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from gateway.wire import DeadlinePassed, Unavailable
from services.contracts import permissions
from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    ListPaymentMethods,
    PaymentMethodView,
    SetDefaultMethod,
    SetupView,
    StartSetup,
)
from services.contracts.messages import Page
from services.contracts.principals import PaymentMethodType

log = structlog.get_logger()


class SetupBody(Body):
    type: PaymentMethodType


@portal.post("/payment-methods/setups", **answers(SetupView, 201))
async def start_setup(
    body: SetupBody, caller: ApiCaller, settings: Settings, new_id: CommandId, request: Request
) -> Response:
    """Begins to keep a new method, in the provider's fields (`client_secret`) or on its page (`hosted_url`)."""
    assert caller.principal.portal is not None
    return_url = f"{settings.public_url}/{caller.principal.portal.slug}/payment-methods"
    message = StartSetup(id=new_id, type=body.type, return_url=return_url, client=client_of(request))
    return await relayed(caller, message, 201)


@portal.get("/payment-methods", **answers(Page[PaymentMethodView]))
async def list_payment_methods(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 25) -> Response:
    """The customer's methods, with what came of setups that were still open."""
    await finish_setups(caller)
    return await relayed(caller, ListPaymentMethods(cursor=cursor, limit=limit))


@portal.put("/payment-methods/{payment_method_id}/default", **answers(PaymentMethodView))
async def set_default(payment_method_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Makes it the default of its type, instead of another one."""
    return await relayed(caller, SetDefaultMethod(id=new_id, payment_method_id=payment_method_id))


@portal.delete("/payment-methods/{payment_method_id}", status_code=204, response_class=Response)
async def delete_method(payment_method_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Forgets it, here and at the provider; 409 while a payment by it is under way."""
    await caller.ask(DeleteMethod(id=new_id, payment_method_id=payment_method_id))
    return Response(status_code=204)


async def finish_setups(caller: Caller) -> None:
    """Has billing look at setups that are open; the provider being away must not hide the known methods."""
    if permissions.may_keep_methods(caller.principal):
        try:
            await caller.ask(FinishSetups())
        except (Unavailable, DeadlinePassed) as problem:
            log.warning("open setups were not looked at", problem=repr(problem))
