"""The JSON API under `/api/v1`."""

from gateway.api import (
    account,
    api_keys,
    audit,
    colleagues,
    company,
    credits,
    customers,
    details,
    invitations,
    invoices,
    me,
    office_payments,
    payment_methods,
    payments,
    proposals,
    roles,
    second_factor,
    service_requests,
    sessions,
    staff,
    statements,
    viewing,
    webhooks,
)
from gateway.api.routers import routes

__all__ = [
    "account",
    "api_keys",
    "audit",
    "colleagues",
    "company",
    "credits",
    "customers",
    "details",
    "invitations",
    "invoices",
    "me",
    "office_payments",
    "payment_methods",
    "payments",
    "proposals",
    "roles",
    "routes",
    "second_factor",
    "service_requests",
    "sessions",
    "staff",
    "statements",
    "viewing",
    "webhooks",
]

# A list of routes is searched from its top: what customers ask for comes before the office.
routes.routes.sort(key=lambda route: "/office/" in getattr(route, "path", ""))
