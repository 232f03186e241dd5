"""New quotes, and the answers to them."""

import asyncio
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gateway.auth import Caller
from gateway.issuing import places
from gateway.requests import Body
from services.contracts.errors import invalid
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.portals import GetBranch
from services.contracts.money import Money
from services.contracts.proposals.proposals import ProposalKind, ServiceOffer
from services.contracts.proposals.quotes import CreateQuote, FinalizeQuote, GetQuote
from services.contracts.snapshots import Name, Text


class NewQuote(Body):
    """What a customer asks an offer for."""

    property_id: UUID
    description: Text
    price_estimate: Money | None = None


class NewOfficeQuote(NewQuote):
    """What the office writes down; it is the contact's own where one is named."""

    contact_id: UUID | None = None


class QuoteAnswer(Body):
    """Who sees to it and when, and what is offered.

    Without `assigned_staff_id` it is whoever answers, or for an API key the property's sales rep; without `services`
    what was asked for is offered at the customer's estimate.
    """

    assigned_staff_id: UUID | None = None
    scheduled_on: date | None = None
    note: Annotated[str, Field(max_length=10_000)] = ""
    kind: ProposalKind = "work_order"
    title: Name | None = None
    services: Annotated[list[ServiceOffer], Field(max_length=100)] = []
    expires_on: date | None = None


class QuoteChange(Body):
    """Only what is named changes; `unset` takes the estimate away."""

    description: Text | None = None
    price_estimate: Money | Literal["unset"] | None = None


async def quote(caller: Caller, draft: NewQuote, new_id: UUID) -> CreateQuote:
    """The command that keeps it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    contact_id = draft.contact_id if isinstance(draft, NewOfficeQuote) else None
    if contact_id:
        contact = await caller.ask(GetContact(contact_id=contact_id))
        if contact.customer_id != place.customer.id:
            raise invalid("This contact is another customer's.", field="contact_id")
    return CreateQuote(
        id=new_id,
        branch_id=place.branch_id,
        time_zone=await _time_zone(caller, place.branch_id),
        customer=place.customer,
        property=place.snapshot(),
        contact_id=contact_id,
        description=draft.description,
        price_estimate=draft.price_estimate,
    )


async def _time_zone(caller: Caller, branch_id: UUID) -> str:
    """The branch's; a contact is in its portal, and may not ask for the branch."""
    portal = caller.principal.portal
    if portal:
        return portal.time_zone
    return (await caller.ask(GetBranch(branch_id=branch_id))).time_zone


async def answer(caller: Caller, quote_id: UUID, said: QuoteAnswer, new_id: UUID) -> FinalizeQuote:
    """The command that finalizes it; raises `invalid` where nobody would see to it."""
    found = await caller.ask(GetQuote(quote_id=quote_id))
    own = caller.principal.id if caller.principal.kind == "staff" else None
    place, member = await asyncio.gather(
        caller.ask(GetProperty(property_id=found.property.id)),
        places.service_contact(caller, said.assigned_staff_id or own, None),
    )
    assigned_to = member or place.sales_rep
    if assigned_to is None:
        raise invalid("Say who sees to it.", field="assigned_staff_id")
    return FinalizeQuote(
        id=new_id,
        quote_id=quote_id,
        assigned_to=assigned_to,
        scheduled_on=said.scheduled_on,
        note=said.note,
        kind=said.kind,
        title=said.title,
        services=said.services,
        expires_on=said.expires_on,
    )
