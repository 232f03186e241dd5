"""The id of a command that may be sent twice."""

import hashlib
from uuid import UUID

from gateway.auth import Caller
from services.contracts.messages import new_id


def message_id(caller: Caller, route: str, key: str | None) -> UUID:
    """The same id for the same caller, route and key, and nobody else's; without a key a fresh one."""
    if not key:
        return new_id()
    parts = (str(caller.principal.id), route, key)
    digest = hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).digest()
    # The version of RFC 9562 for ids made by a rule of one's own.
    return UUID(int=int.from_bytes(digest[:16]) & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62)
