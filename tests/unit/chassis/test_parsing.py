"""What a call brings is refused before anything trips over it."""

from typing import Any

import pytest

from services.chassis.parsing import parsed
from services.contracts.errors import DomainError
from services.contracts.messages import Nothing


def test_endless_nesting_is_refused_even_where_nobody_reads_it() -> None:
    nested: list[Any] = []
    for _ in range(1000):
        nested = [nested]
    with pytest.raises(DomainError) as refusal:
        parsed(Nothing, {"unknown": nested})
    assert refusal.value.code == "invalid"
