"""Which mails a person may switch off, how they are at first, and when a digest goes out."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from services.contracts.identity.people import PersonKind
from services.contracts.notifications.preferences import ContactKind, DigestChoice, Kind, StaffKind

CONTACT_KINDS: tuple[ContactKind, ...] = get_args(ContactKind)
STAFF_KINDS: tuple[StaffKind, ...] = get_args(StaffKind)
KINDS_OF: Mapping[PersonKind, tuple[Kind, ...]] = {"contact": CONTACT_KINDS, "staff": STAFF_KINDS}

OFF_AT_FIRST: frozenset[Kind] = frozenset({"electronic_receipts"})
"""What nobody is mailed before they ask for it."""

DIGEST_AT = time(7)
"""When digests go out, by the clocks of the company's first branch."""


def is_mailed(kind: Kind, wanted: bool | None, digest: DigestChoice) -> bool:
    """Whether a mail of the kind is sent at once; `wanted` is None for whoever has never said."""
    if kind in STAFF_KINDS and digest != "immediately":
        return False
    return kind not in OFF_AT_FIRST if wanted is None else wanted


def next_digest(now: datetime, time_zone: str) -> datetime:
    """The next time that a digest goes out there."""
    there = now.astimezone(ZoneInfo(time_zone))
    day = there.date() if there.time() < DIGEST_AT else there.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_AT, ZoneInfo(time_zone)).astimezone(UTC)
