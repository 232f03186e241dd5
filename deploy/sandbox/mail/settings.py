"""What the mail inbox is told by its environment."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Ports and the state file."""

    smtp_port: int
    web_port: int
    state: Path
    host: str = "127.0.0.1"


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
    )
