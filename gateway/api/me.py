"""Whoever is signed in: who they are, what waits for them, what they want to be mailed."""

from typing import Annotated
from uuid import UUID

from fastapi.responses import Response
from pydantic import Field, model_validator

from gateway import compose
from gateway.api.routers import CommandId, PropertyFilter, answered, answers, portal, relayed, signed_in
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.billing.invoices import BalanceView, GetBalance
from services.contracts.identity.contacts import PropertyFilterView, SetPropertyFilter
from services.contracts.identity.customers import ListProperties, PropertyView
from services.contracts.messages import Page
from services.contracts.notifications.preferences import (
    ChangeNotificationPreferences,
    GetNotificationPreferences,
    NotificationPreferencesView,
)
from services.contracts.principals import Language


@signed_in.get("/me", **answers(compose.Me))
async def get_me(caller: ApiCaller) -> Response:
    """Who is signed in, and what they may do where."""
    return answered(await compose.me(caller))


@portal.get("/properties", **answers(Page[PropertyView]))
async def list_own_properties(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The contact's properties in this portal."""
    return await relayed(caller, ListProperties(cursor=cursor, limit=limit))


@portal.get("/balance", **answers(BalanceView))
async def get_balance(caller: ApiCaller, properties: PropertyFilter) -> Response:
    """What is due of the selected properties; unapplied credit is not taken off."""
    return await relayed(caller, GetBalance(property_ids=properties))


@portal.get("/dashboard", **answers(compose.Dashboard))
async def get_dashboard(caller: ApiCaller, properties: PropertyFilter) -> Response:
    """Counts and next items of every section."""
    return answered(await compose.dashboard(caller, properties))


class PropertyChoice(Body):
    """Empty is all of them."""

    property_ids: Annotated[list[UUID], Field(max_length=200)]


@portal.get("/me/property-filter", **answers(PropertyFilterView))
async def get_property_filter(caller: ApiCaller) -> Response:
    """The contact's saved choice of properties in this portal."""
    return answered(PropertyFilterView(property_ids=caller.principal.property_filter))


@portal.put("/me/property-filter", **answers(PropertyFilterView))
async def set_property_filter(body: PropertyChoice, caller: ApiCaller, new_id: CommandId) -> Response:
    """Saves the choice: it is the default of every list in this portal, in every session of the contact."""
    return await relayed(caller, SetPropertyFilter(id=new_id, property_ids=body.property_ids))


class PreferencesChange(Body):
    """Only what is named changes. What is essential has no name here, for it is always sent."""

    electronic_receipts: bool | None = None
    payment_notices: bool | None = None
    invoice_reminders: bool | None = None
    card_reminders: bool | None = None
    proposal_reminders: bool | None = None
    quote_updates: bool | None = None
    job_updates: bool | None = None
    visit_reminders: bool | None = None
    request_replies: bool | None = None
    language: Language | None = None
    """That mails are written in; null is the portal's."""

    @model_validator(mode="before")
    @classmethod
    def _is_a_kind(cls, given: object) -> object:
        for name in given if isinstance(given, dict) else ():
            if name not in cls.model_fields:
                raise ValueError(f"{name!r} cannot be switched: it is no kind of mail, or an essential one")
        return given


@portal.get("/me/notification-preferences", **answers(NotificationPreferencesView))
async def get_notification_preferences(caller: ApiCaller) -> Response:
    """What the contact wants to be mailed."""
    return await relayed(caller, GetNotificationPreferences())


@portal.put("/me/notification-preferences", **answers(NotificationPreferencesView))
async def change_notification_preferences(body: PreferencesChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what is named and answers all."""
    changes = body.model_dump()
    if "language" in body.model_fields_set and body.language is None:
        changes["language"] = "unset"
    return await relayed(caller, ChangeNotificationPreferences(id=new_id, **changes))
