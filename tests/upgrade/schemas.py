"""What one release may say and the other cannot read, found in the JSON schemas of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Speech:
    """One model as its sender writes it (`said`) and as its reader reads it (`read`).

    A sender may leave out what has its default where `leaves_defaults_out`, as in a request; an answer is always
    whole. A field that only a newer sender knows is left out until it is used, so it does no harm.
    """

    said: Schema
    read: Schema
    by_newer: bool
    leaves_defaults_out: bool

    def unreadable(self) -> list[str]:
        """Each thing that the sender may say and the reader cannot read, with the path of its field."""
        return sorted(set(self._any_of(self.said, self.read, "", ())))

    def _any_of(self, said: Schema, read: Schema, where: str, met: tuple[Any, ...]) -> Iterator[str]:
        """Every form that is said needs one that is read."""
        pair = said.get("$ref"), read.get("$ref")
        if pair in met and all(pair):
            return
        readable = _forms(read, self.read)
        for form in _forms(said, self.said):
            same = [each for each in readable if _kind(each) == _kind(form)] or readable
            tried = [list(self._one(form, each, where, (*met, pair))) for each in same]
            yield from min(tried, key=len)

    def _one(self, said: Schema, read: Schema, where: str, met: tuple[Any, ...]) -> Iterator[str]:
        if _kind(said) != _kind(read) and (_kind(said), _kind(read)) != ("integer", "number"):
            yield f"{where} may be {_kind(said)}, which is not read"
        elif "properties" in read or "properties" in said:
            yield from self._fields(said, read, where, met)
        elif "items" in read:
            yield from self._any_of(said.get("items", {}), read["items"], f"{where}[]", met)
        elif isinstance(read.get("additionalProperties"), dict):
            yield from self._any_of(
                said.get("additionalProperties", {}), read["additionalProperties"], f"{where}[]", met
            )
            yield from self._any_of(said.get("propertyNames", {}), read.get("propertyNames", {}), f"{where}[]", met)
        else:
            yield from _values(said, read, where)

    def _fields(self, said: Schema, read: Schema, where: str, met: tuple[Any, ...]) -> Iterator[str]:
        ours, theirs = said.get("properties", {}), read.get("properties", {})
        for name in theirs.keys() - ours.keys():
            if self.by_newer or name in read.get("required", []):
                yield f"{where}.{name} is no longer said"
        for name in ours.keys() - theirs.keys():
            if read.get("additionalProperties") is False and not self._is_left_out(name, said):
                yield f"{where}.{name} is not read"
        for name in ours.keys() & theirs.keys():
            yield from self._default(name, said, read, where)
            yield from self._any_of(ours[name], theirs[name], f"{where}.{name}", met)

    def _is_left_out(self, name: str, said: Schema) -> bool:
        return self.by_newer and name not in said.get("required", [])

    def _default(self, name: str, said: Schema, read: Schema, where: str) -> Iterator[str]:
        """What is left out must be filled in alike."""
        if not self.leaves_defaults_out or name in said.get("required", []):
            return
        if name in read.get("required", []):
            yield f"{where}.{name} may be left out"
        elif said["properties"][name].get("default") != read["properties"][name].get("default"):
            yield f"{where}.{name} has another default"


def _forms(schema: Schema, root: Schema) -> list[Schema]:
    """The alternatives of a schema, each without a reference."""
    if "$ref" in schema:
        return _forms(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return [form for each in schema[word] for form in _forms(each, root)]
    return [schema]


def _kind(schema: Schema) -> str:
    known = schema.get("enum", [schema.get("const")])
    return str(schema.get("type") or ("string" if isinstance(known[0], str) else "anything"))


def _values(said: Schema, read: Schema, where: str) -> Iterator[str]:
    """A closed list of values must hold all that may be said; a text of a form must be said in that form."""
    may, can = _listed(said), _listed(read)
    if can and not may:
        yield f"{where} may be any {_kind(said)}"
    for value in sorted(map(str, may - can)) if can else ():
        yield f"{where} may be {value!r}, which is not read"
    if read.get("format") and read["format"] != said.get("format"):
        yield f"{where} is not always a {read['format']}"


def _listed(schema: Schema) -> set[Any]:
    return {schema["const"]} if "const" in schema else set(schema.get("enum", ()))
