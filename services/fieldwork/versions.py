"""Whether a change is made of what is there, or of what somebody saw earlier."""

from services.contracts.errors import conflict


def require_current(version: int, expected: int | None) -> None:
    """Raises `conflict` where somebody else changed it after whoever changes it now has seen it."""
    if expected is not None and expected != version:
        raise conflict(
            "Somebody has changed this meanwhile. Look at what it says now, then save again what you typed.",
            reason="stale",
        )
