"""What webhooks are told by their environment."""

import hmac
from functools import cache
from ipaddress import ip_network

from pydantic import Field, SecretStr, field_validator

from services.contracts.settings import Settings
from services.notifications.webhook_rules import Network


class WebhookSettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    webhook_secret: SecretStr = Field(min_length=32)
    """Seals the endpoints' secrets; the same on all replicas. A new one opens none of those sealed before."""
    webhook_allowed_networks: str = ""
    """Networks let through although they are private, such as `127.0.0.0/8`, also without TLS; for tests alone."""

    @field_validator("webhook_allowed_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        _networks(value)
        return value

    @property
    def allowed_networks(self) -> tuple[Network, ...]:
        """The networks that are let through."""
        return _networks(self.webhook_allowed_networks)

    @property
    def key(self) -> bytes:
        """The key that seals."""
        return hmac.digest(self.webhook_secret.get_secret_value().encode(), b"webhook secret", "sha256")


def _networks(written: str) -> tuple[Network, ...]:
    return tuple(ip_network(each.strip()) for each in written.split(",") if each.strip())


@cache
def webhook_settings() -> WebhookSettings:
    """This process's settings, read once."""
    return WebhookSettings()
