"""Run with one release's modules: writes messages as it sends them, each a new one; takes and gives JSON lists."""

import json
import sys
from typing import Any

from gateway.wire import encode_call
from services.contracts.messages import Ask, new_id
from services.contracts.principals import Principal
from tests.contract.samples import messages

MESSAGES = {f"{each.service()}.{each.__name__}": each for each in messages()}


def written(name: str, content: dict[str, Any], principal: dict[str, Any] | None) -> Any:
    """The body on the bus of a message with this content; a call is by this principal."""
    message = MESSAGES[name].model_validate({**content, "id": new_id()})
    if not isinstance(message, Ask):
        return message.model_dump(mode="json")
    return json.loads(encode_call(message, Principal.model_validate(principal) if principal else None))


print(json.dumps([written(*each) for each in json.load(sys.stdin)]))
