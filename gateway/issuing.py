"""New documents: what the caller names by id is written into them as identity knows it today."""

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.auth import Caller
from gateway.requests import Body
from services.contracts.billing.credits import CreateCredit
from services.contracts.billing.invoices import ChangeInvoice, CreateInvoice, GetInvoice, InvoiceLine
from services.contracts.billing.payments import OfflineMethod, RecordPayment
from services.contracts.errors import invalid
from services.contracts.fieldwork import CreateRequest
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.customers import GetCustomer, GetProperty, PropertyView
from services.contracts.identity.portals import GetBranch, GetCompany
from services.contracts.identity.staff import GetStaffMember
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, InvoiceKind, PaymentMethodType
from services.contracts.proposals import (
    CreateProposal,
    DeliverProposal,
    GetProposal,
    ProposalKind,
    ServiceOffer,
)
from services.contracts.snapshots import CustomerSnapshot, Name, Person, Text


class NewInvoice(Body):
    """The customer is that of the property where only the property is named."""

    kind: InvoiceKind = "service"
    customer_id: UUID | None = None
    property_id: UUID | None = None
    billing_contact_id: UUID | None = None
    service_contact_id: UUID | None = None
    """A staff member; the property's sales rep where it is not given."""
    proposal_id: UUID | None = None
    net_days: Annotated[int, Field(ge=0, le=365)] = 30
    services: Annotated[list[InvoiceLine], Field(min_length=1, max_length=200)]
    visit_ids: Annotated[list[UUID], Field(max_length=200)] = []
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    """The invoice's own convenience fees, which come before the branch's."""


async def invoice(caller: Caller, draft: NewInvoice, new_id: UUID) -> CreateInvoice:
    """The command that makes the draft; raises `invalid` where what it names is not of one customer."""
    place = await _property(caller, draft.property_id)
    customer, branch_id = await _customer(caller, draft.customer_id, place)
    branch, service_contact, *_ = await asyncio.gather(
        caller.ask(GetBranch(branch_id=branch_id)),
        _service_contact(caller, draft.service_contact_id, place),
        _check_billing_contact(caller, draft.billing_contact_id, customer),
        _check_proposal(caller, draft.proposal_id, customer),
    )
    return CreateInvoice(
        id=new_id,
        kind=draft.kind,
        branch_id=branch_id,
        time_zone=branch.time_zone,
        customer=customer,
        property=place.snapshot() if place else None,
        billing_contact_id=draft.billing_contact_id,
        service_contact=service_contact,
        proposal_id=draft.proposal_id,
        net_days=draft.net_days,
        lines=draft.services,
        visit_ids=draft.visit_ids,
        fees=draft.fees,
    )


class InvoiceChange(Body):
    """What changes of a draft; what is not given stays."""

    billing_contact_id: UUID | None = None
    net_days: Annotated[int, Field(ge=0, le=365)] | None = None
    services: Annotated[list[InvoiceLine], Field(min_length=1, max_length=200)] | None = None
    visit_ids: Annotated[list[UUID], Field(max_length=200)] | None = None


async def invoice_change(caller: Caller, invoice_id: UUID, change: InvoiceChange, new_id: UUID) -> ChangeInvoice:
    """The command that changes the draft; raises `invalid` where the contact is another customer's."""
    if change.billing_contact_id:
        found = await caller.ask(GetInvoice(invoice_id=invoice_id))
        await _check_billing_contact(caller, change.billing_contact_id, found.customer)
    return ChangeInvoice(
        id=new_id,
        invoice_id=invoice_id,
        billing_contact_id=change.billing_contact_id,
        net_days=change.net_days,
        lines=change.services,
        visit_ids=change.visit_ids,
    )


class NewCredit(Body):
    """The customer is that of the property where only the property is named."""

    customer_id: UUID | None = None
    property_id: UUID | None = None
    amount: Money
    reason: Text


async def credit(caller: Caller, grant: NewCredit, new_id: UUID) -> CreateCredit:
    """The command that grants it."""
    place = await _property(caller, grant.property_id)
    customer, branch_id = await _customer(caller, grant.customer_id, place)
    branch = await caller.ask(GetBranch(branch_id=branch_id))
    return CreateCredit(
        id=new_id,
        branch_id=branch_id,
        time_zone=branch.time_zone,
        customer=customer,
        property=place.snapshot() if place else None,
        amount=grant.amount,
        reason=grant.reason,
    )


class NewOfflinePayment(Body):
    """The oldest of the invoices is paid first; without any, all of the amount is credit."""

    customer_id: UUID
    invoice_ids: Annotated[list[UUID], Field(max_length=100)] = []
    amount: Money
    received_as: OfflineMethod
    reference: Annotated[str, Field(max_length=100)] = ""
    received_on: date


async def offline_payment(caller: Caller, received: NewOfflinePayment, new_id: UUID) -> RecordPayment:
    """The command that records it, in the customer's home branch where no invoice says another."""
    customer, branch_id = await _customer(caller, received.customer_id, None)
    branch = await caller.ask(GetBranch(branch_id=branch_id))
    return RecordPayment(
        id=new_id,
        customer=customer,
        branch_id=branch_id,
        time_zone=branch.time_zone,
        invoice_ids=received.invoice_ids,
        amount=received.amount,
        received_as=received.received_as,
        reference=received.reference,
        received_on=received.received_on,
    )


class NewProposal(Body):
    """`sales_rep_id` is the property's sales rep where it is not given."""

    kind: ProposalKind
    title: Name
    property_id: UUID
    sales_rep_id: UUID | None = None
    services: Annotated[list[ServiceOffer], Field(min_length=1, max_length=100)]
    expires_on: date | None = None


async def proposal(caller: Caller, draft: NewProposal, new_id: UUID) -> CreateProposal:
    """The command that makes the draft; raises `invalid` where nobody sells it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    branch, sales_rep = await asyncio.gather(
        caller.ask(GetBranch(branch_id=place.branch_id)), _service_contact(caller, draft.sales_rep_id, place)
    )
    if sales_rep is None:
        raise invalid("The property has no sales rep: name one.", field="sales_rep_id")
    return CreateProposal(
        id=new_id,
        kind=draft.kind,
        title=draft.title,
        branch_id=place.branch_id,
        time_zone=branch.time_zone,
        customer=place.customer,
        property=place.snapshot(),
        sales_rep=sales_rep,
        services=draft.services,
        expires_on=draft.expires_on,
    )


async def delivery(caller: Caller, proposal_id: UUID, new_id: UUID) -> DeliverProposal:
    """The command that fixes a proposal's document, in the company's name and as the branch shows its lines."""
    company, found = await asyncio.gather(caller.ask(GetCompany()), caller.ask(GetProposal(proposal_id=proposal_id)))
    place = await caller.ask(GetProperty(property_id=found.property.id))
    branch = await caller.ask(GetBranch(branch_id=place.branch_id))
    return DeliverProposal(
        id=new_id,
        proposal_id=proposal_id,
        company_name=company.name,
        line_item_detail=branch.settings.line_item_detail,
        show_service_contact_phone=branch.settings.show_service_contact_phone,
    )


class NewRequest(Body):
    """What a customer raises."""

    property_id: UUID
    title: Name
    description: Text


class NewOfficeRequest(NewRequest):
    """What the office raises; the customer sees it only where `include_client`."""

    include_client: bool = False


async def request(caller: Caller, draft: NewRequest, new_id: UUID) -> CreateRequest:
    """The command that raises it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    return CreateRequest(
        id=new_id,
        branch_id=place.branch_id,
        property=place.snapshot(),
        customer_id=place.customer.id,
        title=draft.title,
        description=draft.description,
        include_client=isinstance(draft, NewOfficeRequest) and draft.include_client,
    )


async def _property(caller: Caller, property_id: UUID | None) -> PropertyView | None:
    if property_id is None:
        return None
    return await caller.ask(GetProperty(property_id=property_id))


async def _customer(
    caller: Caller, customer_id: UUID | None, place: PropertyView | None
) -> tuple[CustomerSnapshot, UUID]:
    """Whom a document is made out to, and the branch that issues it: the property's, else the home branch."""
    if place:
        if customer_id not in (None, place.customer.id):
            raise invalid("The property is another customer's.", field="property_id")
        return place.customer, place.branch_id
    if customer_id is None:
        raise invalid("Name the customer or the property.", field="customer_id")
    found = await caller.ask(GetCustomer(customer_id=customer_id))
    return CustomerSnapshot(id=found.id, name=found.name, address=found.mailing_address), found.home_branch_id


async def _check_billing_contact(caller: Caller, contact_id: UUID | None, customer: CustomerSnapshot) -> None:
    if contact_id and (await caller.ask(GetContact(contact_id=contact_id))).customer_id != customer.id:
        raise invalid("The contact is another customer's.", field="billing_contact_id")


async def _check_proposal(caller: Caller, proposal_id: UUID | None, customer: CustomerSnapshot) -> None:
    if proposal_id and (await caller.ask(GetProposal(proposal_id=proposal_id))).customer.id != customer.id:
        raise invalid("The proposal is another customer's.", field="proposal_id")


async def _service_contact(caller: Caller, staff_id: UUID | None, place: PropertyView | None) -> Person | None:
    if staff_id is None:
        return place.sales_rep if place else None
    found = await caller.ask(GetStaffMember(staff_id=staff_id))
    return Person(id=found.id, name=found.name, email=found.email, phone=found.phone)
