"""New visits and changes of them, from what the office names by id."""

import asyncio
from datetime import date as day
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from gateway.auth import Caller
from gateway.issuing import places
from gateway.requests import Body, SeenVersion
from services.contracts.errors import invalid
from services.contracts.fieldwork.visits import (
    ChangeVisit,
    CreateVisit,
    Services,
    VisitWindow,
)
from services.contracts.identity.customers import GetProperty, PropertyView
from services.contracts.identity.portals import GetBranch
from services.contracts.proposals.proposals import GetProposal
from services.contracts.snapshots import Text


class NewVisit(Body):
    """`service_contact_id` is the property's sales rep where it is not given."""

    property_id: UUID
    date: day
    window: VisitWindow | None = None
    services: Services
    service_contact_id: UUID | None = None
    job_id: UUID | None = None
    proposal_id: UUID | None = None
    """The contract that it belongs to."""


class VisitChange(Body):
    """What changes of a planned visit; what is not given stays, and `window` null leaves only the day."""

    date: day | None = None
    window: VisitWindow | None = None
    services: Services | None = None
    service_contact_id: Annotated[UUID | None, Field(description="A staff member; null is nobody.")] = None
    expected_version: SeenVersion = None


class NewNote(Body):
    """What somebody wrote down; the customer sees it only where `shown_in_portal`."""

    text: Text
    shown_in_portal: bool = False


class NoteChange(Body):
    """Whether the customer sees it."""

    shown_in_portal: bool


async def visit(caller: Caller, draft: NewVisit, new_id: UUID) -> CreateVisit:
    """The command that plans it; raises `invalid` where the contract is another customer's."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    branch, service_contact, _ = await asyncio.gather(
        caller.ask(GetBranch(branch_id=place.branch_id)),
        places.service_contact(caller, draft.service_contact_id, place),
        _check_proposal(caller, draft.proposal_id, place),
    )
    return CreateVisit(
        id=new_id,
        branch_id=place.branch_id,
        time_zone=branch.time_zone,
        customer_id=place.customer.id,
        property=place.snapshot(),
        date=draft.date,
        window=draft.window,
        services=draft.services,
        service_contact=service_contact,
        job_id=draft.job_id,
        proposal_id=draft.proposal_id,
    )


async def visit_change(caller: Caller, visit_id: UUID, change: VisitChange, new_id: UUID) -> ChangeVisit:
    """The command that changes it."""
    given: dict[str, Any] = change.model_dump(include={"date", "services", "expected_version"})
    if "window" in change.model_fields_set:
        given["window"] = change.window or "unset"
    if "service_contact_id" in change.model_fields_set:
        person = await places.service_contact(caller, change.service_contact_id, None)
        given["service_contact"] = person or "unset"
    return ChangeVisit.model_validate({"id": new_id, "visit_id": visit_id, **given})


async def _check_proposal(caller: Caller, proposal_id: UUID | None, place: PropertyView) -> None:
    if proposal_id and (await caller.ask(GetProposal(proposal_id=proposal_id))).customer.id != place.customer.id:
        raise invalid("The proposal is another customer's.", field="proposal_id")
