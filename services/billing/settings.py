"""What billing is told by its environment besides what every service is."""

import hmac
from functools import cache

from pydantic import Field, SecretStr

from services.contracts.settings import Settings


class BillingSettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    stripe_api_key: SecretStr
    stripe_publishable_key: str
    stripe_webhook_secret: SecretStr
    guest_secret: SecretStr = Field(min_length=32)
    """The key of pay links and of guests' sessions. The same on all replicas; a new one ends all that are out."""
    stripe_api_base: str | None = None
    """Where the provider's API is, if not at its own address: the payment sandbox."""
    autopay_calls_per_second: float = Field(default=20, ge=0)
    """How often autopay calls one endpoint of the provider, over all replicas; 0 is as often as it can. The provider
    allows 25, and what is left is for people who pay."""

    autopay_held: bool = False
    """Whether autopay takes up nothing, and nobody is late, reminded, or has a payoff lapse: set before books that were
    restored are worked with, until they agree."""

    def guest_key(self, purpose: str) -> bytes:
        """A key for one purpose, which tells nothing of the others."""
        return hmac.digest(self.guest_secret.get_secret_value().encode(), purpose.encode(), "sha256")


@cache
def billing_settings() -> BillingSettings:
    """This process's settings, read once."""
    return BillingSettings()
