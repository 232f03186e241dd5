"""What a repeated message is recognised by."""

from uuid import UUID

from pydantic import SecretStr

from services.chassis.inbox import payload_hash
from services.contracts.messages import Command, Nothing

KEY, WHO = b"k" * 32, UUID(int=7)


class Order(Command[Nothing]):
    what: str
    code: SecretStr


class GrownOrder(Command[Nothing]):
    """The same after it has got a field."""

    what: str
    code: SecretStr
    gift: bool = False


def order(what: str = "mowing", code: str = "secret") -> Order:
    return Order(id=UUID(int=1), what=what, code=SecretStr(code))


def grown(gift: bool) -> GrownOrder:
    return GrownOrder(id=UUID(int=1), what="mowing", code=SecretStr("secret"), gift=gift)


def test_a_repeat_is_recognised_after_its_contract_has_grown() -> None:
    assert payload_hash(KEY, grown(gift=False), WHO) == payload_hash(KEY, order(), WHO)


def test_another_payload_secret_or_sender_is_another_message() -> None:
    hashes = {
        payload_hash(KEY, order(), WHO),
        payload_hash(KEY, order("hedges"), WHO),
        payload_hash(KEY, order(code="guess"), WHO),
        payload_hash(KEY, order(), UUID(int=8)),
        payload_hash(KEY, grown(gift=True), WHO),
    }
    assert len(hashes) == 5
