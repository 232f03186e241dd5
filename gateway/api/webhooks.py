"""What the payment provider tells us."""

from typing import Annotated

from fastapi import Header, Request
from fastapi.responses import Response

from gateway.api.routers import TheBus, answers, public, relayed
from gateway.errors import Problem
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.messages import Nothing


@public.post("/webhooks/stripe", **answers(Nothing))
async def receive_stripe_event(
    request: Request, bus: TheBus, signature: Annotated[str, Header(alias="Stripe-Signature", max_length=2000)]
) -> Response:
    """Takes an event as it came: its signature is over these very bytes, and billing checks it."""
    try:
        payload = (await request.body()).decode()
    except UnicodeDecodeError:
        raise Problem(422, "The event is not UTF-8.", code="invalid") from None
    return await relayed(bus, ReceiveProviderEvent(payload=payload, signature=signature))
