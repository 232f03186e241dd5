"""Run with one release's modules: reads answers as their asker, and prints what cannot be read of each."""

import json
import sys
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.contracts.messages import Ask
from tests.contract.samples import messages

ANSWERS: dict[str, Any] = {
    f"{each.service()}.{each.__name__}": TypeAdapter(each.answer()) for each in messages() if issubclass(each, Ask)
}


def problem(name: str, answer: Any) -> str | None:
    """What is wrong with an answer to this message."""
    try:
        ANSWERS[name].validate_python(answer)
    except ValidationError as error:
        return str(error)
    return None


print(json.dumps([problem(*each) for each in json.load(sys.stdin)]))
