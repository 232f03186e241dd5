"""What the payment sandbox is told by its environment."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

API_VERSION = "2026-10-28.endive"
PLATFORM_ACCOUNT = "acct_1SandboxPlatform"
DELAY_SECONDS = 20.0


@dataclass(frozen=True)
class Settings:
    """Keys, addresses and the state file; `webhook_url` None means that events are kept but not delivered.

    `webhook_events` are those that the address has asked for, as one names them where one adds it at the provider;
    None is all. `delay_seconds` stands for the days that banks take: after it a debit ends, a refund arrives, a
    dispute opens.
    """

    port: int
    state: Path
    api_key: str
    publishable_key: str
    webhook_url: str | None
    webhook_secret: str
    host: str = "127.0.0.1"
    delay_seconds: float = DELAY_SECONDS
    webhook_events: frozenset[str] | None = None
    public_url: str | None = None
    """Where browsers find its pages; None: where a call found it."""

    def sends(self, event: str) -> bool:
        """Whether the webhook address is told of events of this type."""
        return self.webhook_url is not None and (self.webhook_events is None or event in self.webhook_events)


def from_environment() -> Settings:
    """Reads `SANDBOX_*`; ends the process with a sentence where a required variable is missing."""
    return Settings(
        port=int(os.environ.get("SANDBOX_PORT", "12111")),
        state=Path(_required("SANDBOX_STATE")),
        api_key=_required("SANDBOX_API_KEY"),
        publishable_key=_required("SANDBOX_PUBLISHABLE_KEY"),
        webhook_url=os.environ.get("SANDBOX_WEBHOOK_URL") or None,
        webhook_secret=_required("SANDBOX_WEBHOOK_SECRET"),
        host=os.environ.get("SANDBOX_HOST", "127.0.0.1"),
        delay_seconds=float(os.environ.get("SANDBOX_DELAY_SECONDS", DELAY_SECONDS)),
        webhook_events=frozenset(os.environ.get("SANDBOX_WEBHOOK_EVENTS", "").split()) or None,
        public_url=os.environ.get("SANDBOX_PUBLIC_URL") or None,
    )


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        sys.exit(f"The payment sandbox needs the environment variable {name}.")
    return value
