"""Choosing whom or which property something new is for: there may be thousands, so one looks by the name."""

from typing import Annotated

from fastapi import Query, Request, Response

from gateway.auth import Caller
from gateway.office.showing import show_list
from services.contracts.identity.customers import ListCustomers, ListProperties

Sought = Annotated[str, Query(max_length=100)]
"""The beginning of a name."""


async def choose_property(
    request: Request, member: Caller, here: str, title: str, search: str, cursor: str | None
) -> Response:
    """The list of properties, each leading back to this page with itself named."""
    found = await member.ask(ListProperties(search=search, cursor=cursor))
    template = "office/choose_property.html"
    return show_list(request, member, template, found, cursor, here=here, title=title, search=search)


async def choose_customer(
    request: Request, member: Caller, here: str, title: str, search: str, cursor: str | None
) -> Response:
    """The list of customers, each leading back to this page with themselves named."""
    found = await member.ask(ListCustomers(search=search, cursor=cursor))
    template = "office/choose_customer.html"
    return show_list(request, member, template, found, cursor, here=here, title=title, search=search)
