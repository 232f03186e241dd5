"""Who sees what of billing, and who may act: the conditions that every statement here starts from."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from services.billing.models import Invoice, Payment
from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.principals import Permission, Portal, Principal

Condition = ColumnElement[bool]
Column = TypeVar("Column")


def caller(work: Work) -> Principal:
    """The principal; forbidden where none came."""
    try:
        return work.principal
    except LookupError:
        raise forbidden() from None


def contact(work: Work, *permissions: Permission) -> tuple[Principal, Portal, UUID]:
    """A contact in a portal who holds one of the permissions, with the portal and the customer."""
    principal = caller(work)
    if principal.portal is None or principal.customer_id is None or not any(map(principal.may, permissions)):
        raise forbidden()
    return principal, principal.portal, principal.customer_id


def require_office(work: Work) -> None:
    """Only the office and administrators write invoices."""
    principal = caller(work)
    if principal.kind != "staff" or not principal.staff_roles & {"administrator", "office"}:
        raise forbidden()


def visible_invoices(work: Work, property_ids: Sequence[UUID] = ()) -> Condition:
    """Staff see all of the company's; a contact what is shared with their customer in this portal."""
    if caller(work).kind != "contact":
        return Invoice.property_id.in_(property_ids) if property_ids else true()
    principal, portal, customer_id = contact(work, "invoices.view")
    return and_(
        Invoice.customer_id == customer_id,
        Invoice.branch_id == portal.branch_id,
        Invoice.shared_at.is_not(None),
        _at_own_properties(Invoice.property_id, principal, property_ids),
    )


def _at_own_properties(
    column: InstrumentedAttribute[UUID | None], principal: Principal, property_ids: Sequence[UUID]
) -> Condition:
    own = principal.property_ids()
    if property_ids:
        return column.in_(set(own).intersection(property_ids))
    return or_(column.is_(None), column.in_(own))


def visible_payments(work: Work) -> Condition:
    """Staff see all of the company's; a contact their own, and those of properties that are all theirs."""
    if caller(work).kind != "contact":
        return true()
    principal, portal, customer_id = contact(work, "invoices.view")
    return and_(
        Payment.customer_id == customer_id,
        Payment.branch_id == portal.branch_id,
        or_(Payment.payer_id == principal.id, Payment.property_ids.contained_by(principal.property_ids())),
    )
