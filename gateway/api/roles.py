"""Roles: sets of permissions with a name, which the office gives to contacts."""

from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.contacts import ChangeRole, CreateRole, DeleteRole, GetRole, ListRoles, RoleView
from services.contracts.messages import Page
from services.contracts.principals import Permission
from services.contracts.snapshots import Name


@office.get("/roles", **answers(Page[RoleView]))
async def list_roles(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's roles, by name."""
    return await relayed(caller, ListRoles(cursor=cursor, limit=limit))


@office.get("/roles/{role_id}", **answers(RoleView))
async def get_role(role_id: UUID, caller: ApiCaller) -> Response:
    """One role."""
    return await relayed(caller, GetRole(role_id=role_id))


class NewRole(Body):
    name: Name
    permissions: list[Permission]


@office.post("/roles", **answers(RoleView, 201))
async def create_role(body: NewRole, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new role, which nobody holds yet."""
    return await relayed(caller, CreateRole(id=new_id, name=body.name, permissions=body.permissions), 201)


class RoleChange(Body):
    """Only what is named changes."""

    name: Name | None = None
    permissions: list[Permission] | None = None


@office.patch("/roles/{role_id}", **answers(RoleView))
async def change_role(role_id: UUID, body: RoleChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what everybody who holds the role may do, at once."""
    message = ChangeRole(id=new_id, role_id=role_id, name=body.name, permissions=body.permissions)
    return await relayed(caller, message)


@office.delete("/roles/{role_id}", status_code=204, response_class=Response)
async def delete_role(role_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Deletes a role that no contact holds; 409 while one does."""
    await caller.ask(DeleteRole(id=new_id, role_id=role_id))
    return Response(status_code=204)
