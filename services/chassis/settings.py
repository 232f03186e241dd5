"""What a service process is told by its environment."""

from functools import cache

from pydantic import Field, SecretStr

from services.contracts.settings import Settings


class ChassisSettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    amqp_url: str
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


@cache
def chassis_settings() -> ChassisSettings:
    """This process's settings, read once."""
    return ChassisSettings()
