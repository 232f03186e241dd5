"""Every list of the office that can be had as CSV: its query, its filters, its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field, ValidationError, create_model
from starlette.datastructures import QueryParams

from gateway.exports.columns import Column, address, money, named, plain
from gateway.requests import Body
from services.contracts.billing.credits import ListCredits
from services.contracts.billing.invoices import ListInvoices
from services.contracts.billing.payments import ListPayments
from services.contracts.billing.programs import ListPrograms
from services.contracts.fieldwork.equipment import ListEquipment
from services.contracts.fieldwork.jobs import ListJobs
from services.contracts.fieldwork.requests import ListRequests
from services.contracts.fieldwork.visits import ListVisits
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.customers import ListCustomers, ListProperties
from services.contracts.identity.staff import ListStaff
from services.contracts.messages import Ask, Page
from services.contracts.notifications.activities import ListActivities
from services.contracts.notifications.mails import ListMails
from services.contracts.proposals.proposals import ListProposals
from services.contracts.proposals.quotes import ListQuotes

_PAGING = frozenset({"id", "cursor", "limit"})


@dataclass(frozen=True)
class Export:
    """A list; `aliases` are the API's names of filters that the message calls otherwise."""

    name: str
    query: type[Ask[Any]]
    columns: tuple[Column, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    people_only: bool = False

    @cached_property
    def filters(self) -> type[BaseModel]:
        """What the list can be narrowed by, as an address says it."""
        fields: dict[str, Any] = {
            name: (each.annotation, Field(default=each.get_default(call_default_factory=True), alias=self._alias(name)))
            for name, each in self.query.model_fields.items()
            if name not in _PAGING
        }
        return create_model(f"{self.query.__name__}Filters", __base__=Body, **fields)

    def asked(self, filters: BaseModel) -> Ask[Page[Any]]:
        """The list so narrowed."""
        return self.query.model_validate(filters.model_dump())

    def address(self, params: QueryParams) -> str:
        """Where the office has it, narrowed as the page is on which somebody looks at the list."""
        known = [(name, value) for name, value in params.multi_items() if self._takes(name, value)]
        return f"/office/{self.name}.csv" + (f"?{urlencode(known)}" if known else "")

    def _takes(self, name: str, value: str) -> bool:
        """Whether the filter is one of the list's, for pages have some of their own."""
        try:
            self.filters.model_validate({name: [value] if name == "property" else value})
        except ValidationError:
            return False
        return True

    def _alias(self, name: str) -> str:
        return self.aliases.get(name, "property" if name == "property_ids" else name)


EXPORTS = {
    each.name: each
    for each in (
        Export(
            "customers",
            ListCustomers,
            (
                *plain("id", "external_id", "name"),
                *address("mailing_address"),
                *plain("phone", "email", "home_branch_id"),
            ),
        ),
        Export(
            "properties",
            ListProperties,
            (
                *plain("id", "external_id", "name", "customer.id", "customer.name", "branch_id"),
                *address("address"),
                named("sales_rep", "sales_rep.email"),
                named("account_owner", "account_owner.email"),
            ),
        ),
        Export(
            "contacts",
            ListContacts,
            plain("id", "customer_id", "name", "email", "phone", "status", "effective_permissions", "last_sign_in_at"),
        ),
        Export("staff", ListStaff, plain("id", "name", "email", "phone", "roles", "status", "last_sign_in_at")),
        Export(
            "invoices",
            ListInvoices,
            (
                *plain("id", "number", "kind", "status", "due_on", "customer.name", "property.name", "services"),
                *money("total", "balance"),
            ),
        ),
        Export(
            "payments",
            ListPayments,
            (
                *plain("id", "number", "status", "created_at", "payer", "method_type", "method_brand", "method_last4"),
                *money("total", "subtotal", "fee", "refunded", "reversed"),
                *plain("customer_id", "reference", "received_on"),
            ),
        ),
        Export(
            "credits",
            ListCredits,
            (
                *plain("id", "number", "created_at", "customer_id", "property.name", "reason"),
                *money("amount", "unapplied"),
            ),
            {"unapplied_only": "unapplied"},
        ),
        Export(
            "programs",
            ListPrograms,
            (
                *plain("id", "number", "name", "status", "customer.name", "policy_numbers", "plan"),
                *money("total", "next_due"),
                *plain("effective_on", "expires_on", "next_due_on", "archived"),
            ),
            {"customer_id": "customer"},
        ),
        Export(
            "proposals",
            ListProposals,
            (
                *plain("id", "number", "title", "kind", "status", "office_status", "customer.name"),
                *plain("property.name"),
                *money("total"),
                *plain("delivered_at", "expires_on", "revision", "expired", "declined"),
            ),
        ),
        Export(
            "quotes",
            ListQuotes,
            (
                *plain("id", "number", "status", "description", "customer.name", "property.name"),
                *money("price_estimate"),
                *plain("created_by", "created_at", "assigned_to"),
            ),
        ),
        Export(
            "jobs",
            ListJobs,
            (
                *plain("id", "number", "status", "description", "customer.name", "property.name", "date_booked"),
                *plain("preferred_date", "time_logged", "work_undertaken", "created_at", "created_by"),
            ),
        ),
        Export(
            "visits",
            ListVisits,
            (
                *plain("id", "status", "date", "starts_at", "ends_at", "time_zone", "services", "property.name"),
                *plain("service_contact.name", "completed_at", "job_id", "proposal_id"),
            ),
        ),
        Export(
            "equipment",
            ListEquipment,
            (
                *plain("id", "kind", "make", "model", "serial_number", "location", "customer.name", "property.name"),
                *plain("installed_on", "warranty_until", "last_serviced_on", "service_due_on", "service"),
            ),
        ),
        Export(
            "requests",
            ListRequests,
            (
                *plain("id", "number", "title", "description", "status", "category", "priority", "property.name"),
                *plain("created_at", "created_by", "assigned_to.name", "include_client"),
            ),
        ),
        Export(
            "mails",
            ListMails,
            (
                *plain("id", "created_at", "sent_at", "status", "template", "subject", "recipient", "recipient_name"),
                *plain("customer_id", "attempts", "resends", "error"),
            ),
        ),
        Export(
            "activities",
            ListActivities,
            plain("id", "at", "kind", "subject_type", "subject_id", "title", "actor", "read"),
            people_only=True,
        ),
        Export(
            "audit-events",
            ListAuditEvents,
            (
                *plain("id", "at", "actor.kind", "actor.name", "action", "subject_type", "subject_id", "subject_name"),
                *plain("ip", "user_agent", "before", "after"),
            ),
        ),
    )
}
"""By the name that the API has for the list."""


def address_of(params: QueryParams, name: str) -> str:
    """Where the office has this list as CSV, narrowed as the page is."""
    return EXPORTS[name].address(params)
