"""The properties to choose from in a form."""

from uuid import UUID

from gateway.auth import Caller
from gateway.paging import every
from services.contracts import permissions
from services.contracts.identity.customers import ListProperties
from services.contracts.principals import Permission


async def sites(visitor: Caller, permission: Permission) -> list[tuple[UUID, str]]:
    """Those at which the visitor may do it, by name."""
    allowed = set(permissions.property_ids(visitor.principal, permission))
    known = [each for each in await every(visitor, ListProperties()) if each.id in allowed]
    return [(each.id, each.name) for each in sorted(known, key=lambda each: each.name.casefold())]
