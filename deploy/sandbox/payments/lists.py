"""Pages through objects and expands ids, as every list and object of the provider's API can."""

from typing import Any

from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid, missing

Json = dict[str, Any]

PAGING = frozenset({"limit", "starting_after", "ending_before", "expand", "created"})
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(call: Call, kind: str, url: str, where: str = "", values: tuple[Any, ...] = ()) -> Json:
    """`{"object": "list", "data": […], "has_more", "url"}`, newest first."""
    limit = call.params.integer("limit")
    if limit is not None and not 1 <= limit <= 100:
        raise invalid("This value must be between 1 and 100.", "limit", "parameter_invalid_integer")
    wanted = limit or 10
    where, values = _created(call, where, values)
    after, before = call.params.text("starting_after"), call.params.text("ending_before")
    if after:
        where, values = f"{where} AND seq < ?", (*values, _position(call, after, "starting_after"))
    if before:
        where, values = f"{where} AND seq > ?", (*values, _position(call, before, "ending_before"))
    found = call.store.newest(call.account, kind, where, values, wanted + 1, ascending=before is not None)
    data = found[:wanted]
    if before is not None:
        data.reverse()
    return {"object": "list", "data": data, "has_more": len(found) > wanted, "url": url}


def by_columns(**columns: str | None) -> tuple[str, tuple[Any, ...]]:
    """The condition for the columns (`customer`, `parent`) that were given."""
    given = {name: value for name, value in columns.items() if value is not None}
    return " ".join(f"AND {name} = ?" for name in given), tuple(given.values())


def by_fields(call: Call, *names: str) -> tuple[str, tuple[Any, ...]]:
    """The condition for the objects' fields that the caller gave by these names."""
    given = {name: call.params.text(name) for name in names if call.params.text(name) is not None}
    return " ".join(f"AND json_extract(body, '$.{name}') = ?" for name in given), tuple(given.values())


def _created(call: Call, where: str, values: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """`created` as a moment, or as `created[gte]` and the like."""
    if "created" not in call.params:
        return where, values
    if isinstance(call.params.values["created"], str):
        return f"{where} AND json_extract(body, '$.created') = ?", (*values, call.params.integer("created"))
    bounds = call.params.nested("created")
    bounds.allow_only(_COMPARISONS)
    for name in bounds.values:
        where = f"{where} AND json_extract(body, '$.created') {_COMPARISONS[name]} ?"
        values = (*values, bounds.integer(name))
    return where, values


def _position(call: Call, object_id: str, param: str) -> int:
    position = call.store.position(object_id)
    if position is None or call.store.account_of(object_id) != call.account:
        raise missing("object", object_id, param, 400)
    return position


def expand(call: Call, answer: Json, paths: list[str]) -> Json:
    """Replaces ids by their objects along dotted paths such as `data.latest_charge.balance_transaction`."""
    for path in paths:
        _expand(call, answer, path.split("."), path)
    return answer


def _expand(call: Call, here: Any, steps: list[str], path: str) -> None:
    if isinstance(here, list):
        for item in here:
            _expand(call, item, steps, path)
        return
    if not steps or here is None:
        return
    if not isinstance(here, dict) or steps[0] not in here:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    value = here[steps[0]]
    if isinstance(value, str):
        found = call.store.find_any(call.account, value)
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        here[steps[0]] = value = found
    _expand(call, value, steps[1:], path)
