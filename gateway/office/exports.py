"""Every list of the office as CSV, for a browser: beside the list's page, with its filters."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from gateway.exports.lists import EXPORTS, Export
from gateway.exports.streams import csv_of
from gateway.office.entry import Member

router = APIRouter()


def _serve(export: Export) -> None:
    async def download(member: Any, filters: Any) -> Response:
        """The service says who may have the list."""
        return await csv_of(member, export.name, export.asked(filters), export.columns)

    query = Annotated[export.filters, Query()]  # type: ignore[name-defined]
    download.__annotations__ = {"member": Member, "filters": query, "return": Response}
    router.get(f"/office/{export.name}.csv")(download)


for _export in EXPORTS.values():
    _serve(_export)
