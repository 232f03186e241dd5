"""What the mail inbox is told by its environment."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Ports, the state file, and how the line is encrypted: `tls` from the first byte, or `starttls`."""

    smtp_port: int
    web_port: int
    state: Path
    host: str = "127.0.0.1"
    certificate: Path | None = None
    """A PEM file of the certificate and its key."""
    tls: str = "starttls"


def from_environment() -> Settings:
    """Reads `MAIL_*`; ends the process with a sentence where a required variable is missing."""
    for name in ("MAIL_SMTP_PORT", "MAIL_STATE"):
        if not os.environ.get(name):
            sys.exit(f"The mail inbox needs the environment variable {name}.")
    return Settings(
        smtp_port=int(os.environ["MAIL_SMTP_PORT"]),
        web_port=int(os.environ.get("MAIL_WEB_PORT", "8025")),
        state=Path(os.environ["MAIL_STATE"]),
        host=os.environ.get("MAIL_HOST", "127.0.0.1"),
        certificate=Path(os.environ["MAIL_CERTIFICATE"]) if os.environ.get("MAIL_CERTIFICATE") else None,
        tls=os.environ.get("MAIL_TLS", "starttls"),
    )
