"""Makes ids and secrets that look like the provider's."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    """Unguessable letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """An id such as `pi_3Sx…`: the prefix and 24 characters."""
    return f"{prefix}_{random_text(24)}"


def client_secret(intent_id: str) -> str:
    """The secret that lets a browser act on one intent."""
    return f"{intent_id}_secret_{random_text(25)}"
