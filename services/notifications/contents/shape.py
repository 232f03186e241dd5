"""The shape of what a mail tells: plain JSON, every amount and time already written out."""

from collections.abc import Callable
from typing import Any

from services.chassis.work import Work

Content = dict[str, Any]
Contents = Callable[[Work, Any], Content]
"""Makes a mail's content of its event."""

OFFICE = "office"
"""The door of staff, where customers have a portal's."""
