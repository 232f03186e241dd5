"""The JSON API under `/api/v1`."""

from fastapi import APIRouter

from gateway.api import (
    company,
    customers,
    invoices,
    me,
    payment_methods,
    payments,
    proposals,
    service_requests,
    sessions,
    webhooks,
)
from gateway.api.routers import PROBLEMS, office, portal, public, signed_in

__all__ = [
    "company",
    "customers",
    "invoices",
    "me",
    "payment_methods",
    "payments",
    "proposals",
    "router",
    "service_requests",
    "sessions",
    "webhooks",
]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
for door in (public, signed_in, portal, office):
    router.include_router(door)
