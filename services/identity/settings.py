"""What identity is told by its environment."""

import hmac
from functools import cache

from pydantic import Field, SecretStr

from services.contracts.settings import Settings


class IdentitySettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    identity_secret: SecretStr = Field(min_length=32)
    """The key of what could be guessed from the database alone, such as a one-time code of eight digits.

    The same on all replicas; a new one ends the codes that are open, and opens no second factor sealed before.
    """

    def key(self, purpose: str) -> bytes:
        """A key for one purpose, which tells nothing of the others."""
        return hmac.digest(self.identity_secret.get_secret_value().encode(), purpose.encode(), "sha256")


@cache
def identity_settings() -> IdentitySettings:
    """This process's settings, read once."""
    return IdentitySettings()
