"""New invoices, credits and offline payments, from what the office names by id."""

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.auth import Caller
from gateway.issuing import places
from gateway.requests import Body
from services.contracts.billing.credits import CreateCredit
from services.contracts.billing.invoices import ChangeInvoice, CreateInvoice, GetInvoice, InvoiceLine
from services.contracts.billing.payments import OfflineMethod, RecordPayment
from services.contracts.errors import invalid
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.portals import GetBranch
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, InvoiceKind, PaymentMethodType
from services.contracts.proposals.proposals import (
    GetProposal,
)
from services.contracts.snapshots import CustomerSnapshot, Text


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
    place = await places.property_of(caller, draft.property_id)
    customer, branch_id = await places.customer(caller, draft.customer_id, place)
    branch, service_contact, *_ = await asyncio.gather(
        caller.ask(GetBranch(branch_id=branch_id)),
        places.service_contact(caller, draft.service_contact_id, place),
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
    place = await places.property_of(caller, grant.property_id)
    customer, branch_id = await places.customer(caller, grant.customer_id, place)
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
    customer, branch_id = await places.customer(caller, received.customer_id, None)
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


async def _check_billing_contact(caller: Caller, contact_id: UUID | None, customer: CustomerSnapshot) -> None:
    if contact_id and (await caller.ask(GetContact(contact_id=contact_id))).customer_id != customer.id:
        raise invalid("The contact is another customer's.", field="billing_contact_id")


async def _check_proposal(caller: Caller, proposal_id: UUID | None, customer: CustomerSnapshot) -> None:
    if proposal_id and (await caller.ask(GetProposal(proposal_id=proposal_id))).customer.id != customer.id:
        raise invalid("The proposal is another customer's.", field="proposal_id")
