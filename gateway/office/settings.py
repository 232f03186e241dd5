"""The form of a portal's settings, and what was chosen in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.office.sending import Typed
from gateway.office.words import METHOD_TYPES
from gateway.pages.formats import plain_amount, read_amount
from gateway.pages.forms import Form, wrong
from services.contracts.principals import FeePolicy, PaymentMethodType, PortalSettings

CURRENCY = "USD"
SWITCHES = ("electronic_payments", "partial_payments", "line_item_detail", "show_service_contact_phone")
_NO_AMOUNT = "Enter the fee as an amount such as 2.50."


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
    for kind in METHOD_TYPES:
        policy = settings.fees.get(kind, FeePolicy())
        values[f"fee-{kind}"] = policy.kind
        values[f"amount-{kind}"] = plain_amount(policy.amount) if policy.amount else ""
    ticked: dict[str, list[str]] = {name: ["on"] for name in SWITCHES if getattr(settings, name)}
    ticked |= {"sections": [*settings.sections], "payment_method_types": [*settings.payment_method_types]}
    return Shown(Form(values), ticked)


def settings_typed(typed: Typed) -> Chosen:
    """What was chosen."""
    errors: dict[str, str] = {}
    fees = {kind: _fee(typed, kind, errors) for kind in METHOD_TYPES}
    if errors:
        return Chosen(wrong(typed.values, errors))
    fields: dict[str, Any] = {name: "on" in typed.ticked(name) for name in SWITCHES}
    fields |= {name: typed.ticked(name) for name in ("sections", "payment_method_types")}
    return Chosen(Form(typed.values), {**fields, "fees": fees})


def _fee(typed: Typed, kind: PaymentMethodType, errors: dict[str, str]) -> dict[str, Any]:
    name = f"amount-{kind}"
    if typed[f"fee-{kind}"] != "flat":
        return {"kind": "none"}
    amount = read_amount(typed[name], CURRENCY)
    if amount is None or amount.amount == 0:
        errors[name] = _NO_AMOUNT
    return {"kind": "flat", "amount": amount}
