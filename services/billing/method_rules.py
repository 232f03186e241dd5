"""Which payment methods can be charged now, and which will soon not be."""

from datetime import date, timedelta

from services.contracts.errors import DomainError, conflict, invalid
from services.contracts.principals import PaymentMethodType, PortalSettings

SOON = timedelta(days=61)
"""Two months: enough for a new card to arrive."""


def type_refusal(method_type: PaymentMethodType, settings: PortalSettings, field: str) -> DomainError | None:
    """Why methods of this type do not count in a portal with these settings, or None."""
    if method_type in settings.payment_method_types:
        return None
    return invalid("This portal does not take this type of payment method.", field=field, reason="type_not_accepted")


def refusal(
    method_type: PaymentMethodType,
    expires_on: date | None,
    settings: PortalSettings,
    today: date,
    *,
    is_verified: bool,
) -> DomainError | None:
    """Why a method cannot be charged now, or None."""
    problem = type_refusal(method_type, settings, "payment_method_id")
    if problem:
        return problem
    if not is_verified:
        return conflict(
            "This bank account is not verified yet. Enter the small deposits that it received first.",
            reason="not_verified",
        )
    if expires_on and expires_on < today:
        return invalid("This card has expired. Please use another one.", field="payment_method_id", reason="expired")
    return None


def mandate_text(company: str) -> str:
    """What the holder of a bank account agrees to by entering it."""
    return (
        f"By adding this bank account, I authorize {company} to debit it electronically for the payments that I"
        " confirm in this portal, and to credit it to correct a mistake. I can withdraw this authorization at any"
        f" time by removing the account here or by writing to {company}; payments already under way are not affected."
    )


def expires_soon(expires_on: date | None, today: date) -> bool:
    """Whether it expires within two months, or has."""
    return expires_on is not None and expires_on <= today + SOON
