"""Payment methods: the provider keeps them, Portico keeps what a payer recognises them by."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.contracts.messages import Command, Limit, Page, Query, View
from services.contracts.principals import PaymentMethodType


class PaymentMethodView(View):
    id: UUID
    type: PaymentMethodType
    brand: str
    last4: str
    expires_on: date | None
    default: bool
    added_by: str


class ListPaymentMethods(Query[Page[PaymentMethodView]]):
    """The customer's, newest first."""

    cursor: str | None = None
    limit: Limit = 25


class ProviderFormView(View):
    """What a page needs to mount the provider's fields. None of it is a secret."""

    publishable_key: str
    account: str


class GetProviderForm(Query[ProviderFormView]):
    """The provider's public facts of the principal's company."""


class SetupView(View):
    """A started setup; `client_secret` is told once, to the browser that asked."""

    id: UUID
    client_secret: str
    publishable_key: str
    account: str
    hosted_url: str


class StartSetup(Command[SetupView]):
    """Begins to keep a new payment method, through the provider's fields or its hosted page."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0
    type: PaymentMethodType
    return_url: str


class FinishSetups(Command[Page[PaymentMethodView]]):
    """Reads the customer's unfinished setups at the provider and keeps what came of them; answers those."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0
