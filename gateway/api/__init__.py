"""The JSON API under `/api/v1`."""

from gateway.api import (
    account,
    audit,
    company,
    customers,
    invitations,
    invoices,
    me,
    payment_methods,
    payments,
    proposals,
    service_requests,
    sessions,
    staff,
    webhooks,
)
from gateway.api.routers import routes

__all__ = [
    "account",
    "audit",
    "company",
    "customers",
    "invitations",
    "invoices",
    "me",
    "payment_methods",
    "payments",
    "proposals",
    "routes",
    "service_requests",
    "sessions",
    "staff",
    "webhooks",
]

# A list of routes is searched from its top: what customers ask for comes before the office.
routes.routes.sort(key=lambda route: "/office/" in getattr(route, "path", ""))
