"""Payment methods: those on file, and a new card through the payment provider."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.auth import Caller
from gateway.pages.addresses import address, own, see
from gateway.pages.forms import received, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Payer, portal_of, root
from gateway.security import content_policy
from gateway.settings import GatewaySettings
from services.contracts import permissions
from services.contracts.billing.methods import (
    FinishSetups,
    GetProviderForm,
    ListPaymentMethods,
    PaymentMethodView,
    ProviderFormView,
    StartSetup,
)

router = APIRouter()


@router.get("/{portal}/payment-methods")
async def methods(request: Request, visitor: Payer, cursor: Cursor = None, method: UUID | None = None) -> Response:
    """What is on file; `method` is one that was added just now."""
    found, provider = await asyncio.gather(visitor.ask(ListPaymentMethods(cursor=cursor)), provider_form(visitor))
    path = f"{root(visitor)}/payment-methods"
    return provider_page(
        request,
        "payments/methods.html",
        here="methods",
        methods=found,
        provider=provider,
        online=portal_of(visitor).settings.electronic_payments,
        added=next((each for each in found.items if each.id == method), None),
        first=path if cursor else None,
        next=address(path, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.post("/{portal}/payment-methods/new")
async def start(request: Request, visitor: Payer) -> Response:
    """Begins to keep a card: a script is told the secret that the provider's fields need, a browser goes there."""
    typed = texts(await received(request))
    settings: GatewaySettings = request.app.state.settings
    back = address(f"{root(visitor)}/payment-methods/added", {"next": _next(visitor, typed.get("next", ""))})
    setup = await visitor.ask(StartSetup(type="card", return_url=f"{settings.public_url}{back}"))
    if request.headers.get("accept") == "application/json":
        return JSONResponse({"client_secret": setup.client_secret, "added_url": back})
    return see(setup.hosted_url)


@router.get("/{portal}/payment-methods/added")
async def added(visitor: Payer, next: str = "") -> Response:  # noqa: A002  # the address says so
    """Coming back from the provider: keeps what was entered there, and goes on with it chosen."""
    kept = (await visitor.ask(FinishSetups())).items
    return see(address(_next(visitor, next), {"method": kept[0].id if kept else None}))


def _next(visitor: Caller, asked: str) -> str:
    return own(portal_of(visitor).slug, asked, f"{root(visitor)}/payment-methods")


# What paying has in common with it


def may_add(visitor: Caller) -> bool:
    """Whether this visitor may put a new card on file: whoever pays must have something to pay with."""
    settings = portal_of(visitor).settings
    allowed = settings.electronic_payments and "card" in settings.payment_method_types
    return allowed and permissions.may_keep_methods(visitor.principal)


async def provider_form(visitor: Caller) -> ProviderFormView | None:
    """What the provider's fields need; None for those who cannot add a card."""
    if not may_add(visitor):
        return None
    return await visitor.ask(GetProviderForm())


def accepted(visitor: Caller, kept: list[PaymentMethodView]) -> list[PaymentMethodView]:
    """Of the methods on file those of a type that the portal takes."""
    types = portal_of(visitor).settings.payment_method_types
    return [method for method in kept if method.type in types]


def provider_page(request: Request, template: str, http_status: int = 200, **values: Any) -> Response:
    """A page that may show the provider's fields, under a policy that lets in the provider."""
    settings: GatewaySettings = request.app.state.settings
    policy = {"Content-Security-Policy": content_policy(settings.provider_origins)}
    return page(request, template, http_status, headers=policy, provider_script=settings.stripe_js_url, **values)
