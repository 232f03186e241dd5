"""What the gateway process is told by its environment."""

from functools import cache, cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from services.contracts.settings import Settings

STRIPE_ORIGINS = "https://api.stripe.com https://hooks.stripe.com https://checkout.stripe.com"
"""Where Stripe's own script calls, challenges and hosts; a stand-in does it all at its one origin."""


class GatewaySettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    amqp_url: SecretStr
    """`amqp://user:password@host:port/`, or `amqps://` where the broker is reached by TLS."""
    amqp_ca_file: str | None = None
    """A file of the certificates that the broker's must come from; None: those that the system trusts."""
    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8080
    public_url: str = "http://127.0.0.1:8080"
    """The address that browsers see, without a slash at the end."""
    stripe_js_url: str = "https://js.stripe.com/v3/"
    """The payment provider's script that draws its fields."""
    files_url: str
    """Where documents lie: `file:///a/folder` or `s3://bucket/prefix`."""
    trusted_proxies: str = ""
    """Networks, separated by commas, whose `X-Forwarded-For` is believed."""
    log_level: str = "INFO"
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    """Where `/metrics` listens; 0 is nowhere."""
    calls_in_flight: int = Field(default=500, ge=1)
    """Calls that may wait for an answer at once; one more is refused with 503."""

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us encrypted, so that cookies and HSTS may insist on it."""
        return self.public_url.startswith("https:")

    @property
    def provider_origins(self) -> str:
        """Where the payment provider's script comes from and calls, for the content security policy."""
        parts = urlsplit(self.stripe_js_url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return f"{origin} {STRIPE_ORIGINS}" if parts.hostname == "js.stripe.com" else origin

    @cached_property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """`trusted_proxies`, parsed."""
        return tuple(ip_network(each.strip()) for each in self.trusted_proxies.split(",") if each.strip())


@cache
def gateway_settings() -> GatewaySettings:
    """This process's settings, read once."""
    return GatewaySettings()
