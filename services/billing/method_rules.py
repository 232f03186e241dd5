"""Which payment methods can be charged now, and which will soon not be."""

from datetime import date, timedelta

from services.contracts.errors import DomainError, invalid
from services.contracts.principals import PaymentMethodType, PortalSettings

SOON = timedelta(days=61)
"""Two months: enough for a new card to arrive."""


def type_refusal(method_type: PaymentMethodType, settings: PortalSettings, field: str) -> DomainError | None:
    """Why methods of this type do not count in a portal with these settings, or None."""
    if method_type in settings.payment_method_types:
        return None
    return invalid("This portal does not take this type of payment method.", field=field, reason="type_not_accepted")


def refusal(
    method_type: PaymentMethodType, expires_on: date | None, settings: PortalSettings, today: date
) -> DomainError | None:
    """Why a method cannot be charged now, or None."""
    problem = type_refusal(method_type, settings, "payment_method_id")
    if problem:
        return problem
    if expires_on and expires_on < today:
        return invalid("This card has expired. Please use another one.", field="payment_method_id", reason="expired")
    return None


def expires_soon(expires_on: date | None, today: date) -> bool:
    """Whether it expires within two months, or has."""
    return expires_on is not None and expires_on <= today + SOON
