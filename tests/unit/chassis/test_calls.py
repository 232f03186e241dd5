"""What a call says: enough for its reader, and nothing that a reader of the release before might not know."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest

from gateway.wire import encode_call
from services.chassis.wire import call_body
from services.contracts.messages import Ask, Command, Nothing
from services.contracts.principals import Principal
from tests.contract.samples import messages, path_of

Encode = Callable[[Ask[Any], Principal], bytes]

CALLS = [each for each in messages() if issubclass(each, Ask)]
WHO = Principal(kind="system", id=uuid4(), company_id=uuid4())
ENCODERS = pytest.mark.parametrize("encode", [encode_call, call_body], ids=["gateway", "service"])


class Order(Command[Nothing]):
    """An order that has got a field since the release before."""

    what: str
    gift: bool = False


def said(encode: Encode, message: Ask[Any]) -> dict[str, Any]:
    """The message in the body of a call."""
    told: dict[str, Any] = orjson.loads(encode(message, WHO))["kwargs"]["message"]
    return told


@ENCODERS
def test_a_field_at_its_default_is_not_sent(encode: Encode) -> None:
    order = Order(what="mowing")
    assert said(encode, order) == {"id": str(order.id), "what": "mowing"}


@ENCODERS
def test_a_field_that_is_used_is_sent(encode: Encode) -> None:
    order = Order(what="mowing", gift=True)
    assert said(encode, order) == {"id": str(order.id), "what": "mowing", "gift": True}


@pytest.mark.parametrize("message", CALLS, ids=lambda each: f"{each.service()}.{each.__name__}")
def test_a_call_is_read_as_it_was_meant(message: type[Ask[Any]]) -> None:
    """By the gateway, which alone tells services secrets; whole and with the required fields alone."""
    sample = json.loads(path_of(message).read_text())["message"]
    required = message.model_json_schema().get("required", [])
    for given in (sample, {key: value for key, value in sample.items() if key in required}):
        meant = message.model_validate(given)
        assert message.model_validate(said(encode_call, meant)) == meant
