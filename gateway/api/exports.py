"""Every list of the office as CSV, at the list's own address with `.csv` behind it, and with its filters."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from gateway.api.routers import office, people
from gateway.auth import ApiCaller
from gateway.exports.lists import EXPORTS, Export
from gateway.exports.streams import csv_of

_CSV = {200: {"description": "CSV in UTF-8", "content": {"text/csv": {"schema": {"type": "string"}}}}}


def _serve(export: Export) -> None:
    async def download(caller: Any, filters: Any) -> Response:
        return await csv_of(caller, export.name, export.asked(filters), export.columns)

    download.__doc__ = "The whole list as CSV, sent page by page: moments in ISO 8601, amounts as decimals."
    # The filters are the list's own, so their type is known only here.
    query = Annotated[export.filters, Query()]  # type: ignore[name-defined]
    download.__annotations__ = {"caller": ApiCaller, "filters": query, "return": Response}
    download.__name__ = f"export_{export.name.replace('-', '_')}"
    door = people if export.people_only else office
    door.get(f"/{export.name}.csv", response_class=Response, responses=_CSV)(download)


for _export in EXPORTS.values():
    _serve(_export)
