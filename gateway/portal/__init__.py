"""The customers' pages: a portal per branch, at `/{portal}/…`."""

from fastapi import APIRouter

from gateway.portal import (
    account,
    brand,
    codes,
    colleagues,
    dashboard,
    details,
    door,
    invitations,
    invoices,
    methods,
    passwords,
    paying,
    payments,
    preferences,
    properties,
    proposals,
    requests,
    signing,
)

__all__ = [
    "account",
    "brand",
    "codes",
    "colleagues",
    "dashboard",
    "details",
    "door",
    "invitations",
    "invoices",
    "methods",
    "passwords",
    "paying",
    "payments",
    "preferences",
    "properties",
    "proposals",
    "requests",
    "router",
    "signing",
]

router = APIRouter(include_in_schema=False)
for _part in (
    invitations,
    codes,
    passwords,
    brand,
    dashboard,
    invoices,
    paying,
    payments,
    methods,
    proposals,
    signing,
    requests,
    preferences,
    properties,
    account,
    details,
    colleagues,
    door,
):
    router.include_router(_part.router)
