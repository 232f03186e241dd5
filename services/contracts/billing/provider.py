"""What the payment provider tells."""

from typing import Annotated

from pydantic import StringConstraints

from services.contracts.messages import Command, Nothing


class ReceiveProviderEvent(Command[Nothing]):
    """A webhook as it came; its signature is checked here, and its own id makes it count once."""

    payload: Annotated[str, StringConstraints(max_length=262_144)]
    signature: Annotated[str, StringConstraints(max_length=2_000)]
