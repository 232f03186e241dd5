"""Payment methods: those on file, and a new card or bank account through the payment provider."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.auth import Caller
from gateway.bus import DeadlinePassed, Unavailable
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import address, own, see
from gateway.pages.forms import Form, command_id, received, refused, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Payer, portal_of, root
from gateway.security import content_policy
from gateway.settings import GatewaySettings
from services.contracts import permissions
from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    GetProviderForm,
    ListPaymentMethods,
    PaymentMethodView,
    ProviderFormView,
    SetDefaultMethod,
    StartSetup,
)
from services.contracts.errors import DomainError
from services.contracts.messages import Command, Page
from services.contracts.principals import PaymentMethodType

log = structlog.get_logger()
router = APIRouter()

_SAID = {"default": "Your default was changed.", "removed": "The payment method was removed."}


@router.get("/{portal}/payment-methods")
async def methods(
    request: Request,
    visitor: Payer,
    cursor: Cursor = None,
    method: UUID | None = None,
    saved: str = "",
    next: str = "",  # noqa: A002  # the address says so
) -> Response:
    """What is on file; `method` is one that was added just now, `saved` what was done to one, `next` who needs one."""
    onwards = _next(visitor, next)
    return await _shown(request, visitor, Form(), cursor=cursor, method=method, said=_SAID.get(saved), onwards=onwards)


@router.post("/{portal}/payment-methods/{method_id:uuid}/default")
async def set_default(request: Request, visitor: Payer, method_id: UUID) -> Response:
    """The one of its type that is offered first from now on."""
    typed = texts(await received(request))
    command = SetDefaultMethod(id=command_id(visitor, f"default {method_id}", typed), payment_method_id=method_id)
    return await _done(request, visitor, command, typed, "default")


@router.post("/{portal}/payment-methods/{method_id:uuid}/removal")
async def remove(request: Request, visitor: Payer, method_id: UUID) -> Response:
    """Forgets it."""
    typed = texts(await received(request))
    command = DeleteMethod(id=command_id(visitor, f"remove {method_id}", typed), payment_method_id=method_id)
    return await _done(request, visitor, command, typed, "removed")


async def _done(
    request: Request,
    visitor: Caller,
    command: Command[Any],
    typed: Mapping[str, str],
    said: str,
) -> Response:
    """Back to the list; where it was refused, the list says why."""
    try:
        await visitor.ask(command)
    except DomainError as error:
        return await _shown(request, visitor, refused(typed, error), problem_of(error).status_code)
    return see(f"{root(visitor)}/payment-methods?saved={said}")


async def _shown(
    request: Request,
    visitor: Caller,
    form: Form,
    http_status: int = 200,
    *,
    cursor: str | None = None,
    method: UUID | None = None,
    said: str | None = None,
    onwards: str | None = None,
) -> Response:
    found, provider = await asyncio.gather(_listed(visitor, cursor), provider_form(visitor))
    path = f"{root(visitor)}/payment-methods"
    return provider_page(
        request,
        "payments/methods.html",
        http_status,
        here="methods",
        methods=found,
        provider=provider,
        form=form,
        said=said,
        manages=permissions.may(visitor.principal, "payment_methods.manage"),
        takes=portal_of(visitor).settings.payment_method_types,
        online=portal_of(visitor).settings.electronic_payments,
        added=next((each for each in found.items if each.id == method), None),
        path=path,
        onwards=onwards or path,
        first=path if cursor else None,
        next=address(path, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


async def _listed(visitor: Caller, cursor: str | None) -> Page[PaymentMethodView]:
    """What is on file; where the provider may have verified an account meanwhile, after a look there."""
    found = await visitor.ask(ListPaymentMethods(cursor=cursor))
    if not permissions.may_keep_methods(visitor.principal) or not any(each.verification_url for each in found.items):
        return found
    try:
        await visitor.ask(FinishSetups())
    except (Unavailable, DeadlinePassed) as problem:
        log.warning("open setups were not looked at", problem=repr(problem))
        return found
    return await visitor.ask(ListPaymentMethods(cursor=cursor))


@router.post("/{portal}/payment-methods/new")
async def start(request: Request, visitor: Payer) -> Response:
    """Begins to keep a method: a script is told the secret that the provider's fields need, a browser goes there."""
    typed = texts(await received(request))
    settings: GatewaySettings = request.app.state.settings
    back = address(f"{root(visitor)}/payment-methods/added", {"next": _next(visitor, typed.get("next", ""))})
    return_url = f"{settings.public_url}{back}"
    setup = await visitor.ask(StartSetup(type=_type(typed), return_url=return_url, client=client_of(request)))
    if request.headers.get("accept") == "application/json":
        return JSONResponse({"client_secret": setup.client_secret, "added_url": back})
    return see(setup.hosted_url)


@router.get("/{portal}/payment-methods/added")
async def added(visitor: Payer, next: str = "") -> Response:  # noqa: A002  # the address says so
    """Coming back from the provider: keeps what was entered there, and goes on with it chosen."""
    kept = (await visitor.ask(FinishSetups())).items
    is_waiting = bool(kept) and kept[0].verification_url is not None
    onwards = f"{root(visitor)}/payment-methods" if is_waiting else _next(visitor, next)
    return see(address(onwards, {"method": kept[0].id if kept else None}))


def _type(typed: Mapping[str, str]) -> PaymentMethodType:
    return "us_bank_account" if typed.get("type") == "us_bank_account" else "card"


def _next(visitor: Caller, asked: str) -> str:
    return own(portal_of(visitor).slug, asked, f"{root(visitor)}/payment-methods")


# What paying has in common with it


def may_add(visitor: Caller) -> bool:
    """Whether this visitor may put a new method on file: whoever pays must have something to pay with."""
    settings = portal_of(visitor).settings
    allowed = settings.electronic_payments and bool(settings.payment_method_types)
    return allowed and permissions.may_keep_methods(visitor.principal)


async def provider_form(visitor: Caller) -> ProviderFormView | None:
    """What the provider's fields need; None for those who cannot add a method."""
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
