"""The streams by which the office's pages update themselves."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.live import Live
from gateway.office.entry import Member

router = APIRouter()


@router.get("/office/jobs/{job_id:uuid}/live")
async def follow_job(request: Request, member: Member, job_id: UUID) -> Response:
    """Tells when there is something new about a job."""
    live: Live = request.app.state.live
    return await live.follow(member, "job", job_id)


@router.get("/office/requests/{request_id:uuid}/live")
async def follow_request(request: Request, member: Member, request_id: UUID) -> Response:
    """Tells when there is something new about a request."""
    live: Live = request.app.state.live
    return await live.follow(member, "request", request_id)


@router.get("/office/activities/live")
async def follow_feed(request: Request, member: Member) -> Response:
    """Tells when there is something new among the member's own activities."""
    live: Live = request.app.state.live
    return await live.follow(member, "feed", member.principal.id)
