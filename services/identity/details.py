"""My Details: what a customer keeps current about itself, and each contact about themselves, with its history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import array

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, invalid
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.customers import (
    ChangeDetails,
    DetailsChangeView,
    DetailsView,
    GetDetails,
    ListDetailsHistory,
)
from services.contracts.identity.people import Json
from services.contracts.messages import Page
from services.contracts.principals import Permission
from services.identity import access, audit, customers, records
from services.identity.models import Contact, Customer
from services.identity.office_models import AuditEvent

CHANGED = "details.changed"
CHANGED_BY_OFFICE = "customer.changed"

OFFICE_NAMES = {
    "name": "customer_name",
    "mailing_address": "mailing_address",
    "phone": "customer_phone",
    "email": "customer_email",
}
"""The fields of the office's changes that are details, and what the customer knows them by."""


def get(work: Work, _: GetDetails) -> DetailsView:
    """The customer's and the contact's own, with the permission."""
    return _view(*_own(work, "details.view"))


def change(work: Work, command: ChangeDetails) -> DetailsView:
    """Only what is given changes; what changed is kept in the history, with who changed it."""
    customer, contact = _own(work, "details.edit", lock=True)
    before, name = _told(customer, contact), contact.name
    customer.name = command.customer_name or customer.name
    customer.phone = customer.phone if command.customer_phone is None else command.customer_phone
    customer.email = customer.email if command.customer_email is None else command.customer_email
    if command.mailing_address is not None:
        customer.mailing_address = command.mailing_address.model_dump(mode="json")
    contact.name = command.name or contact.name
    contact.phone = contact.phone if command.phone is None else command.phone
    audit.record(work, CHANGED, customer, before=before, after=_told(customer, contact))
    if contact.name != name:
        work.announce(AccessChanged(company_id=work.company_id, principal_ids=[contact.id]))
    return _view(customer, contact)


def history(work: Work, query: ListDetailsHistory) -> Page[DetailsChangeView]:
    """What contacts and the office changed, newest first; of the own customer, or of the one that the office names."""
    by_office = (AuditEvent.action == CHANGED_BY_OFFICE) & AuditEvent.after.op("?|")(array(list(OFFICE_NAMES)))
    wanted = select(AuditEvent).where(
        AuditEvent.subject_id == _customer_id(work, query), (AuditEvent.action == CHANGED) | by_office
    )
    if query.cursor:
        wanted = wanted.where(tuple_(AuditEvent.at, AuditEvent.id) < cursors.position(query.cursor, datetime))
    newest = wanted.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(query.limit + 1)
    rows = work.session.scalars(newest).all()
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(
        items=[_change(each) for each in shown],
        next_cursor=cursors.after(shown[-1].at, shown[-1].id) if more else None,
    )


def _customer_id(work: Work, query: ListDetailsHistory) -> UUID:
    if work.principal.kind == "contact":
        return _own(work, "details.view")[0].id
    access.office(work, "customers.read")
    if query.customer_id is None:
        raise invalid("Name the customer.", field="customer_id")
    return records.found(work, Customer, query.customer_id).id


def _own(work: Work, permission: Permission, *, lock: bool = False) -> tuple[Customer, Contact]:
    """The customer and the contact of a principal who holds the permission."""
    principal = work.principal
    if principal.customer_id is None or not permissions.may(principal, permission):
        raise forbidden()
    customer = records.found(work, Customer, principal.customer_id, lock=lock)
    return customer, records.found(work, Contact, principal.id, lock=lock)


def _view(customer: Customer, contact: Contact) -> DetailsView:
    theirs = customers.view(customer).model_copy(update={"external_id": ""})
    return DetailsView(customer=theirs, name=contact.name, email=contact.email, phone=contact.phone)


def _told(customer: Customer, contact: Contact) -> Json:
    """What the history compares, under the names that the command has for it."""
    return {
        "customer_name": customer.name,
        "mailing_address": customer.mailing_address,
        "customer_phone": customer.phone,
        "customer_email": customer.email,
        "name": contact.name,
        "phone": contact.phone,
    }


def _change(event: AuditEvent) -> DetailsChangeView:
    before, after = event.before or {}, event.after or {}
    if event.action == CHANGED_BY_OFFICE:
        before, after = _as_details(before), _as_details(after)
    return DetailsChangeView(id=event.id, at=event.at, changed_by=event.actor_name, before=before, after=after)


def _as_details(told: Json) -> Json:
    return {OFFICE_NAMES[name]: value for name, value in told.items() if name in OFFICE_NAMES}
