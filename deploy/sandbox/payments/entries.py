"""Turns what a payer typed into the hosted page into the details of a payment method, and errors back into fields."""

from typing import Any

from deploy.sandbox.payments.errors import StripeError

Json = dict[str, Any]

_FIELDS = {
    "number": "number",
    "exp_month": "expiry",
    "exp_year": "expiry",
    "cvc": "cvc",
    "name": "holder",
    "routing_number": "routing",
    "account_number": "account",
}
_FIELDS_OF_CODES = {"expired_card": "expiry", "incorrect_cvc": "cvc", "incorrect_number": "number"}
_TEST_BANK = "fca_000123456789"


def details(kind: str, form: Json, email: Any) -> Json:
    """The parameters of `POST /v1/payment_methods` for a form of the kind."""
    return (_bank if kind == "us_bank_account" else _card)(form, str(email or ""))


def field_of(error: StripeError, kind: str) -> str:
    """The field that an error is about."""
    named = str(error.fields.get("param", "")).rpartition("[")[2].removesuffix("]")
    return _FIELDS.get(named, "account" if kind == "us_bank_account" else "number")


def field_of_code(code: str) -> str:
    """The field that a decline is about; empty where it is none of them."""
    return _FIELDS_OF_CODES.get(code, "")


def _card(form: Json, email: str) -> Json:
    digits = "".join(mark for mark in str(form.get("expiry", "")) if mark.isdigit())
    card = {
        "number": str(form.get("number", "")).replace(" ", "") or "0",
        "exp_month": digits[:2],
        "exp_year": digits[2:],
        "cvc": str(form.get("cvc", "")) or "0",
    }
    billing = {"name": form.get("name", ""), "email": email, "address": {"postal_code": form.get("postal", "")}}
    return {"type": "card", "card": card, "billing_details": billing}


def _bank(form: Json, email: str) -> Json:
    if form.get("verification") == "instant":
        bank = {"financial_connections_account": _TEST_BANK}
    else:
        typed = {"account_number": str(form.get("account", "")), "routing_number": str(form.get("routing", ""))}
        bank = {name: "".join(mark for mark in text if mark.isdigit()) or "0" for name, text in typed.items()}
    billing = {"name": str(form.get("holder", "")).strip(), "email": email}
    return {"type": "us_bank_account", "us_bank_account": bank, "billing_details": billing}
