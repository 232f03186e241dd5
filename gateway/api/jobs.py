"""Jobs: customers wish for them and follow them, the office schedules them and says what was done."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import jobs as issuing
from gateway.paging import Cursor, Limit
from services.contracts.fieldwork.jobs import GetJob, JobStatus, JobSummary, JobView, ListJobs, RemoveTime
from services.contracts.messages import Page

Number = Annotated[str, Query(max_length=100, description="A job's number.")]


@portal.get("/jobs", **answers(Page[JobSummary]))
@office.get("/jobs", **answers(Page[JobSummary]))
async def list_jobs(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: JobStatus | None = None,
    equipment_id: UUID | None = None,
    search: Number = "",
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Jobs, newest first; a contact sees their own or all of the customer's."""
    query = ListJobs(
        status=status,
        property_ids=properties,
        equipment_id=equipment_id,
        search=search.strip(),
        cursor=cursor,
        limit=limit,
    )
    return await relayed(caller, query)


@portal.get("/jobs/{job_id}", **answers(JobView))
@office.get("/jobs/{job_id}", **answers(JobView))
async def get_job(job_id: UUID, caller: ApiCaller) -> Response:
    """One job with its history, its time and what is attached to it."""
    return await relayed(caller, GetJob(job_id=job_id))


@portal.post("/jobs", **answers(JobView, 201))
async def wish_for_job(body: issuing.NewJob, caller: ApiCaller, new_id: CommandId) -> Response:
    """Asks for work at one of the contact's properties; photos are attached afterwards."""
    return await relayed(caller, await issuing.job(caller, body, new_id), 201)


@office.post("/jobs", **answers(JobView, 201))
async def create_job(body: issuing.NewOfficeJob, caller: ApiCaller, new_id: CommandId) -> Response:
    """Makes a job at any property of the company, booked where a date is given."""
    return await relayed(caller, await issuing.job(caller, body, new_id), 201)


@office.patch("/jobs/{job_id}", **answers(JobView))
async def change_job(job_id: UUID, body: issuing.JobChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Schedules and moves a job, and says what was done; whoever it concerns is mailed."""
    return await relayed(caller, await issuing.job_change(caller, job_id, body, new_id))


@office.post("/jobs/{job_id}/time", **answers(JobView, 201))
async def log_time(job_id: UUID, body: issuing.TimeBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """Logs time that was worked, in minutes."""
    return await relayed(caller, await issuing.time(caller, job_id, body, new_id), 201)


@office.delete("/jobs/{job_id}/time/{entry_id}", **answers(JobView))
async def remove_time(job_id: UUID, entry_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Takes back what was logged by mistake."""
    return await relayed(caller, RemoveTime(id=new_id, job_id=job_id, entry_id=entry_id))
