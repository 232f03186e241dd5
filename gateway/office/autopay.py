"""Autopay as the office watches it: each branch's runs, how far one has come, and a dry run of the days to come."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.auth import Caller
from gateway.office.entry import PaymentsReader
from gateway.office.showing import show_list
from gateway.pages.forms import Form, wrong
from gateway.paging import Cursor, every
from services.contracts.billing.autopay import (
    AttemptStanding,
    GetAutopayRun,
    ListAutopayAttempts,
    ListAutopayRuns,
    PreviewAutopayRun,
    PreviewedDebit,
)
from services.contracts.errors import invalid
from services.contracts.identity.portals import ListBranches
from services.contracts.messages import Page

router = APIRouter()

AHEAD = timedelta(days=14)
"""How far a dry run looks where no day is named."""
NO_DAY = "Choose a day such as 2026-12-01."
Typed = Annotated[str, Query(max_length=100)]


@router.get("/office/autopay")
async def runs(request: Request, member: PaymentsReader, cursor: Cursor = None) -> Response:
    """The newest day first."""
    found = await member.ask(ListAutopayRuns(cursor=cursor))
    names = await _branches(member)
    return show_list(request, member, "office/autopay/list.html", found, cursor, here="autopay", names=names)


@router.get("/office/autopay/preview")
async def preview(
    request: Request, member: PaymentsReader, branch: Typed = "", until: Typed = "", cursor: Cursor = None
) -> Response:
    """What would be charged, and what would not, and why; nothing is."""
    names = await _branches(member)
    day = _day(until)
    if day is None:
        form = wrong({"branch": branch}, {"until": NO_DAY})
        return _previewed(request, member, Page(items=[]), None, http_status=422, form=form, names=names, until=None)
    query = _query(names, branch, day)
    found = await member.ask(query.model_copy(update={"cursor": cursor}))
    form = Form({"branch": str(query.branch_id), "until": day.isoformat()})
    return _previewed(request, member, found, cursor, form=form, names=names, until=day)


def _previewed(
    request: Request, member: Caller, items: Page[PreviewedDebit], cursor: str | None, **told: Any
) -> Response:
    return show_list(request, member, "office/autopay/preview.html", items, cursor, here="autopay", **told)


@router.get("/office/autopay/{run_id:uuid}")
async def run(
    request: Request,
    member: PaymentsReader,
    run_id: UUID,
    standing: AttemptStanding | None = None,
    cursor: Cursor = None,
) -> Response:
    """How far it has come, and what it tried."""
    found = await member.ask(GetAutopayRun(run_id=run_id))
    attempts = await member.ask(ListAutopayAttempts(run_id=run_id, standing=standing, cursor=cursor))
    return show_list(
        request,
        member,
        "office/autopay/item.html",
        attempts,
        cursor,
        here="autopay",
        run=found,
        standing=standing or "all",
        names=await _branches(member),
    )


async def _branches(member: Caller) -> dict[UUID, str]:
    return {each.id: each.brand.name for each in await every(member, ListBranches())}


def _day(until: str) -> date | None:
    """In two weeks where none is named; None where it is no day."""
    try:
        return date.fromisoformat(until) if until else datetime.now(UTC).date() + AHEAD
    except ValueError:
        return None


def _query(names: dict[UUID, str], branch: str, until: date) -> PreviewAutopayRun:
    """Of the first branch, where none is asked for; raises `invalid` where it cannot be understood."""
    if not names:
        raise invalid("There is no portal yet.")
    try:
        return PreviewAutopayRun(branch_id=UUID(branch) if branch else next(iter(names)), until=until)
    except ValueError:
        raise invalid("This cannot be understood. Choose a portal.") from None
