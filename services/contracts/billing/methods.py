"""Payment methods: the provider keeps them, Portico keeps what a payer recognises them by."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from services.contracts.identity.people import Client
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.principals import PaymentMethodType

Funding = Literal["credit", "debit", "prepaid", "unknown", "bank"]
"""What a card is funded by, as far as its network tells; a bank account is `bank`."""


class PaymentMethodView(View):
    id: UUID
    type: PaymentMethodType
    brand: str
    last4: str
    expires_on: date | None
    default: bool
    added_by: str
    funding: Funding = "unknown"
    usable: bool = True
    """Whether it can be charged now: accepted here, not expired, and a bank account's ownership proved."""
    verification_url: str | None = None
    """The provider's page where the holder types in the micro-deposits; only while that is awaited."""
    expires_soon: bool = False
    """A card that expires within two months, or has."""


class ListPaymentMethods(Query[Page[PaymentMethodView]]):
    """The customer's, newest first."""

    cursor: str | None = None
    limit: Limit = 25


class ProviderFormView(View):
    """What a page needs to mount the provider's fields. None of it is a secret."""

    publishable_key: str
    account: str
    mandate_text: str | None = None
    """What is shown beside the fields of a bank account, where the portal takes one."""


class GetProviderForm(Query[ProviderFormView]):
    """The provider's public facts of the principal's company."""


class SetupView(View):
    """A started setup; `client_secret` is told once, to the browser that asked."""

    id: UUID
    client_secret: str
    publishable_key: str
    account: str
    hosted_url: str
    mandate_text: str | None = None
    """What the holder of a bank account agrees to by entering it; it is kept, with when and from where."""


class StartSetup(Command[SetupView]):
    """Begins to keep a new payment method, through the provider's fields or its hosted page."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0
    type: PaymentMethodType
    return_url: str
    client: Client | None = None


class FinishSetups(Command[Page[PaymentMethodView]]):
    """Reads the customer's unfinished setups at the provider and keeps what came of them; answers those."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0


class SetDefaultMethod(Command[PaymentMethodView]):
    """Makes it the customer's default of its type."""

    payment_method_id: UUID


class DeleteMethod(Command[Nothing]):
    """Forgets it here and at the provider; refused while autopay uses it or a payment by it is under way."""

    deadline_seconds: ClassVar[float] = 30.0
    payment_method_id: UUID


class MethodAdded(Event):
    """A contact has added a card that the customer had not kept before."""

    payment_method_id: UUID
    contact_id: UUID
    branch_id: UUID
    brand: str
    last4: str
    expires_on: date | None
    added_at: datetime


class MandateAccepted(Event):
    """The holder of a bank account has agreed to debits; they are given a copy."""

    payment_method_id: UUID
    contact_id: UUID
    branch_id: UUID
    bank: str
    last4: str
    text: str
    accepted_at: datetime
    ip: str
    user_agent: str
