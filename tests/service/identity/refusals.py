"""How a test says that something is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.contracts.errors import DomainError


@contextmanager
def refused(code: str, **details: Any) -> Iterator[None]:
    """What is done inside is refused with this code and at least these details."""
    with pytest.raises(DomainError) as refusal:
        yield
    assert (refusal.value.code, refusal.value.details) == (code, {**refusal.value.details, **details})
