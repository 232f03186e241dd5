"""Asking what is to be refused."""

from typing import Any

import pytest

from services.contracts.errors import DomainError
from services.contracts.messages import Ask
from services.contracts.principals import Principal
from tests.service.billing.conftest import Desk


def refused(desk: Desk, who: Principal | None, message: Ask[Any]) -> DomainError:
    """The refusal of a message that must be refused."""
    with pytest.raises(DomainError) as caught:
        desk.ask(who, message)
    return caught.value
