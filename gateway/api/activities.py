"""Activities: what happened that concerns the staff member who asks."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import CommandId, answers, people, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.messages import Nothing
from services.contracts.notifications.activities import ActivityFeed, ListActivities, ReadActivities

UnreadOnly = Annotated[bool, Query(alias="unread", description="Only those that are not read yet.")]


class WhatWasRead(Body):
    """The activities that were read; none named is all of them."""

    activity_ids: Annotated[list[UUID], Field(max_length=100)] = []


@people.get("/activities", **answers(ActivityFeed))
async def list_activities(
    caller: ApiCaller, unread_only: UnreadOnly = False, cursor: Cursor = None, limit: Limit = 25
) -> Response:
    """The staff member's own, newest first."""
    return await relayed(caller, ListActivities(unread_only=unread_only, cursor=cursor, limit=limit))


@people.post("/activities/read", **answers(Nothing))
async def read_activities(body: WhatWasRead, caller: ApiCaller, new_id: CommandId) -> Response:
    """Marks as read what is named, or everything."""
    return await relayed(caller, ReadActivities(id=new_id, activity_ids=body.activity_ids))
