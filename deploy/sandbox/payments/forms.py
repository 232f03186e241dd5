"""Parses form bodies with nested brackets, and reads typed parameters from them."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import parse_qsl

from deploy.sandbox.payments.errors import StripeError, invalid

Json = dict[str, Any]


def parse(encoded: str) -> Json:
    """`a[b]=1&c[0]=2&d[]=3` becomes `{"a": {"b": "1"}, "c": ["2"], "d": ["3"]}`."""
    root: Json = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        _place(root, _path(key), value)
    return {name: _with_lists(value) for name, value in root.items()}


def _path(key: str) -> list[str]:
    head, *rest = key.split("[")
    return [head, *(part.rstrip("]") for part in rest)]


def _place(root: Json, path: list[str], value: str) -> None:
    here = root
    for step in path[:-1]:
        below = here.setdefault(step or str(len(here)), {})
        if not isinstance(below, dict):
            raise invalid("Invalid object", path[0])
        here = below
    here[path[-1] or str(len(here))] = value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    converted = {name: _with_lists(inner) for name, inner in value.items()}
    if converted and all(name.isdigit() for name in converted):
        return [converted[name] for name in sorted(converted, key=int)]
    return converted


class Params:
    """One level of a request's parameters; `prefix` names it in error messages."""

    def __init__(self, values: Json, prefix: str = "") -> None:
        self.values = values
        self.prefix = prefix

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def name_of(self, name: str) -> str:
        """How the provider spells a parameter: `card[number]`."""
        return f"{self.prefix}[{name}]" if self.prefix else name

    def allow_only(self, names: Collection[str]) -> None:
        """Refuses a parameter that the endpoint does not know, as the provider does."""
        unknown = [name for name in self.values if name not in names]
        if unknown:
            spelled = self.name_of(unknown[0])
            raise invalid(f"Received unknown parameter: {spelled}", spelled, "parameter_unknown")

    def text(self, name: str) -> str | None:
        """A scalar, or None where it is absent or empty (an empty value unsets)."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid(f"Invalid string: {value}", self.name_of(name))
        return value or None

    def required(self, name: str) -> str:
        """A scalar that must be there."""
        if name not in self.values:
            spelled = self.name_of(name)
            raise invalid(f"Missing required param: {spelled}.", spelled, "parameter_missing")
        value = self.text(name)
        if value is None:
            raise _empty(self.name_of(name))
        return value

    def integer(self, name: str) -> int | None:
        """A whole number."""
        value = self.text(name)
        if value is None:
            return None
        if not value.lstrip("-").isdigit():
            raise invalid(f"Invalid integer: {value}", self.name_of(name), "parameter_invalid_integer")
        return int(value)

    def flag(self, name: str) -> bool:
        """True or false; false where it is absent."""
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise invalid(f"Invalid boolean: {value}", self.name_of(name))
        return value == "true"

    def choice(self, name: str, options: Iterable[str], default: str | None = None) -> str | None:
        """One of the options."""
        value = self.text(name)
        if value is None:
            return default
        if value not in options:
            names = ", ".join(options)
            raise invalid(f"Invalid {self.name_of(name)}: must be one of {names}", self.name_of(name))
        return value

    def nested(self, name: str) -> "Params":
        """A group of parameters; empty where it is absent."""
        value = self.values.get(name) or {}
        if not isinstance(value, dict):
            raise invalid("Invalid object", self.name_of(name))
        return Params(value, self.name_of(name))

    def texts(self, name: str) -> list[str]:
        """A list of scalars; empty where it is absent."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise invalid("Invalid array", self.name_of(name))
        return value

    def groups(self, name: str) -> list["Params"]:
        """A list of groups."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise invalid("Invalid array", self.name_of(name))
        return [Params(item, f"{self.name_of(name)}[{at}]") for at, item in enumerate(value)]

    def metadata(self, current: dict[str, str] | None = None) -> dict[str, str]:
        """The merged metadata: an empty value deletes a key, an empty `metadata` deletes all."""
        if self.values.get("metadata") == "":
            return {}
        given = self.nested("metadata").values
        if any(not isinstance(value, str) or len(value) > 500 or len(key) > 40 for key, value in given.items()):
            raise invalid("Metadata keys have up to 40 characters and values up to 500.", "metadata")
        merged = {**(current or {}), **given}
        if len(merged) > 50:
            raise invalid("You can specify up to 50 metadata keys.", "metadata")
        return {key: value for key, value in merged.items() if value != ""}


def _empty(spelled: str) -> StripeError:
    message = f"You passed an empty string for '{spelled}'. We assume empty values are an attempt to unset a parameter."
    return invalid(message, spelled, "parameter_invalid_empty")
