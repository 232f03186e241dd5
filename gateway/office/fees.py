"""The convenience fee of each payment method type, as a form and as it was chosen there."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from gateway.office.sending import Typed
from gateway.pages.formats import plain_amount, read_amount
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, InvoiceKind, PaymentMethodType

CURRENCY = "USD"
INVOICE_KINDS: tuple[InvoiceKind, ...] = get_args(InvoiceKind)
KINDS: Mapping[PaymentMethodType, tuple[tuple[str, str], ...]] = {
    "card": (
        ("none", "No fee"),
        ("flat", "A flat amount"),
        ("credit_surcharge", "A surcharge on credit cards, in percent"),
        ("percentage", "A percentage of each payment"),
    ),
    "us_bank_account": (
        ("none", "No fee"),
        ("flat", "A flat amount"),
        ("percentage", "A percentage of each payment"),
    ),
}
"""The kinds to choose from; a surcharge is for credit cards alone."""

FIELDS = {f"fees.{kind}.{part}": f"{part}-{kind}" for kind in KINDS for part in ("amount", "percent", "maximum")}
"""Where each part of a fee is typed, by its name in a refusal."""

_SWITCHES = {"autopay": "on_autopay", "kept": "kept_on_refund"}
_NO_AMOUNT = "Enter the fee as an amount such as 2.50."
_NO_PERCENT = "Enter the fee in percent, such as 2.5."
_NO_MAXIMUM = "Enter the most that the fee may be as an amount such as 25.00, or nothing."


def fee_values(kind: PaymentMethodType, policy: FeePolicy) -> dict[str, str]:
    """The texts of a fee's fields."""
    return {
        f"fee-{kind}": policy.kind,
        f"amount-{kind}": plain_amount(policy.amount) if policy.amount else "",
        f"percent-{kind}": f"{policy.percent.normalize():f}" if policy.percent else "",
        f"maximum-{kind}": plain_amount(policy.maximum) if policy.maximum else "",
    }


def fee_ticks(kind: PaymentMethodType, policy: FeePolicy) -> dict[str, list[str]]:
    """What is ticked of a fee."""
    switched = {f"{name}-{kind}": ["on"] for name, field in _SWITCHES.items() if getattr(policy, field)}
    return {**switched, f"excluded-{kind}": [*policy.excluded_kinds]}


def fee_typed(typed: Typed, kind: PaymentMethodType, errors: dict[str, str]) -> dict[str, Any]:
    """The fee that was chosen as a message's field; what is wrong with it is added to `errors`."""
    chosen = typed[f"fee-{kind}"]
    if chosen not in dict(KINDS[kind]) or chosen == "none":
        return {"kind": "none"}
    fee: dict[str, Any] = {field: "on" in typed.ticked(f"{name}-{kind}") for name, field in _SWITCHES.items()}
    fee |= {"kind": chosen, "excluded_kinds": typed.ticked(f"excluded-{kind}")}
    if chosen == "flat":
        fee["amount"] = _amount(typed, f"amount-{kind}", _NO_AMOUNT, errors)
        return fee
    fee["percent"] = _percent(typed, f"percent-{kind}", errors)
    if typed[f"maximum-{kind}"].strip():
        fee["maximum"] = _amount(typed, f"maximum-{kind}", _NO_MAXIMUM, errors)
    return fee


def _amount(typed: Typed, name: str, sentence: str, errors: dict[str, str]) -> Money | None:
    amount = read_amount(typed[name], CURRENCY)
    if amount is None or amount.amount == 0:
        errors[name] = sentence
    return amount


def _percent(typed: Typed, name: str, errors: dict[str, str]) -> Decimal | None:
    text = typed[name].strip().removesuffix("%").strip()
    try:
        percent = Decimal(text) if text.replace(".", "", 1).isdecimal() and text.isascii() else None
    except InvalidOperation:
        percent = None
    if percent is None or not 0 < percent <= 100:
        errors[name] = _NO_PERCENT
    return percent
