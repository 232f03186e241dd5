"""Who is told of what they may see in the portal, from the contact and the event alone."""

from uuid import UUID

from services.contracts.billing.invoices import InvoiceView
from services.contracts.fieldwork.jobs import JobChanged, JobCreated
from services.contracts.fieldwork.requests import RequestClosed, RequestCommented
from services.contracts.identity.contacts import ContactView, PropertyRoleView
from services.contracts.permissions import SIGNING_ROLES
from services.contracts.principals import Permission


def tells_customer(event: RequestCommented | RequestClosed) -> bool:
    """Whether a customer raised the request, sees it, and sees what the office said of it."""
    if event.raised_by_kind != "contact" or not event.request.include_client:
        return False
    return isinstance(event, RequestClosed) or (event.comment.public and event.comment.author_kind == "staff")


def sees_requests_at(contact: ContactView, property_id: UUID) -> bool:
    """Whether a contact is let see requests at a property."""
    return _may_at(contact, _place(contact, property_id), "requests.view")


def tells_of_job(event: JobCreated | JobChanged) -> bool:
    """Whether the job's contact is told: of what others did that makes a difference to them."""
    if isinstance(event, JobCreated):
        return event.job.contact_id not in (None, event.created_by_id)
    return bool(event.news) and event.job.contact_id not in (None, event.changed_by_id)


def sees_own_job_at(contact: ContactView, property_id: UUID) -> bool:
    """Whether a contact is let see the jobs at a property that are theirs."""
    place = _place(contact, property_id)
    return _may_at(contact, place, "jobs.view") or _may_at(contact, place, "jobs.view_own")


def signs_at(contact: ContactView, property_id: UUID) -> bool:
    """Whether a contact is one of those who can sign the proposals for a property."""
    place = _place(contact, property_id)
    if contact.status == "disabled" or place is None or place.role not in SIGNING_ROLES:
        return False
    return _may_at(contact, place, "proposals.view") and _may_at(contact, place, "proposals.sign")


def chooses_plans(contact: ContactView) -> bool:
    """Whether a contact is one of those who choose how a program is paid."""
    return contact.status != "disabled" and {"programs.view", "programs.sign"} <= {*contact.effective_permissions}


def pays(contact: ContactView, invoice: InvoiceView, primary_contact_id: UUID | None) -> bool:
    """Whether a contact may pay an invoice: its billing contact, its property's primary, without one the customer's."""
    if contact.status == "disabled" or "invoices.pay" not in contact.effective_permissions:
        return False
    if contact.id == invoice.billing_contact_id:
        return True
    if invoice.property is None:
        return contact.id == primary_contact_id
    place = _place(contact, invoice.property.id)
    return place is not None and place.role == "primary" and _may_at(contact, place, "invoices.pay")


def keeps_methods(contact: ContactView) -> bool:
    """Whether a contact sees to the customer's payment methods."""
    return contact.status != "disabled" and "payment_methods.manage" in contact.effective_permissions


def expects_visits_at(contact: ContactView, property_id: UUID) -> bool:
    """Whether a contact is let see the visits at a property."""
    return contact.status != "disabled" and _may_at(contact, _place(contact, property_id), "visits.view")


def _place(contact: ContactView, property_id: UUID) -> PropertyRoleView | None:
    return next((each for each in contact.property_roles if each.property_id == property_id), None)


def _may_at(contact: ContactView, place: PropertyRoleView | None, permission: Permission) -> bool:
    if place is None or permission not in contact.effective_permissions:
        return False
    return place.permissions is None or permission in place.permissions
