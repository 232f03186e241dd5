"""Preferences: what a contact wants to be mailed."""

from fastapi import APIRouter, Request, Response

from gateway.pages.addresses import see
from gateway.pages.forms import Form, command_id, received, texts
from gateway.pages.render import page
from gateway.portal.entry import Visitor, root
from services.contracts.notifications.preferences import ChangeNotificationPreferences, GetNotificationPreferences

router = APIRouter()


@router.get("/{portal}/preferences")
async def preferences(request: Request, visitor: Visitor, saved: bool = False) -> Response:
    """The form; `saved` is said to whoever saved it just now."""
    found = await visitor.ask(GetNotificationPreferences())
    return page(request, "preferences.html", here="preferences", preferences=found, form=Form(), saved=saved)


@router.post("/{portal}/preferences")
async def save(request: Request, visitor: Visitor) -> Response:
    """Keeps them."""
    typed = texts(await received(request))
    command = ChangeNotificationPreferences(
        id=command_id(visitor, "preferences", typed), electronic_receipts="electronic_receipts" in typed
    )
    await visitor.ask(command)
    return see(f"{root(visitor)}/preferences?saved=1")
