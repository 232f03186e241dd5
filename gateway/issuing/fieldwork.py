"""New requests."""

from uuid import UUID

from gateway.auth import Caller
from gateway.requests import Body
from services.contracts.fieldwork.requests import CreateRequest
from services.contracts.identity.customers import GetProperty
from services.contracts.snapshots import Name, Text


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
