"""Pay links, the address and QR code on an invoice that lets anybody pay it, and what guests do who have one."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from services.contracts.billing.invoices import InvoiceStatus
from services.contracts.billing.payments import PaymentQuoteView
from services.contracts.identity.people import Email
from services.contracts.messages import Command, Nothing, Query, View
from services.contracts.money import Money
from services.contracts.principals import InvoiceKind, PaymentMethodType

InvoiceIds = Annotated[list[UUID], Field(min_length=1, max_length=100)]


class PayLinkView(View):
    """An invoice's pay link as it is handed out today; the portal is that of `branch_id`."""

    token: str
    expires_on: date
    branch_id: UUID


class GetPayLink(Query[PayLinkView]):
    """For the office; conflict where the invoice is not owed."""

    invoice_id: UUID


class RenewPayLink(Command[Nothing]):
    """Every link of the invoice that was handed out before opens nothing any more."""

    invoice_id: UUID


class OpenedPayLink(View):
    """What a pay link opens; the gateway makes a guest of it, in the portal of `branch_id`."""

    company_id: UUID
    branch_id: UUID
    invoice_id: UUID


class OpenPayLink(Query[OpenedPayLink]):
    """not_found, with reason `pay_link_gone`, where the token is wrong, expired or renewed.

    That of a paid or void invoice opens still, for its holder is to be told.
    """

    token: SecretStr


class GuestInvoiceView(View):
    """An invoice as somebody sees it who only holds its link: no names, no addresses."""

    id: UUID
    number: str
    status: InvoiceStatus
    due_on: date
    total: Money
    balance: Money
    payable: bool
    not_payable_because: str | None = None
    kind: InvoiceKind = "service"
    types: list[PaymentMethodType] = []
    """What it can be paid with."""


class GetGuestInvoice(Query[GuestInvoiceView]):
    """One of the guest's."""

    invoice_id: UUID


class QuoteGuestPayment(Query[PaymentQuoteView]):
    """What it would cost a guest with a method of this type; what funds a card is not known yet."""

    invoice_ids: InvoiceIds
    amount: Money | None = None
    type: PaymentMethodType


class GuestPaymentView(View):
    """A payment that a guest began; `client_secret` is told to the browser that asked, and kept nowhere."""

    id: UUID
    client_secret: str
    publishable_key: str
    account: str


class BeginGuestPayment(Command[GuestPaymentView]):
    """An attempt that the guest finishes in the provider's fields. Sent again with the same id it is the same one.

    An earlier attempt of a guest at one of these invoices that was not confirmed is closed at the provider first.
    """

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0
    invoice_ids: InvoiceIds
    amount: Money | None = None
    type: PaymentMethodType
    expected_total: Money
    email: Email
    return_url: Annotated[str, StringConstraints(max_length=2000)]
    """Where the provider sends the browser back; `{payment_id}` in it is replaced."""


class HostedPageView(View):
    url: str


class OpenHostedPage(Command[HostedPageView]):
    """Moves a guest's attempt from the provider's fields to its hosted page; the fields can no longer pay it."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0
    payment_id: UUID
    cancel_url: Annotated[str, StringConstraints(max_length=2000)]
    """Where the page leads whoever changes their mind."""
