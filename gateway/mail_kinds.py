"""The kinds of mail that people may switch off, in the words of the pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.notifications.preferences import Kind
from services.contracts.principals import Language

LANGUAGES: Mapping[Language, str] = {"en": "English", "es": "Español"}
"""That mails are written in, each in its own words."""


def language(typed: Mapping[str, str]) -> str | None:
    """What was chosen in a form, as a command has it: nothing chosen is whatever the portal writes in."""
    return (typed["language"] or "unset") if "language" in typed else None


@dataclass(frozen=True)
class Words:
    """What a kind is called, and what it is about."""

    label: str
    hint: str


CONTACT: Mapping[str, Mapping[Kind, Words]] = {
    "Payments": {
        "electronic_receipts": Words(
            "Electronic receipts", "A receipt whenever you pay. You find every receipt under Payments, too."
        ),
        "payment_notices": Words(
            "Payment notices", "A bank payment that is under way, and what somebody else paid of a program of yours."
        ),
        "invoice_reminders": Words(
            "Invoice reminders", "Before an invoice falls due, and when it is late. None for what autopay takes."
        ),
        "card_reminders": Words(
            "Card reminders", "Before your default card, or the one that autopay charges, expires."
        ),
    },
    "Work": {
        "proposal_reminders": Words("Proposal reminders", "A proposal that still waits for your signature."),
        "quote_updates": Words("Quote updates", "The answer to a quote that you asked for."),
        "job_updates": Words("Job updates", "When a job of yours is booked, changes or is done."),
        "visit_reminders": Words("Visit reminders", "The afternoon before somebody comes."),
        "request_replies": Words("Request replies", "When a request of yours is answered or closed."),
    },
}
"""Customers' kinds, in the groups of their page."""

STAFF: Mapping[Kind, Words] = {
    "proposal_news": Words("Proposals", "One of yours is signed, declined or has expired."),
    "quote_requests": Words("Quotes", "A customer asks for a quote."),
    "request_news": Words("Requests", "A customer raises a request, or says more of it."),
    "job_requests": Words("Jobs", "A customer asks for a job."),
}

DIGESTS = (
    ("immediately", "A mail for each, at once"),
    ("daily", "One mail a day, at 7 in the morning, with what you have not read"),
    ("off", "No mails, only the list of activities"),
)

WORDS: Mapping[Kind, Words] = {**STAFF, **{kind: words for group in CONTACT.values() for kind, words in group.items()}}
