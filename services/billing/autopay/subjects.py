"""What autopay is about: a program's installments, or a customer's service invoices in one portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from services.billing import access, autopay_rules
from services.billing.autopay_models import Autopay
from services.billing.models import Invoice
from services.billing.programs import sights
from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.principals import PaymentMethodType, Portal, Principal


@dataclass(frozen=True)
class Subject:
    """Whose it is, as a contact in a portal sees it."""

    principal: Principal
    portal: Portal
    customer_id: UUID
    program_id: UUID | None
    name: str
    """What is paid, in the words of an authorization."""
    method_types: tuple[PaymentMethodType, ...]


def of(work: Work, program_id: UUID | None) -> Subject:
    """The program, or the customer's own where there is none, if the principal may see it."""
    if program_id is None:
        principal, portal, customer_id = access.contact(work, "invoices.view", "autopay.manage")
        types = tuple(portal.settings.payment_method_types)
        return Subject(principal, portal, customer_id, None, "each service invoice", types)
    principal, portal, customer_id = access.contact(work, "programs.view")
    program = sights.visible(work, program_id)
    types = tuple(each for each in portal.settings.payment_method_types if each in program.allowed_methods)
    name = f"each installment of program {program.number}"
    return Subject(principal, portal, customer_id, program.id, name, types)


def managed(work: Work, program_id: UUID | None) -> Subject:
    """The same, for those who may change it."""
    subject = of(work, program_id)
    if not autopay_rules.may_manage(subject.principal):
        raise forbidden("Only the primary contact can change autopay, with the permission to pay.")
    return subject


def autopay_of(work: Work, subject: Subject, *, lock: bool = False) -> Autopay | None:
    """Its autopay, once somebody has ever switched it on."""
    found = select(Autopay).where(
        Autopay.customer_id == subject.customer_id,
        Autopay.branch_id == subject.portal.branch_id,
        Autopay.program_id == subject.program_id if subject.program_id else Autopay.program_id.is_(None),
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return work.session.scalar(found)


def of_programs(work: Work, program_ids: Iterable[UUID]) -> dict[UUID, Autopay]:
    """The autopay of each program that has one switched on; the caller has checked that they may be seen."""
    found = select(Autopay).where(Autopay.program_id.in_(list(program_ids)), Autopay.status != "off")
    return {each.program_id: each for each in work.session.scalars(found) if each.program_id}


def invoices_of(autopay: Autopay) -> ColumnElement[bool]:
    """What it pays: a program's installments, or service invoices; each is owed and fell due after it was agreed to."""
    owed = and_(Invoice.shared_at.is_not(None), Invoice.balance > 0, Invoice.due_on >= autopay.authorized_on)
    if autopay.program_id:
        return and_(Invoice.program_id == autopay.program_id, Invoice.kind == "installment", owed)
    return and_(
        Invoice.customer_id == autopay.customer_id,
        Invoice.branch_id == autopay.branch_id,
        Invoice.kind == "service",
        owed,
    )
