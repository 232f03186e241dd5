"""Reminders of what is owed, and of a card that ends; each is told once per occasion."""

from datetime import date
from uuid import UUID

from services.contracts.billing.autopay import AutopayMethod
from services.contracts.billing.invoices import InvoiceView
from services.contracts.messages import Event


class InvoiceDueSoon(Event):
    """An invoice falls due in a few days; nobody is paying it, and autopay will not."""

    invoice: InvoiceView
    branch_id: UUID
    billing_contact_id: UUID | None


class InvoiceOverdue(Event):
    """An invoice is late; nobody is paying it, and autopay will not."""

    invoice: InvoiceView
    branch_id: UUID
    billing_contact_id: UUID | None
    days: int
    """How many days it is late by, there, at least 1."""


class CardExpiring(Event):
    """A card that autopay charges, or that is the customer's default, ends next month."""

    customer_id: UUID
    branch_id: UUID
    payment_method: AutopayMethod
    expires_on: date
    """Its last day."""
    by_autopay: bool
    """Whether autopay charges it."""
