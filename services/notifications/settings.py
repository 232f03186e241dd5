"""What notifications is told by its environment."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, SecretStr, model_validator

from services.contracts.settings import Settings

Encryption = Literal["none", "starttls", "tls"]


@dataclass(frozen=True)
class SmtpServer:
    """Where mails are handed over."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: SecretStr | None = None
    ca_file: str | None = None


class NotificationsSettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    smtp_url: SecretStr
    """`smtp://user:password@host:port`, with `?starttls=yes` or as `smtps://` where it is encrypted."""
    public_url: str
    """What every link in a mail begins with, such as `https://portico.example`."""
    mail_from: str = "no-reply@portico.test"
    """The address of the sender; its domain also names each Message-ID."""
    unsubscribe_secret: SecretStr = Field(min_length=32)
    """The key of the addresses to unsubscribe in mails. The same on all replicas; a new one ends all that are out."""
    smtp_ca_file: str | None = None
    """A file of the certificates that the SMTP server's must come from; None: those that the system trusts."""
    mails_per_minute: int = Field(default=0, ge=0)
    """How many mails all replicas together hand over in a minute at most; 0 is as many as there are."""

    @model_validator(mode="after")
    def _smtp_url_is_sound(self) -> "NotificationsSettings":
        smtp_server(self.smtp_url.get_secret_value())
        return self

    def smtp_server(self) -> SmtpServer:
        """The server that `smtp_url` names."""
        return replace(smtp_server(self.smtp_url.get_secret_value()), ca_file=self.smtp_ca_file)

    def link(self, *path: object) -> str:
        """The public address of a page."""
        return "/".join([self.public_url.rstrip("/"), *map(str, path)])


def smtp_server(url: str) -> SmtpServer:
    """Reads an SMTP URL; ValueError, without the URL, where it is not one or would tell a password in clear."""
    parts = urlsplit(url)
    starttls = parse_qs(parts.query).get("starttls", ["no"])[-1]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or starttls not in ("yes", "no"):
        raise ValueError("SMTP_URL is smtp:// or smtps:// with a host, and starttls is yes or no")
    encryption: Encryption = "tls" if parts.scheme == "smtps" else "starttls" if starttls == "yes" else "none"
    if parts.username and encryption == "none":
        raise ValueError("SMTP_URL has a login: say ?starttls=yes or smtps://, or the password travels in clear")
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or {"none": 25, "starttls": 587, "tls": 465}[encryption],
        encryption=encryption,
        user=unquote(parts.username) if parts.username else None,
        password=SecretStr(unquote(parts.password)) if parts.password else None,
    )


@cache
def notifications_settings() -> NotificationsSettings:
    """This process's settings, read once."""
    return NotificationsSettings()
