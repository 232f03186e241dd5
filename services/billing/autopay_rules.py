"""Autopay's rules: when it charges, what it announces, what a decline means, and the words that are agreed to.

Sources: Regulation E, 12 CFR 1005.10(d) (a varying debit is announced at least 10 days before); Nacha Operating Rules,
Reinitiation (a debit returned as R01 or R09 may be sent again at most twice); the card networks' retry rules (never
again after a decline that says so; at most 15 times in 30 days); docs.stripe.com/declines/codes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.contracts import permissions
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType, Principal

RUN_AT = time(6)
"""When a branch's run of the day begins, there."""

NOTICE = timedelta(days=10)
"""How long before a varying debit it is announced at the least."""

PLAN_AHEAD = timedelta(days=35)
"""How long before it is due an invoice is planned: the next month's installment is always among them."""

PLAN_EVERY = timedelta(hours=1)

DEFERRED_SECONDS = (15, 60, 300, 900, 3600)
"""Before the same try is made again that the provider was too busy for, or away; the last one repeats."""


# When


def morning(day: date, time_zone: str) -> datetime:
    """When the run of a day begins there."""
    return datetime.combine(day, RUN_AT, ZoneInfo(time_zone))


def first_run(day: date, earliest: datetime, time_zone: str) -> date:
    """The first day, this one or a later, whose run begins no sooner than `earliest`."""
    day = max(day, earliest.astimezone(ZoneInfo(time_zone)).date())
    return day if morning(day, time_zone) >= earliest else day + timedelta(days=1)


def must_be_told(amount: int, previous: int | None, due_on: date, today: date) -> bool:
    """Whether a debit has to be announced: the first one, each that differs from the one before, and each that is not
    charged on the day that it falls due."""
    return amount != previous or due_on < today


def charge_day(due_on: date, now: datetime, time_zone: str, *, announced_now: bool) -> date:
    """The day of its run: when it is due, but not before its notice has been out for ten days."""
    if announced_now:
        return first_run(due_on, now + NOTICE, time_zone)
    return max(due_on, now.astimezone(ZoneInfo(time_zone)).date())


def seconds_deferred(deferrals: int) -> int:
    """How long to leave a try alone that the provider did not take up so many times."""
    return DEFERRED_SECONDS[min(deferrals, len(DEFERRED_SECONDS) - 1)]


# What a decline means

Meaning = Literal["hard", "soft", "again"]
"""`hard`: this method will not do; `soft`: another day it may; `again`: no bank was asked, so it was no try."""

NO_TRY = frozenset({"busy", "not_sent", "canceled"})
"""Our own codes for a payment that no bank was asked for."""

HARD_CARD_CODES = frozenset(
    {
        "authentication_required",
        "card_not_supported",
        "currency_not_supported",
        "do_not_try_again",
        "expired_card",
        "fraudulent",
        "highest_risk_level",
        "incorrect_number",
        "incorrect_cvc",
        "invalid_account",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "lost_card",
        "merchant_blacklist",
        "payment_intent_authentication_failure",
        "pickup_card",
        "refused",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "transaction_not_allowed",
    }
)
"""Declines that another day does not change, or after which a network forbids another try."""

RETURNED_FOR_FUNDS = frozenset({"insufficient_funds"})
"""How the provider names R01 and R09, the only returns after which the same debit may be sent again."""

RETRY_DAYS = (1, 3, 5, 7)
"""After the day of the first decline."""

BANK_RETRIES = 2
"""How often a bank's debit may be sent again."""


def meaning(code: str, method_type: PaymentMethodType, *, at_bank: bool = False) -> Meaning:
    """What a decline of this code says about another try with the same method.

    What was at the bank for days and was canceled then, somebody has stopped at the provider.
    """
    if code in NO_TRY:
        return "hard" if at_bank else "again"
    if method_type == "us_bank_account":
        return "soft" if code in RETURNED_FOR_FUNDS else "hard"
    return "hard" if code in HARD_CARD_CODES else "soft"


def retry_day(method_type: PaymentMethodType, declines: int, declined_on: date, today: date) -> date | None:
    """The day of the next try after so many soft declines, the first of them on `declined_on`; None: no more.

    A bank takes days to decline, so the day may have passed: then it is tomorrow.
    """
    days = RETRY_DAYS[:BANK_RETRIES] if method_type == "us_bank_account" else RETRY_DAYS
    if declines > len(days):
        return None
    return max(declined_on + timedelta(days=days[declines - 1]), today + timedelta(days=1))


# Who


def may_manage(principal: Principal) -> bool:
    """The customer's primary contact, for it concerns all of the customer's invoices: with both permissions."""
    return permissions.may(principal, "autopay.manage") and permissions.may_pay(principal, None, None)


# What is agreed to

TERMS_VERSION = "2026-11"


@dataclass(frozen=True)
class Terms:
    """What an authorization names."""

    company: str
    portal: str
    subject: str
    """What is paid, such as `each service invoice`."""
    method_type: PaymentMethodType
    method: str
    cap: Money | None

    @property
    def text(self) -> str:
        """The words that are shown, agreed to, kept and mailed."""
        return "\n\n".join(self._paragraphs())

    @property
    def sha256(self) -> str:
        """What somebody names who has read them."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def _paragraphs(self) -> Sequence[str]:
        return (
            f"Autopay authorization (version {TERMS_VERSION}). I authorize {self.company} to charge {self.method}"
            f" automatically for {self.subject} in the portal {self.portal} that falls due from today on, until I"
            " withdraw this authorization.",
            self._amount(),
            "When: on the day that the invoice falls due. Before the first charge, and before each charge whose amount"
            " differs from the one before, I am told the amount and the day by e-mail at least 10 days ahead; where"
            " that is later than the due date, the charge waits for it, and I may pay the invoice myself.",
            self._declines(),
            self._revocation(),
        )

    def _amount(self) -> str:
        text = (
            "Amount: what is still owed of the invoice on that day, never more than I was told, plus the convenience"
            " fee where the portal charges one on automatic payments."
        )
        return f"{text} An invoice over {_written(self.cap)} is not charged, and I am told." if self.cap else text

    def _declines(self) -> str:
        if self.method_type == "us_bank_account":
            return (
                "If my bank returns a debit for insufficient or uncollected funds, it may be sent again at most twice,"
                " and then autopay is turned off. I am entitled to use this account, and these debits comply with"
                " United States law."
            )
        return (
            "If my card is declined, the charge may be tried again 1, 3, 5 and 7 days later, and then autopay is turned"
            " off."
        )

    def _revocation(self) -> str:
        return (
            "I can turn autopay off, skip the next charge or choose another method at any time under Autopay in this"
            f" portal, or withdraw this authorization by writing to {self.company}. It holds from the moment that I do;"
            " charges already under way are not affected."
        )


def _written(money: Money) -> str:
    return f"{money.currency} {money.amount // 100:,}.{money.amount % 100:02}"
