"""The three doors of the API, and how its routes describe themselves in the OpenAPI document."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from gateway import auth, files
from gateway.auth import ApiCaller, Caller
from gateway.bus import Bus
from gateway.idempotency import message_id
from gateway.requests import StrictRoute
from gateway.settings import GatewaySettings
from services.contracts.errors import not_found
from services.contracts.files import FileView
from services.contracts.messages import Ask

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

routes = APIRouter(prefix="/api/v1", route_class=StrictRoute)
"""Every route of the API, in one flat list: an included router would be searched three times over."""


def problem(description: str) -> dict[str, Any]:
    """A problem document, as the OpenAPI document describes it."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


PROBLEMS: dict[int | str, Any] = {
    "4XX": problem("The request was refused; `detail` says why."),
    "5XX": problem("The request could not be answered now."),
}
SESSION = "session"
"""The security scheme of every door but the public one."""


@dataclass(frozen=True)
class Door:
    """Adds the routes of one kind of caller; `guard` refuses everybody else.

    `request_body` describes a body that the route reads by itself.
    """

    tag: str
    guard: Callable[..., Awaitable[object]] | None = None
    prefix: str = ""

    def get(self, path: str, **route: Any) -> Callable[[Endpoint], Endpoint]:
        return self._route("GET", path, **route)

    def post(self, path: str, **route: Any) -> Callable[[Endpoint], Endpoint]:
        return self._route("POST", path, **route)

    def put(self, path: str, **route: Any) -> Callable[[Endpoint], Endpoint]:
        return self._route("PUT", path, **route)

    def patch(self, path: str, **route: Any) -> Callable[[Endpoint], Endpoint]:
        return self._route("PATCH", path, **route)

    def delete(self, path: str, **route: Any) -> Callable[[Endpoint], Endpoint]:
        return self._route("DELETE", path, **route)

    def _route(
        self,
        method: str,
        path: str,
        responses: Mapping[int | str, Any] = MappingProxyType({}),
        request_body: Mapping[str, Any] | None = None,
        **route: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        described = {"requestBody": request_body} if request_body else {}
        secured: dict[str, Any] = {"security": [{SESSION: []}]} if self.guard else {}
        return routes.api_route(
            self.prefix + path,
            methods=[method],
            tags=[self.tag],
            dependencies=[Depends(self.guard)] if self.guard else [],
            responses={**PROBLEMS, **responses},
            openapi_extra={**described, **secured} or None,
            **route,
        )


public = Door("public")
signed_in = Door("session", auth.require_person)
portal = Door("customers", auth.require_contact)
office = Door("office", auth.require_office, "/office")
people = Door("office", auth.require_staff, "/office")
"""Of the office, what only a person may do."""


# What a route is given


async def _bus(request: Request) -> Bus:
    bus: Bus = request.app.state.bus
    return bus


async def _settings(request: Request) -> GatewaySettings:
    settings: GatewaySettings = request.app.state.settings
    return settings


async def _command_id(
    request: Request,
    caller: ApiCaller,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> UUID:
    return message_id(caller, f"{request.method} {request.url.path}", key)


TheBus = Annotated[Bus, Depends(_bus)]
Settings = Annotated[GatewaySettings, Depends(_settings)]
CommandId = Annotated[UUID, Depends(_command_id)]
"""The id of the command that a request makes: the same for the same `Idempotency-Key` of the same caller."""

Asked = Annotated[
    list[UUID],
    Query(alias="property", max_length=200, description="Repeated; where none is named, a contact's saved choice."),
]
NO_PROPERTIES: list[UUID] = []
"""A default by name: a factory would be inspected anew at each request, for 100 µs."""


async def _chosen_properties(caller: ApiCaller, asked: Asked = NO_PROPERTIES) -> list[UUID]:
    """The properties to show, none being all. Raises not_found for one that is not the contact's own."""
    principal = caller.principal
    if principal.kind != "contact":
        return asked
    if any(principal.role_at(property_id) is None for property_id in asked):
        raise not_found("There is no such property, or it is not yours.", field="property")
    return asked or principal.property_filter


PropertyFilter = Annotated[list[UUID], Depends(_chosen_properties)]


# What a route answers


def answered(view: BaseModel, status: int = 200) -> Response:
    """The view as JSON; it was validated when it came off the bus."""
    return Response(view.model_dump_json().encode(), status, media_type="application/json")


async def relayed(asker: Caller | Bus, message: Ask[Any], status: int = 200) -> Response:
    """The service's answer to the message, as it is."""
    return answered(await asker.ask(message), status)


async def sent(request: Request, file: FileView) -> Response:
    """The document, shown in the browser's window."""
    return await files.send(request.app.state.files, file, inline=True)


def answers(view: type[BaseModel], status: int = 200, **more: str) -> dict[str, Any]:
    """A route's arguments where it answers this view; `more` describes further statuses: `s402="Declined"`."""
    described: dict[int | str, Any] = {status: {"model": view}}
    described |= {name.removeprefix("s"): problem(text) for name, text in more.items()}
    return {"status_code": status, "response_model": None, "responses": described}


def answers_pdf() -> dict[str, Any]:
    """A route's arguments where it answers a PDF."""
    content = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    return {"response_class": Response, "responses": {200: {"description": "The document", "content": content}}}
