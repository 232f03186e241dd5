"""The staff's pages, at `/office/…`."""

from fastapi import APIRouter

from gateway.office import (
    access,
    account,
    activities,
    api_keys,
    audit,
    company,
    contacts,
    customers,
    door,
    drafting,
    home,
    invitations,
    inviting,
    live,
    logo,
    nowhere,
    passwords,
    portals,
    properties,
    proposals,
    quotes,
    requests,
    roles,
    second_factor,
    staff,
    viewing,
    visits,
)

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for _part in (
    door,
    passwords,
    invitations,
    home,
    account,
    second_factor,
    portals,
    logo,
    customers,
    properties,
    contacts,
    access,
    inviting,
    viewing,
    roles,
    staff,
    company,
    api_keys,
    audit,
    activities,
    live,
    requests,
    visits,
    drafting,
    proposals,
    quotes,
    nowhere,
):
    router.include_router(_part.router)
