"""The form of a portal's settings, and what was chosen in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.office.fees import fee_ticks, fee_typed, fee_values
from gateway.office.sending import Typed
from gateway.office.words import METHOD_TYPES
from gateway.pages.forms import Form, wrong
from services.contracts.principals import FeePolicy, PortalSettings

SWITCHES = (
    "electronic_payments",
    "partial_payments",
    "line_item_detail",
    "show_service_contact_phone",
    "equipment_labels",
    "guest_payments",
    "guest_third_fact",
)


@dataclass(frozen=True)
class Shown:
    """The settings as the form shows them."""

    form: Form
    ticked: Mapping[str, list[str]]


@dataclass(frozen=True)
class Chosen:
    """What was chosen as the fields of a message; the form has errors where that cannot be said."""

    form: Form
    fields: dict[str, Any] = field(default_factory=dict)


def settings_form(settings: PortalSettings) -> Shown:
    """The settings as they are."""
    values: dict[str, str] = {}
    ticked: dict[str, list[str]] = {name: ["on"] for name in SWITCHES if getattr(settings, name)}
    values["language"] = settings.language
    ticked |= {"sections": [*settings.sections], "payment_method_types": [*settings.payment_method_types]}
    for kind in METHOD_TYPES:
        policy = settings.fees.get(kind, FeePolicy())
        values |= fee_values(kind, policy)
        ticked |= fee_ticks(kind, policy)
    return Shown(Form(values), ticked)


def settings_typed(typed: Typed) -> Chosen:
    """What was chosen."""
    errors: dict[str, str] = {}
    fees = {kind: fee_typed(typed, kind, errors) for kind in METHOD_TYPES}
    if errors:
        return Chosen(wrong(typed.values, errors))
    fields: dict[str, Any] = {name: "on" in typed.ticked(name) for name in SWITCHES}
    fields |= {name: typed.ticked(name) for name in ("sections", "payment_method_types")}
    language = typed.values.get("language") or None
    return Chosen(Form(typed.values), {**fields, "fees": fees, "language": language})
