"""Preferences: what a contact wants to be mailed."""

from fastapi import APIRouter, Request, Response

from gateway import mail_kinds
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
    return page(
        request,
        "preferences.html",
        here="preferences",
        preferences=found,
        groups=mail_kinds.CONTACT,
        form=Form(),
        saved=saved,
        languages=mail_kinds.LANGUAGES,
    )


@router.post("/{portal}/preferences")
async def save(request: Request, visitor: Visitor) -> Response:
    """Keeps them: what has no tick is switched off."""
    typed = texts(await received(request))
    ticks: dict[str, bool] = {kind: kind in typed for group in mail_kinds.CONTACT.values() for kind in group}
    changes: dict[str, object] = {
        "id": command_id(visitor, "preferences", typed),
        **ticks,
        "language": mail_kinds.language(typed),
    }
    await visitor.ask(ChangeNotificationPreferences.model_validate(changes))
    return see(f"{root(visitor)}/preferences?saved=1")
