"""Makes and keeps one sample of each message and of what it is answered with.

`python -m tests.contract.samples` writes the samples of new messages; it never touches one that is kept. A
sample is changed by hand, in a review: whoever sends the old form may still be running.
"""

import importlib
import inspect
import json
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, TypeAdapter

from services import contracts
from services.contracts.messages import Ask, Event, Message

KEPT = Path(__file__).parent / "samples"

BY_PATTERN = {
    r"^[A-Z]{3}$": "USD",
    r"^[A-Z]{2}$": "TX",
    r"^\d{5}(-\d{4})?$": "78703",
    r"^\s*\d{5}([- ]?\d{4})?\s*$": "78703",
    r"^#[0-9a-f]{6}$": "#1f6f4a",
    r"^[0-9+().\-/ x]*$": "+1 512 555 0141",
    r"^[^\x00-\x1f\x7f]*$": "name",
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "evergreen-austin",
    r"^data:image/png;base64,": "data:image/png;base64,iVBORw0KGgo=",
}
BY_FORMAT = {
    "uuid": "01a20043-a3bc-7377-bef4-b07fceeb1326",
    "date-time": "2026-11-21T17:00:00Z",
    "date": "2026-11-21",
    "time": "09:00:00",
    "password": "portico-demo-2026",
}
BY_NAME = {
    "administrator_email": "admin@evergreen.test",
    "email": "priya@lakeside.test",
    "address": "priya@lakeside.test",
    "customer_email": "office@lakeside.test",
}


def messages() -> list[type[Message]]:
    """Every message of every contract, by name."""
    found = {
        each
        for module in modules()
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, Ask | Event) and each.__module__ == module.__name__
    }
    kinds = {"Ask", "Query", "Command", "Event"}
    return sorted((each for each in found if each.__name__.partition("[")[0] not in kinds), key=path_of)


def modules() -> list[ModuleType]:
    """The contract modules."""
    names = [each.name for each in pkgutil.walk_packages(contracts.__path__, f"{contracts.__name__}.")]
    return [importlib.import_module(name) for name in names]


def path_of(message: type[Message]) -> Path:
    """Where a message's sample is kept."""
    return KEPT / message.service() / f"{message.__name__}.json"


def make(message: type[Message]) -> dict[str, Any]:
    """A full sample: every field has a value, every list one item."""
    sample = {"message": _of_model(message)}
    if issubclass(message, Ask):
        sample["answer"] = _of_model(message.answer())
    return sample


def revalidated(model: type[BaseModel], sample: dict[str, Any]) -> dict[str, Any]:
    """What today's class makes of a sample and would send on."""
    adapter = TypeAdapter(model)
    dumped: dict[str, Any] = json.loads(adapter.dump_json(adapter.validate_python(sample)))
    return dumped


def _of_model(model: type[BaseModel]) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema()
    sample: dict[str, Any] = _of_schema(schema, schema.get("$defs", {}), "")
    return sample


def _of_schema(schema: dict[str, Any], definitions: dict[str, Any], name: str) -> Any:
    """A value of a JSON schema; `name` is the field's, for the few that a type alone does not tell."""
    if "$ref" in schema:
        return _of_schema(definitions[schema["$ref"].rpartition("/")[2]], definitions, name)
    for choice in ("anyOf", "allOf", "oneOf"):
        if choice in schema:
            given = [each for each in schema[choice] if each.get("type") != "null"]
            if [each.get("type") for each in given] == ["number", "string"]:
                return "1"  # A decimal number, which is sent as text.
            return _of_schema(given[0], definitions, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema["type"]:
        case "object":
            return _of_object(schema, definitions)
        case "array":
            return [_of_schema(schema["items"], definitions, name)]
        case "string":
            return _of_string(schema, name)
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1.0, "boolean": True}[schema["type"]]


def _of_object(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "properties" not in schema:
        keys = schema.get("propertyNames", {})
        key = _of_schema(keys, definitions, "") if keys else "key"
        values = schema.get("additionalProperties")
        return {key: _of_schema(values, definitions, "")} if isinstance(values, dict) else {}
    sample = {key: _of_schema(value, definitions, key) for key, value in schema["properties"].items()}
    if {"typed", "drawn"} <= sample.keys():
        sample["drawn"] = None
    return sample


def _of_string(schema: dict[str, Any], name: str) -> str:
    if name in BY_NAME:
        return BY_NAME[name]
    if "pattern" in schema:
        return BY_PATTERN[schema["pattern"]]
    return BY_FORMAT.get(schema.get("format", ""), name or "text")


def main() -> None:
    """Keeps a sample of each message that has none."""
    for message in messages():
        path = path_of(message)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(make(message), indent=2) + "\n")
            print(f"kept {path.relative_to(KEPT.parent)}")


if __name__ == "__main__":
    main()
