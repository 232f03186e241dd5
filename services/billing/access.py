"""Who sees what of billing, and who may act: the conditions that every statement here starts from."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, any_, bindparam, exists, or_, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.billing.models import Allocation, Invoice, Payment
from services.billing.program_models import Program
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.principals import Permission, Portal, Principal, Scope

Condition = ColumnElement[bool]
Sight = Literal["own", "own, chosen", "all", "all, chosen"]
"""Which invoices a principal sees; each has one condition, made once, for lists are asked for all the time."""


def contact(work: Work, *wanted: Permission) -> tuple[Principal, Portal, UUID]:
    """A contact in a portal who holds one of the permissions, with the portal and the customer."""
    principal = work.principal
    if principal.portal is None or principal.customer_id is None:
        raise forbidden()
    if not any(permissions.is_offered(principal, each) for each in wanted):
        raise not_found("This part of the portal is switched off.", reason="section_off")
    if not any(permissions.may(principal, each) for each in wanted):
        raise forbidden()
    return principal, principal.portal, principal.customer_id


def guest(work: Work) -> tuple[Principal, Portal]:
    """A guest, and the portal that they are in."""
    principal = work.principal
    if principal.kind != "guest" or principal.portal is None:
        raise forbidden()
    if principal.guest_program_id and not principal.portal.settings.guest_payments:
        raise not_found("This part of the portal is switched off.", reason="guest_session_gone")
    return principal, principal.portal


def office(work: Work, scope: Scope) -> Principal:
    """A staff member or an integration who may do this."""
    principal = work.principal
    if not permissions.may_in_office(principal, scope):
        raise forbidden()
    return principal


_MINE = and_(
    Invoice.customer_id == bindparam("customer_id"),
    Invoice.branch_id == bindparam("branch_id"),
    Invoice.shared_at.is_not(None),
)
_AT_THESE = Invoice.property_id == any_(bindparam("property_ids", type_=ARRAY(Uuid)))
_INVOICES: dict[Sight, Condition] = {
    "own": and_(_MINE, or_(Invoice.property_id.is_(None), _AT_THESE)),
    "own, chosen": and_(_MINE, _AT_THESE),
    "all": true(),
    "all, chosen": _AT_THESE,
}


def invoices_in(sight: Sight) -> Condition:
    """The condition of a sight; its parameters come with it from `sight_of_invoices`."""
    return _INVOICES[sight]


def sight_of_invoices(work: Work, property_ids: Sequence[UUID] = ()) -> tuple[Sight, dict[str, Any]]:
    """The office sees all of the company's; a contact what is shared with their customer in this portal, at their
    properties or at none. A choice of properties narrows it."""
    if work.principal.kind != "contact":
        office(work, "invoices.read")
        return ("all, chosen", {"property_ids": list(property_ids)}) if property_ids else ("all", {})
    principal, portal, customer_id = contact(work, "invoices.view")
    own = permissions.property_ids(principal, "invoices.view")
    told = {"customer_id": customer_id, "branch_id": portal.branch_id, "property_ids": own}
    if not property_ids:
        return "own", told
    return "own, chosen", {**told, "property_ids": list(set(own).intersection(property_ids))}


def visible_payments(work: Work) -> Condition:
    """The office sees all of the company's; a contact their own, and those of properties that are all theirs.

    What guests only tried to pay no contact is bothered with: anybody who has a link could fill their list.
    """
    if work.principal.kind != "contact":
        office(work, "payments.read")
        return true()
    principal, portal, customer_id = contact(work, "invoices.view")
    own = permissions.property_ids(principal, "invoices.view")
    return and_(
        Payment.customer_id == customer_id,
        Payment.branch_id == portal.branch_id,
        or_(Payment.payer_id == principal.id, Payment.property_ids.contained_by(own)),
        or_(Payment.is_guest.is_(False), Payment.succeeded_at.is_not(None), Payment.status == "processing"),
    )


def visible_programs(work: Work) -> Condition:
    """The office sees all of the company's; a contact their customer's in this portal, but no drafts."""
    if work.principal.kind != "contact":
        office(work, "programs.read")
        return true()
    _, portal, customer_id = contact(work, "programs.view")
    own = and_(Program.customer_id == customer_id, Program.branch_id == portal.branch_id)
    return and_(own, Program.stage != "draft")


def one_payment(work: Work) -> Condition:
    """Of a payment that is named: a guest sees those by guests of nothing but the guest's invoices.

    Which of these is theirs they know by its id alone, so no list of them is ever shown.
    """
    if work.principal.kind != "guest":
        return visible_payments(work)
    principal, portal = guest(work)
    foreign = exists().where(
        Allocation.payment_id == Payment.id, Allocation.invoice_id.not_in(principal.guest_invoice_ids)
    )
    return and_(Payment.is_guest, Payment.branch_id == portal.branch_id, ~foreign)
