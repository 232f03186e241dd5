"""Events of jobs, as their mails tell of them."""

from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.fieldwork.jobs import JobChanged, JobCreated, JobView
from services.contracts.snapshots import CustomerSnapshot
from tests.unit.notifications import samples

JOB, STAFF, ANOTHER = UUID(int=90), UUID(int=91), UUID(int=92)
CUSTOMER = CustomerSnapshot(id=samples.LAKESIDE, name="Lakeside HOA", address=samples.ADDRESS)


def job(**change: Any) -> JobView:
    """Priya's job at the Clubhouse."""
    known: dict[str, Any] = {
        "id": JOB,
        "number": "JOB-2026-00007",
        "status": "booked",
        "description": "The pump hums.\nAll night.",
        "property": samples.SITE,
        "customer": CUSTOMER,
        "date_booked": date(2026, 5, 12),
        "preferred_date": date(2026, 5, 11),
        "time_logged": 0,
        "work_undertaken": "Replaced the bearing.",
        "created_at": samples.NOON,
        "created_by": "Priya Shah",
        "version": 2,
        "branch_id": samples.AUSTIN,
        "time_zone": "America/Chicago",
        "contact_id": samples.PRIYA,
        "assigned_to": [],
        "time_entries": [],
        "history": [],
        "equipment": [],
        "attachments": [],
    }
    return JobView.model_validate({**known, **change})


def created(by: UUID = samples.PRIYA, kind: str = "contact", **change: Any) -> JobCreated:
    """A job that Priya asked for, unless the office wrote it down for her."""
    told = {"job": job(**change), "created_by_id": by, "created_by_kind": kind}
    return JobCreated.model_validate({"company_id": samples.EVERGREEN, "version": 1, **told})


def changed(*news: str, by: UUID = STAFF, **change: Any) -> JobChanged:
    """What the office did to it."""
    told = {"job": job(**change), "changed_by_id": by, "news": list(news)}
    return JobChanged.model_validate({"company_id": samples.EVERGREEN, "version": 3, **told})


def attachment(name: str, *, visible: bool) -> dict[str, Any]:
    """What the office has attached."""
    facts = {"content_type": "application/pdf", "size": 1, "created_by": "Ana Silva", "is_picture": False}
    return {"id": UUID(int=93), "name": name, "created_at": samples.NOON, "visible": visible, **facts}


def time_entry(note: str) -> dict[str, Any]:
    """Time with a note of the office's own."""
    return {"id": UUID(int=94), "worked_on": date(2026, 5, 2), "minutes": 30, "staff": "Ana Silva", "note": note}
