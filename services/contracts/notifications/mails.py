"""Messages about the mails that were sent or are to be, and about addresses to which none go."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.identity.audit import Actor
from services.contracts.identity.people import Email
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View

MailStatus = Literal["queued", "sending", "sent", "failed", "withheld"]
"""`withheld` was not to be sent any more: `error` says why."""
AttemptOutcome = Literal["sent", "postponed", "interrupted", "failed", "withheld"]
"""An `interrupted` attempt may have arrived: nobody heard what became of it."""
SuppressionReason = Literal["bounced", "complained", "staff"]


class MailSummary(View):
    id: UUID
    template: str
    subject: str | None
    """As it was sent; None before that."""
    recipient: str
    recipient_name: str
    customer_id: UUID | None
    status: MailStatus
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    resends: int
    """How many attempts were made although an earlier one may have arrived."""
    error: str | None
    again_of: UUID | None
    """The mail that this one repeats, because `ordered_by` of the office had it sent again."""
    ordered_by: str | None


class MailAttemptView(View):
    at: datetime
    outcome: AttemptOutcome
    said: str
    """What the mail server said, or what broke."""


class MailView(MailSummary):
    """A mail in full, as it was sent; what is not sent yet has no content."""

    headers: dict[str, str]
    text: str
    html: str
    """To be shown in a sandbox only."""
    history: list[MailAttemptView]
    """What came of its last attempts, oldest first."""
    is_secret: bool
    """Whether it opened an account: its copy shows no secret, and it is never sent again."""
    may_resend: bool


class ListMails(Query[Page[MailSummary]]):
    """The company's, newest first."""

    recipient: Annotated[str, Field(max_length=320)] | None = None
    """An address in full, in any case."""
    status: MailStatus | None = None
    template: Annotated[str, Field(max_length=100)] | None = None
    customer_id: UUID | None = None
    cursor: str | None = None
    limit: Limit = 25


class GetMail(Query[MailView]):
    mail_id: UUID


class ResendMail(Command[MailSummary]):
    """Sends what an earlier mail told once more, as a mail of its own, which answers."""

    mail_id: UUID


class MailsAffected(Event):
    """Somebody had a mail sent again, or an address suppressed or lifted; the audit trail keeps it."""

    action: Literal["mail.resent", "mail.suppressed", "mail.lifted"]
    subject_id: UUID
    address: str
    actor: Actor
    ip: str
    user_agent: str


class SuppressionView(View):
    address: str
    """In lower case."""
    reason: SuppressionReason
    since: datetime
    by: str
    said: str


class ListSuppressions(Query[Page[SuppressionView]]):
    """The company's, newest first."""

    address: Annotated[str, Field(max_length=320)] | None = None
    """What the addresses begin with."""
    cursor: str | None = None
    limit: Limit = 25


class SuppressAddress(Command[SuppressionView]):
    """To an address that bounced, or that staff name, nothing is sent; to one that complained, what is essential."""

    address: Email
    reason: SuppressionReason
    said: Annotated[str, Field(max_length=500)] = ""
    """What the mail provider or the person said."""


class LiftSuppression(Command[Nothing]):
    address: Annotated[str, Field(max_length=320)]
