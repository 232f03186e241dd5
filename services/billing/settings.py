"""What billing is told by its environment besides what every service is."""

from functools import cache

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class BillingSettings(BaseSettings):
    """One field, one environment variable of the same name in capitals."""

    stripe_api_key: SecretStr
    stripe_publishable_key: str
    stripe_webhook_secret: SecretStr
    stripe_api_base: str | None = None
    """Where the provider's API is, if not at its own address: the payment sandbox."""


@cache
def billing_settings() -> BillingSettings:
    """This process's settings, read once."""
    return BillingSettings()
