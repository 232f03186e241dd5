"""The streams by which customers' pages of jobs and requests update themselves."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.live import Live
from gateway.portal.entry import Visitor

router = APIRouter()


@router.get("/{portal}/jobs/{job_id:uuid}/live")
async def follow_job(request: Request, visitor: Visitor, job_id: UUID) -> Response:
    """Tells when there is something new about a job."""
    live: Live = request.app.state.live
    return await live.follow(visitor, "job", job_id)


@router.get("/{portal}/requests/{request_id:uuid}/live")
async def follow_request(request: Request, visitor: Visitor, request_id: UUID) -> Response:
    """Tells when there is something new about a request."""
    live: Live = request.app.state.live
    return await live.follow(visitor, "request", request_id)
