"""What the API and the pages share of a statement of account: whose it is, of which days, and its table."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi.responses import Response

from gateway import spreadsheets
from gateway.auth import Caller
from services.contracts.billing.credits import StatementView
from services.contracts.identity.customers import GetCustomer
from services.contracts.snapshots import CustomerSnapshot

USUAL_DAYS = 90


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    since: date
    until: date


def usual(until: date) -> Period:
    """The days of a statement for which no others were asked."""
    return Period(until - min(timedelta(days=USUAL_DAYS), until - date.min), until)


def today(caller: Caller) -> date:
    """The day that it is where the caller's portal is."""
    place = caller.principal.portal
    return datetime.now(ZoneInfo(place.time_zone) if place else UTC).date()


async def asked(caller: Caller, customer_id: UUID, period: Period, property_ids: list[UUID]) -> dict[str, Any]:
    """What a statement is asked for: of whom, as they are called today, and when."""
    found = await caller.ask(GetCustomer(customer_id=customer_id))
    customer = CustomerSnapshot(id=found.id, name=found.name, address=found.mailing_address)
    return {
        "since": period.since,
        "until": period.until,
        "customer_id": customer_id,
        "customer": customer,
        "property_ids": property_ids,
    }


def csv_of(view: StatementView) -> Response:
    """The statement as a file to download."""
    name = f"statement-{view.since}-{view.until}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(spreadsheets.statement(view), media_type="text/csv; charset=utf-8", headers=headers)
