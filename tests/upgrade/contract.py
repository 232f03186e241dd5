"""Run with one release's modules: prints its contract, as what each message may say and what is read of it."""

import json
from typing import Any

from pydantic import TypeAdapter

from services.contracts.messages import Ask, Command
from services.contracts.principals import Principal
from tests.contract.samples import messages, path_of


def both(model: Any) -> dict[str, Any]:
    """A model's two schemas: of what it says, and of what it reads."""
    adapter = TypeAdapter(model)
    return {"said": adapter.json_schema(mode="serialization"), "read": adapter.json_schema(mode="validation")}


def described(message: Any) -> dict[str, Any]:
    """One message: how it is addressed, its schemas and its kept sample."""
    asks = issubclass(message, Ask)
    return {
        "service": message.service(),
        "method": message.method(),
        "kind": "command" if issubclass(message, Command) else "query" if asks else "event",
        "content": both(message),
        "answer": both(message.answer()) if asks else None,
        "sample": json.loads(path_of(message).read_text()),
    }


found = {f"{each.service()}.{each.__name__}": described(each) for each in messages()}
# It travels with every call, and is always written whole.
found["Principal"] = {"kind": "principal", "content": both(Principal), "answer": None}
print(json.dumps(found))
