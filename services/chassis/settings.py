"""What a service process is told by its environment."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from services.contracts.settings import Settings


class ChassisSettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    amqp_url: str
    """`amqp://user:password@host:port/`, or `amqps://` where the broker is reached by TLS."""
    amqp_ca_file: str | None = None
    """A file of the certificates that the broker's must come from; None: those that the system trusts."""
    database_url: SecretStr
    inbox_secret: SecretStr = Field(min_length=32)
    """The key of the payload hashes in the inbox, so that a password in a payload cannot be guessed from one."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    """Where `/metrics`, `/healthz` and `/readyz` listen; 0 is nowhere."""
    log_level: str = "INFO"
    max_workers: int = 50
    """Messages under way at once in one process."""
    pool_size: int = 20
    """Database connections of one process at most; they stay open."""
    outbox_seconds: float = 1.0
    """How long an event waits at most when the wake-up after its commit was lost, with the process that owed it."""
    heartbeat: int = 10
    """Seconds after which a silent broker connection counts as lost."""

    def amqp_tls(self) -> dict[str, Any] | bool:
        """How kombu is to make sure of the broker; False where the address says that it is reached in clear."""
        address = urlsplit(self.amqp_url)
        if address.scheme != "amqps":
            return False
        context = {"cafile": self.amqp_ca_file, "check_hostname": True}
        return {"server_hostname": address.hostname, "context": context}


@cache
def chassis_settings() -> ChassisSettings:
    """This process's settings, read once."""
    return ChassisSettings()
