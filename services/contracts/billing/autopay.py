"""Autopay: standing authorizations to charge a method when an invoice falls due, and the runs that do."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.identity.people import PersonKind
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType

AutopayStatus = Literal["off", "on", "paused"]
"""`paused` charges nothing until another method is chosen."""
DebitStanding = Literal["planned", "skipped", "over_cap", "retrying", "under_way", "stopped"]
"""What becomes of an invoice by autopay; `over_cap` is more than the customer's own limit, and is not charged."""
AttemptStanding = Literal["queued", "charging", "pending", "charged", "failed", "waiting", "dropped"]


class AutopayMethod(View):
    """What a payer recognises it by."""

    id: UUID
    type: PaymentMethodType
    brand: str
    last4: str


class AuthorizationView(View):
    """What was agreed to, by whom and when."""

    version: str
    text: str
    accepted_at: datetime
    accepted_by: str


class DebitView(View):
    """An invoice that autopay is to pay."""

    invoice_id: UUID
    invoice_number: str
    due_on: date
    charge_on: date
    """Later than it is due where its notice has to come ten days before."""
    amount: Money
    standing: DebitStanding


class AutopayView(View):
    """Autopay of a program, or of the customer's service invoices in this portal."""

    enabled: bool
    status: AutopayStatus
    program_id: UUID | None = None
    payment_method_id: UUID | None = None
    payment_method: AutopayMethod | None = None
    """Only for those who may see the customer's methods."""
    cap: Money | None = None
    """What is more than this is not charged."""
    paused_because: str | None = None
    authorization: AuthorizationView | None = None
    """The one in force."""
    upcoming: list[DebitView] = []
    """Those that the principal may see, by the day they are charged."""
    allowed_payment_methods: list[PaymentMethodType] = []
    manageable: bool = False
    """Whether this principal may change it."""


class GetAutopay(Query[AutopayView]):
    """Of a program, or without one the customer's own, in the principal's portal."""

    program_id: UUID | None = None


class AutopayTermsView(View):
    """The authorization as it would be kept; whoever agrees names its hash, so that it is what they saw."""

    version: str
    text: str
    sha256: str


class GetAutopayTerms(Query[AutopayTermsView]):
    """What somebody agrees to who turns autopay on, with this method."""

    program_id: UUID | None = None
    payment_method_id: UUID
    cap: Money | None = None


class ChangeAutopay(Command[AutopayView]):
    """On, with a method; over to another one; a cap; off. What is not given stays.

    A method, or a cap, that is new needs the authorization anew: it is kept, and a copy is mailed.
    """

    program_id: UUID | None = None
    enabled: bool
    payment_method_id: UUID | None = None
    """Needed to turn it on."""
    cap: Money | None = None
    uncapped: bool = False
    """Takes the cap away."""
    terms_sha256: str | None = None
    """Of the terms that were shown; refused where they are others by now."""


class SkipDebit(Command[AutopayView]):
    """The next invoice that autopay would charge is left to be paid otherwise, or is not left after all."""

    program_id: UUID | None = None
    skip: bool = True
    invoice_id: UUID | None = None
    """The one that was seen as the next: where it is not to be charged any more, no other is left instead."""


class AutopayAuthorized(Event):
    """Autopay was switched on, or over to another method: the person is given a copy of what they agreed to."""

    person_kind: PersonKind
    person_id: UUID
    branch_id: UUID
    program_id: UUID | None
    replaces: bool
    """Whether it was on before, by other terms."""
    payment_method: AutopayMethod
    version: str
    text: str
    accepted_at: datetime
    ip: str
    user_agent: str


AutopayEnd = Literal["asked", "retries_used_up"]


class AutopayEnded(Event):
    """Autopay is off: nothing is charged any more."""

    person_kind: PersonKind
    person_id: UUID
    branch_id: UUID
    program_id: UUID | None
    because: AutopayEnd
    invoice_number: str | None = None
    """Of the invoice that could not be charged, where that ended it."""
    amount: Money | None = None
    decline_reason: str | None = None


class AutopayAnnounced(Event):
    """What autopay will charge, told at least ten days before."""

    person_kind: PersonKind
    person_id: UUID
    branch_id: UUID
    program_id: UUID | None
    payment_method: AutopayMethod
    debits: Annotated[list[DebitView], Field(min_length=1)]


class AutopayDeclined(Event):
    """An attempt was declined: it is made again on a day, or autopay waits for another method."""

    person_kind: PersonKind
    person_id: UUID
    branch_id: UUID
    program_id: UUID | None
    invoice_number: str
    amount: Money
    decline_reason: str
    next_try_on: date | None
    """None where another method is asked for."""


class AutopayWithheld(Event):
    """An invoice was not charged, because it is more than the customer's own limit."""

    person_kind: PersonKind
    person_id: UUID
    branch_id: UUID
    program_id: UUID | None
    invoice_id: UUID
    invoice_number: str
    amount: Money
    cap: Money


class AutopayRunView(View):
    """A branch's run of one day. The counts are of attempts; `amount` is what was charged."""

    id: UUID
    branch_id: UUID
    run_on: date
    started_at: datetime
    running: bool
    due: int
    queued: int
    charged: int
    pending: int
    """At the bank for days, or not known yet."""
    failed: int
    waiting: int
    """Taken up again on another day."""
    dropped: int
    """Not to be charged after all: paid, skipped, switched off or over its cap."""
    amount: Money
    per_second: float
    """How many were worked on in a second so far."""
    last_at: datetime | None
    """When the latest was done."""


class ListAutopayRuns(Query[Page[AutopayRunView]]):
    """The newest day first."""

    cursor: str | None = None
    limit: Limit = 25


class GetAutopayRun(Query[AutopayRunView]):
    run_id: UUID


class AutopayAttemptView(View):
    """One invoice in a run."""

    id: UUID
    invoice_id: UUID
    invoice_number: str
    customer_name: str
    number: int
    """Which try it is, from 1."""
    standing: AttemptStanding
    amount: Money | None
    reason: str | None
    payment_id: UUID | None
    done_at: datetime | None


class ListAutopayAttempts(Query[Page[AutopayAttemptView]]):
    """Of one run, those that are in this standing, or all."""

    run_id: UUID
    standing: AttemptStanding | None = None
    cursor: str | None = None
    limit: Limit = 50


class PreviewedDebit(View):
    """What a run would do with one invoice, as things are now."""

    invoice_id: UUID
    invoice_number: str
    customer_name: str
    program_id: UUID | None
    due_on: date
    charge_on: date
    amount: Money
    fee: Money
    payment_method: AutopayMethod
    charged: bool
    because: str | None = None
    """Why it would not be charged, as a sentence."""


class PreviewAutopayRun(Query[Page[PreviewedDebit]]):
    """What would be charged until a day, that one included; nothing is."""

    branch_id: UUID
    until: date
    cursor: str | None = None
    limit: Limit = 50
