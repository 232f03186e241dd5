"""Messages about what people want to be mailed, and in which language.

What is essential (security, money that failed or came back, autopay, agreements and signed copies) has no kind: it is
always sent. Everything else has one, and is sent only to those who want it.
"""

from typing import ClassVar, Literal

from pydantic import SecretStr

from services.contracts.messages import Command, Query, View
from services.contracts.principals import Language

ContactKind = Literal[
    "electronic_receipts",
    "payment_notices",
    "invoice_reminders",
    "card_reminders",
    "proposal_reminders",
    "quote_updates",
    "job_updates",
    "visit_reminders",
    "request_replies",
]
"""What customers may switch off; receipts are off until they are switched on."""
StaffKind = Literal["proposal_news", "quote_requests", "request_news", "job_requests"]
"""What staff may switch off."""
Kind = ContactKind | StaffKind
DigestChoice = Literal["immediately", "daily", "off"]
"""How staff are mailed what is optional: each at once, once a day what they have not read, or not at all."""


class NotificationPreferencesView(View):
    electronic_receipts: bool
    payment_notices: bool = True
    """A bank's payment that is under way, and what somebody else paid of a program."""
    invoice_reminders: bool = True
    card_reminders: bool = True
    proposal_reminders: bool = True
    quote_updates: bool = True
    job_updates: bool = True
    visit_reminders: bool = True
    request_replies: bool = True
    language: Language | None = None
    """That mails are written in; None is the portal's."""


class GetNotificationPreferences(Query[NotificationPreferencesView]):
    """The principal's own."""


class ChangeNotificationPreferences(Command[NotificationPreferencesView]):
    """Only what is given changes."""

    electronic_receipts: bool | None = None
    payment_notices: bool | None = None
    invoice_reminders: bool | None = None
    card_reminders: bool | None = None
    proposal_reminders: bool | None = None
    quote_updates: bool | None = None
    job_updates: bool | None = None
    visit_reminders: bool | None = None
    request_replies: bool | None = None
    language: Language | Literal["unset"] | None = None
    """`unset` is the portal's."""


class StaffPreferencesView(View):
    proposal_news: bool = True
    """Signed, declined and expired proposals."""
    quote_requests: bool = True
    request_news: bool = True
    job_requests: bool = True
    digest: DigestChoice = "immediately"
    language: Language | None = None
    """That mails are written in; None is English."""


class GetStaffPreferences(Query[StaffPreferencesView]):
    """The staff member's own."""


class ChangeStaffPreferences(Command[StaffPreferencesView]):
    """Only what is given changes."""

    proposal_news: bool | None = None
    quote_requests: bool | None = None
    request_news: bool | None = None
    job_requests: bool | None = None
    digest: DigestChoice | None = None
    language: Language | Literal["unset"] | None = None
    """`unset` is English."""


class SubscriptionView(View):
    """Nothing of whose it is: whoever holds the address of a mail may not be the one whom it went to."""

    kind: Kind
    wanted: bool


class GetSubscription(Query[SubscriptionView]):
    """What a mail's own address to unsubscribe is about; not_found where it is none of ours."""

    token: SecretStr


class ChangeSubscription(Command[SubscriptionView]):
    """Switches the kind of mail off, or on again."""

    remembered: ClassVar[bool] = False
    token: SecretStr
    wanted: bool
