"""Search over everything that the office has."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from gateway.api.routers import answered, answers, office
from gateway.auth import ApiCaller
from gateway.searching import Findings, search


@office.get("/search", **answers(Findings))
async def search_office(
    caller: ApiCaller,
    q: Annotated[str, Query(max_length=100, description="Two characters at least: how a name or number begins.")],
) -> Response:
    """What begins so, at most ten of each kind; `missing` names what could not be searched just now."""
    return answered(await search(caller, q))
