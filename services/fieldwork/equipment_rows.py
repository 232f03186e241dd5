"""Equipment as rows: what the principal sees, and what lists and pages show of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import not_found
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.equipment import EquipmentSummary, EquipmentView
from services.contracts.fieldwork.jobs import JobSummary
from services.contracts.principals import Principal
from services.contracts.snapshots import CustomerSnapshot, PropertySnapshot
from services.fieldwork import attached, job_rows, job_rules
from services.fieldwork.equipment_models import Equipment, JobEquipment
from services.fieldwork.job_models import Job
from services.fieldwork.job_rules import Scope

MOST_JOBS = 50
_TEXTS = ("kind", "make", "model", "serial_number", "location")
_DATES = ("installed_on", "warranty_until", "last_serviced_on", "service_due_on")


def seen(work: Work, equipment_id: UUID, *, lock: bool = False) -> Equipment:
    """The equipment, where the principal sees it."""
    mine = select(Equipment).where(Equipment.id == equipment_id, *within(job_rules.equipment_seen(work.principal)))
    equipment = work.session.scalar(mine.with_for_update() if lock else mine)
    if equipment is None:
        raise not_found()
    return equipment


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """The scope as conditions of a query."""
    bounds: list[ColumnElement[bool]] = []
    if scope.customer_id is not None:
        bounds.append(Equipment.customer_id == scope.customer_id)
    if scope.branch_id is not None:
        bounds.append(Equipment.branch_id == scope.branch_id)
    if scope.all_at is not None:
        bounds.append(Equipment.property_id.in_(scope.all_at))
    return bounds


def summary(work: Work, equipment: Equipment) -> EquipmentSummary:
    """The equipment as a list shows it."""
    return EquipmentSummary.model_validate(_facts(work, equipment))


def whole(work: Work, equipment: Equipment) -> EquipmentView:
    """The equipment as its page shows it to the principal."""
    return EquipmentView(
        **_facts(work, equipment),
        version=equipment.version,
        branch_id=equipment.branch_id,
        time_zone=equipment.time_zone,
        created_at=equipment.created_at,
        created_by=equipment.created_by,
        attachments=attached.of(work, AttachmentOwner(kind="equipment", id=equipment.id)),
        jobs=_jobs(work, equipment) if _sees_jobs(work.principal) else [],
        label=None if job_rules.in_portal(work.principal) else equipment.label,
    )


def _facts(work: Work, equipment: Equipment) -> dict[str, Any]:
    return {
        "id": equipment.id,
        "property": PropertySnapshot.model_validate(equipment.property),
        "customer": CustomerSnapshot.model_validate(equipment.customer),
        "service": job_rules.service_of(equipment.service_due_on, work.today(equipment.time_zone)),
        **{name: getattr(equipment, name) for name in (*_TEXTS, *_DATES)},
    }


def _sees_jobs(principal: Principal) -> bool:
    return job_rules.in_portal(principal) is False or permissions.section_is_on(principal, "jobs")


def _jobs(work: Work, equipment: Equipment) -> list[JobSummary]:
    about = (JobEquipment.company_id == equipment.company_id, JobEquipment.equipment_id == equipment.id)
    mine = select(Job).join(JobEquipment, JobEquipment.job_id == Job.id).where(*about)
    mine = mine.where(*job_rows.within(job_rules.jobs_seen(work.principal)))
    newest = mine.order_by(JobEquipment.job_created_at.desc(), JobEquipment.job_id.desc()).limit(MOST_JOBS)
    return [job_rows.summary(job) for job in work.session.scalars(newest)]
