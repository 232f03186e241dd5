"""What the office finds in fieldwork: jobs and requests by number, equipment by serial number."""

from collections.abc import Iterable

from sqlalchemy import select

from services.chassis.searching import begins, numbered
from services.chassis.work import Work
from services.contracts.fieldwork.search import SearchWork
from services.contracts.permissions import may_in_office
from services.contracts.search import MOST_HITS, Hit, HitsView
from services.fieldwork.equipment_models import Equipment
from services.fieldwork.job_models import Job
from services.fieldwork.models import Request


def search(work: Work, query: SearchWork) -> HitsView:
    """At most ten of each kind that the principal may read; nothing for a customer."""
    found: list[Hit] = []
    if may_in_office(work.principal, "jobs.read"):
        found += [*_jobs(work, query.sought), *_equipment(work, query.sought)]
    if may_in_office(work.principal, "requests.read"):
        found += _requests(work, query.sought)
    return HitsView(items=found)


def _jobs(work: Work, sought: str) -> Iterable[Hit]:
    named = numbered(Job.number, "JOB", sought, work.now.year)
    wanted = select(Job).where(Job.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Job.number.desc()).limit(MOST_HITS)):
        detail = f"{each.customer['name']}, {each.property['name']}"
        yield Hit(kind="job", id=each.id, title=each.number, detail=detail, status=each.status)


def _requests(work: Work, sought: str) -> Iterable[Hit]:
    named = numbered(Request.number, "REQ", sought, work.now.year)
    wanted = select(Request).where(Request.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Request.number.desc()).limit(MOST_HITS)):
        detail = f"{each.title}, {each.property['name']}"
        yield Hit(kind="request", id=each.id, title=each.number, detail=detail, status=each.status)


def _equipment(work: Work, sought: str) -> Iterable[Hit]:
    """In any case, for a label is read by people."""
    named = begins(Equipment.folded_serial, sought.lower())
    wanted = select(Equipment).where(Equipment.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Equipment.folded_serial, Equipment.id).limit(MOST_HITS)):
        detail = f"{each.serial_number}, {each.property['name']}"
        yield Hit(kind="equipment", id=each.id, title=each.name(), detail=detail)
