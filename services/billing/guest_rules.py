"""Rules for guests, who have no login: how long their links last and how often they may try."""

from datetime import date, timedelta

from services.contracts.allowances import Allowance

LINK_LASTS = timedelta(days=60)
"""How long a pay link opens after it was handed out, or after its invoice falls due."""


def mandate_text(company: str) -> str:
    """What a guest agrees to who pays from a bank account."""
    return (
        f"By paying with this bank account, I authorize {company} to debit it electronically once, for the total that"
        " I confirm here, and to credit it to correct a mistake."
    )


def link_expires_on(due_on: date, today: date) -> date:
    """The last day of a link that is handed out today: it outlives the due date."""
    return max(due_on, today) + LINK_LASTS


INVOICE_ATTEMPTS = Allowance(most=20, renews=timedelta(minutes=3))
"""Payments that guests begin of one invoice: enough for many declined cards, too few to test stolen ones."""

NETWORK_ATTEMPTS = Allowance(most=60, renews=timedelta(minutes=1))
"""Payments that guests begin from one client network, for an office may stand behind it."""

# Third parties: what is counted of wrong look-ups

POLICY_TRIES = Allowance(most=5, renews=timedelta(minutes=30))
"""Of one policy number at a branch, whether there is such a policy or not, from everybody together."""

NETWORK_TRIES = Allowance(most=20, renews=timedelta(minutes=3))
"""From one client network at a branch: an accountant mistypes now and then."""

BRANCH_FAILURES = Allowance(most=40, renews=timedelta(minutes=36))
"""At a branch from everybody. Of 10,000 policies of which 8 % have the commonest ZIP, 40 failures open 3 or 4."""

LASTING_FAILURES = Allowance(most=80, renews=timedelta(hours=6))
"""The same over weeks, against whoever guesses so slowly, or from day to day, that the other forgets it."""

BRANCH_UNPAID = Allowance(most=18, renews=timedelta(hours=4))
"""Programs opened at a branch of which the opener has paid nothing: who guesses well does not fail much."""

GUARDED_FOR = timedelta(days=1)
"""How long a branch asks for a third fact once one of its allowances is used up."""

GUARDED_LONG = timedelta(days=7)
"""The same where it is the failures that lasted."""

SESSION_LASTS = timedelta(hours=1)
"""How long what a third party has found stays open to them."""


def initials(name: str) -> str:
    """Of an insured, at most three: `Bluebird Bakery LLC` is `B. B. L.`"""
    return " ".join(f"{word[0].upper()}." for word in name.split()[:3] if word[0].isalnum())
