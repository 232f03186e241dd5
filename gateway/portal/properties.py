"""Choosing the properties that every section shows."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway.auth import Caller
from gateway.pages.addresses import own, see
from gateway.pages.forms import many, received, texts
from gateway.portal.entry import Visitor, portal_of, root
from services.contracts.errors import not_found
from services.contracts.identity.contacts import SetPropertyFilter

router = APIRouter()


@router.post("/{portal}/property-filter")
async def choose(request: Request, visitor: Visitor) -> Response:
    """Saves the choice and goes back to the page that it was made on."""
    form = await received(request)
    await visitor.ask(SetPropertyFilter(property_ids=_chosen(visitor, form)))
    back = texts(form).get("back", "")
    return see(own(portal_of(visitor).slug, back, f"{root(visitor)}/dashboard"))


def _chosen(visitor: Caller, form: FormData) -> list[UUID]:
    """The ticked properties; empty where that is none or all, so that one which is added later is shown too."""
    ticked = [] if "all" in form else _ids(many(form, "property"))
    return [] if {each.property_id for each in visitor.principal.properties} <= set(ticked) else ticked


def _ids(sent: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in dict.fromkeys(sent)]
    except ValueError:
        raise not_found("There is no such property.") from None
