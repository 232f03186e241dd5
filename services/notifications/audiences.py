"""Who an event is mailed to: found from the event, by their own wishes, and by what identity knows of them."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.billing.invoices import InvoiceShared
from services.contracts.billing.methods import MandateAccepted, MethodAdded
from services.contracts.billing.payments import PaymentView
from services.contracts.billing.programs import AgreementSigned, PaymentRequested, ProgramOffered
from services.contracts.billing.reminders import CardExpiring, InvoiceDueSoon, InvoiceOverdue
from services.contracts.fieldwork.jobs import JobChanged, JobCreated
from services.contracts.fieldwork.requests import RequestClosed, RequestCommented, RequestCreated
from services.contracts.fieldwork.visits import VisitUpcoming
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.customers import GetCustomer, GetProperty
from services.contracts.identity.people import PersonKind
from services.contracts.identity.portals import GetBranch
from services.contracts.identity.staff import StaffView
from services.contracts.messages import Event
from services.contracts.proposals.events import (
    ProposalDeclined,
    ProposalDelivered,
    ProposalExpired,
    ProposalReminded,
    ProposalWithdrawn,
)
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.quotes import QuoteCreated, QuoteFinalized
from services.contracts.proposals.signing import DocumentSigned
from services.notifications import audience_rules, people, preferences
from services.notifications.people import Person, Recipient
from services.notifications.rules import Audience, Notice


class PayerEvent(Protocol):
    """An event of a payment that its payer is told of."""

    @property
    def payment(self) -> PaymentView: ...

    @property
    def payer_id(self) -> UUID | None: ...

    @property
    def payer_email(self) -> str: ...


class PersonEvent(Protocol):
    """An event that names whom it is for."""

    @property
    def person_kind(self) -> PersonKind: ...

    @property
    def person_id(self) -> UUID: ...


def recipients(work: Work, notice: Notice, event: Event) -> list[Recipient]:
    """Who gets the notice; nobody who is disabled, or does not want it."""
    return [each for each in concerned(work, notice.audience, event) if _wants(work, notice, each)]


def concerned(work: Work, audience: Audience, event: Event) -> list[Recipient]:
    """Whom an event concerns and who is not disabled, whether or not they want to be mailed of it."""
    if audience in _GROUPS:
        return _GROUPS[audience](work, event)
    person = _PERSONS[audience](work, event)
    if person is None or isinstance(person, Recipient):
        return [person] if person else []
    found = people.reachable(work, person)
    return [found] if found else []


def _wants(work: Work, notice: Notice, recipient: Recipient) -> bool:
    """Strangers have no preferences: a guest is sent what their payment came to."""
    if notice.preference is None or recipient.person is None:
        return True
    return preferences.wants(work, recipient.person.id, notice.preference)


def _cashiers(work: Work, _: Event) -> list[Recipient]:
    """The staff who may do something about a payment."""
    return [each for member in people.staff(work) if _is_cashier(member) for each in people.as_recipients(member)]


def _is_cashier(member: StaffView) -> bool:
    return any("payments.write" in permissions.SCOPES_OF[role] for role in member.roles)


def _signers(work: Work, event: ProposalDelivered | ProposalReminded) -> list[Recipient]:
    """The contacts who can sign it now: nobody is written to about what they cannot open."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    if "proposals" not in branch.settings.sections:
        return []
    contacts = people.contacts(work, event.customer_id)
    return people.as_recipients(*(each for each in contacts if audience_rules.signs_at(each, event.property.id)))


def _choosers(work: Work, event: ProgramOffered) -> list[Recipient]:
    """The insured's contacts who may choose how it is paid, where their portal shows programs."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    if "programs" not in branch.settings.sections:
        return []
    contacts = people.contacts(work, event.customer.id)
    return people.as_recipients(*(each for each in contacts if audience_rules.chooses_plans(each)))


def _payers(work: Work, event: PaymentRequested | InvoiceShared | InvoiceDueSoon | InvoiceOverdue) -> list[Recipient]:
    """Those who may pay the invoice; nobody of what their portal does not show, unless the office asks for it."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    if not isinstance(event, PaymentRequested) and "invoices" not in branch.settings.sections:
        return []
    customer = work.ask(GetCustomer(customer_id=event.invoice.customer.id))
    contacts, primary = people.contacts(work, customer.id), customer.primary_contact_id
    return people.as_recipients(*(each for each in contacts if audience_rules.pays(each, event.invoice, primary)))


def _method_keepers(work: Work, event: CardExpiring) -> list[Recipient]:
    """Those who see to the customer's payment methods."""
    return _keepers(work, event.customer_id)


def _keepers(work: Work, customer_id: UUID) -> list[Recipient]:
    contacts = people.contacts(work, customer_id)
    return people.as_recipients(*(each for each in contacts if audience_rules.keeps_methods(each)))


def _visit_watchers(work: Work, event: VisitUpcoming) -> list[Recipient]:
    """Those who see the visits at the property, where their portal shows visits."""
    visit = event.visit
    if "visits" not in work.ask(GetBranch(branch_id=visit.branch_id)).settings.sections:
        return []
    contacts = people.contacts(work, visit.customer_id)
    return people.as_recipients(
        *(each for each in contacts if audience_rules.expects_visits_at(each, visit.property.id))
    )


def _quote_handlers(work: Work, event: QuoteCreated) -> list[Recipient]:
    """The property's sales rep, for what a customer asks; where there is none who can be reached, administrators."""
    if event.created_by_kind != "contact":
        return []
    seller = work.ask(GetProperty(property_id=event.quote.property.id)).sales_rep
    reached = people.reachable(work, Person("staff", seller.id)) if seller else None
    if reached:
        return [reached]
    return people.administrators(work)


def _person(_: Work, event: PersonEvent) -> Person:
    return Person(event.person_kind, event.person_id)


def _payer(work: Work, event: PayerEvent) -> list[Recipient]:
    """The contact, or a guest at the address that they gave; nobody for what came offline."""
    if event.payer_id is None:
        return [Recipient(event.payment.payer, event.payer_email)] if event.payer_email else []
    if event.payment.by_autopay:
        return _in_charge(work, event.payer_id)
    reached = people.reachable(work, Person("contact", event.payer_id))
    return [reached] if reached else []


def _authorizer(work: Work, event: PersonEvent) -> list[Recipient]:
    """Who authorized autopay."""
    return _in_charge(work, event.person_id)


def _in_charge(work: Work, contact_id: UUID) -> list[Recipient]:
    """The contact; who left is followed by those who see to the customer's payment methods, for money still moves."""
    contact = work.ask(GetContact(contact_id=contact_id))
    if contact.status != "disabled":
        return people.as_recipients(contact)
    return _keepers(work, contact.customer_id)


def _insured(work: Work, event: PayerEvent) -> Person | None:
    """Of what a guest paid: the customer's primary contact, who need not know of it."""
    customer_id = event.payment.customer_id
    if not event.payer_email or customer_id is None:
        return None
    primary = work.ask(GetCustomer(customer_id=customer_id)).primary_contact_id
    return Person("contact", primary) if primary else None


def _holder(_: Work, event: MandateAccepted | MethodAdded) -> Person:
    """Who entered the bank account or the card."""
    return Person("contact", event.contact_id)


def _sales_rep(_: Work, event: ProposalSigned | ProposalDeclined | ProposalExpired) -> Person:
    """The proposal's own, who need not be the property's."""
    return Person("staff", event.sales_rep_id)


def _signer(_: Work, event: DocumentSigned | ProposalWithdrawn) -> Person | None:
    """Who signed; nobody where what was taken back had not been signed."""
    contact_id = event.contact_id if isinstance(event, DocumentSigned) else event.signed_by_id
    return Person("contact", contact_id) if contact_id else None


def _agreement_signer(_: Work, event: AgreementSigned) -> Person:
    """Who signed it."""
    return Person("contact", event.contact_id)


def _quote_asker(_: Work, event: QuoteFinalized) -> Person | None:
    """The contact whose quote it is."""
    return Person("contact", event.quote.contact_id) if event.quote.contact_id else None


def _account_owner(work: Work, event: RequestCreated) -> Person | None:
    """The property's, for what customers raise; what the office raises it knows already."""
    if event.created_by_kind != "contact":
        return None
    return _owner_of(work, event.request.property.id)


def _owner_of(work: Work, property_id: UUID) -> Person | None:
    owner = work.ask(GetProperty(property_id=property_id)).account_owner
    return Person("staff", owner.id) if owner else None


def _request_handler(work: Work, event: RequestCommented) -> Person | None:
    """Who sees to a request, for what its customer says of it; the account owner where it is nobody's yet."""
    if event.comment.author_kind != "contact":
        return None
    assigned = event.request.assigned_to
    return Person("staff", assigned.id) if assigned else _owner_of(work, event.request.property.id)


def _request_raiser(work: Work, event: RequestCommented | RequestClosed) -> Person | None:
    """The contact who raised it, for what they see of it in the portal now."""
    if not audience_rules.tells_customer(event):
        return None
    contact = work.ask(GetContact(contact_id=event.raised_by_id))
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    sees = audience_rules.sees_requests_at(contact, event.request.property.id)
    return Person("contact", contact.id) if sees and "requests" in branch.settings.sections else None


def _job_handlers(work: Work, event: JobCreated) -> list[Recipient]:
    """For what a customer asks: the property's account owner; where none can be reached, the administrators."""
    if event.created_by_kind != "contact":
        return []
    owner = _owner_of(work, event.job.property.id)
    reached = people.reachable(work, owner) if owner else None
    return [reached] if reached else people.administrators(work)


def _job_contact(work: Work, event: JobCreated | JobChanged) -> Person | None:
    """Whose job it is, where they see it in the portal now."""
    if not audience_rules.tells_of_job(event) or event.job.contact_id is None:
        return None
    contact = work.ask(GetContact(contact_id=event.job.contact_id))
    branch = work.ask(GetBranch(branch_id=event.job.branch_id))
    sees = audience_rules.sees_own_job_at(contact, event.job.property.id)
    return Person("contact", contact.id) if sees and "jobs" in branch.settings.sections else None


_PERSONS: dict[Audience, Callable[[Work, Any], Person | Recipient | None]] = {
    "person": _person,
    "holder": _holder,
    "insured": _insured,
    "sales_rep": _sales_rep,
    "signer": _signer,
    "quote_asker": _quote_asker,
    "agreement_signer": _agreement_signer,
    "account_owner": _account_owner,
    "request_handler": _request_handler,
    "request_raiser": _request_raiser,
    "job_contact": _job_contact,
}

_GROUPS: dict[Audience, Callable[[Work, Any], list[Recipient]]] = {
    "cashiers": _cashiers,
    "signers": _signers,
    "quote_handlers": _quote_handlers,
    "job_handlers": _job_handlers,
    "choosers": _choosers,
    "payer": _payer,
    "payers": _payers,
    "authorizer": _authorizer,
    "method_keepers": _method_keepers,
    "visit_watchers": _visit_watchers,
    "administrators": lambda work, _: people.administrators(work),
}
