"""The JSON API under `/api/v1`."""

from gateway.api import (
    account,
    audit,
    colleagues,
    company,
    customers,
    details,
    invitations,
    invoices,
    me,
    payment_methods,
    payments,
    proposals,
    roles,
    service_requests,
    sessions,
    staff,
    webhooks,
)
from gateway.api.routers import routes

__all__ = [
    "account",
    "audit",
    "colleagues",
    "company",
    "customers",
    "details",
    "invitations",
    "invoices",
    "me",
    "payment_methods",
    "payments",
    "proposals",
    "roles",
    "routes",
    "service_requests",
    "sessions",
    "staff",
    "webhooks",
]

# A list of routes is searched from its top: what customers ask for comes before the office.
routes.routes.sort(key=lambda route: "/office/" in getattr(route, "path", ""))
