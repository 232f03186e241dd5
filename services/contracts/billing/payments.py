"""Payments: quoted, made, finished by the payer, read."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType

PaymentStatus = Literal[
    "created",
    "requires_action",
    "processing",
    "succeeded",
    "failed",
    "unknown",
]


class PaymentQuoteView(View):
    subtotal: Money
    fee: Money
    total: Money


class QuotePayment(Query[PaymentQuoteView]):
    """What paying these invoices would cost, the convenience fee included."""

    invoice_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    amount: Money | None = None
    payment_method_id: UUID | None = None


class AllocationView(View):
    """What a payment pays of one invoice."""

    invoice_id: UUID
    invoice_number: str
    amount: Money


class PaymentView(View):
    id: UUID
    number: str
    status: PaymentStatus
    created_at: datetime
    subtotal: Money
    fee: Money
    total: Money
    payer: str
    method_type: PaymentMethodType
    method_brand: str
    method_last4: str
    allocations: list[AllocationView]
    decline_reason: str | None = None
    """A sentence for the payer, where it failed."""


class PayInvoices(Command[PaymentView]):
    """Charges a kept method for one or many invoices. A decline is an answer, with status `failed`."""

    deadline_seconds: ClassVar[float] = 40.0
    invoice_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    amount: Money | None = None
    payment_method_id: UUID
    expected_total: Money
    return_url: Annotated[str, StringConstraints(max_length=2000)]
    """Where the provider sends the browser back; `{payment_id}` in it is replaced."""


class RefreshPayment(Command[PaymentView]):
    """Reads an open payment at the provider and settles it if it is decided."""

    deadline_seconds: ClassVar[float] = 30.0
    payment_id: UUID


class GetPayment(Query[PaymentView]):
    payment_id: UUID


class ListPayments(Query[Page[PaymentView]]):
    """Newest first."""

    cursor: str | None = None
    limit: Limit = 25


class ClientSecretView(View):
    """What lets the payer's browser finish one payment; it is fetched each time and kept nowhere."""

    client_secret: str
    action_url: str | None = None
    """The provider's page where the payer confirms, if it has one; the secret is in it."""


class GetPaymentSecret(Query[ClientSecretView]):
    deadline_seconds: ClassVar[float] = 30.0
    payment_id: UUID


class GetReceiptPdf(Query[FileView]):
    deadline_seconds: ClassVar[float] = 20.0
    payment_id: UUID


class PaymentSucceeded(Event):
    """Money has moved. `payer_id` is the contact who paid."""

    version: int
    payment: PaymentView
    payer_id: UUID
    branch_id: UUID
