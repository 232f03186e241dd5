"""Cards as payment methods: their entry is checked as the provider checks it."""

import time
from typing import Any

from deploy.sandbox.payments import cards
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import StripeError, card_error
from deploy.sandbox.payments.forms import Params

Json = dict[str, Any]


def entered(call: Call, card: Params) -> tuple[Json, Json]:
    """The `card` group and what is hidden beside it; 402 for a mistyped card."""
    number = card.required("number").replace(" ", "")
    _check(call, number, card)
    return _shown(number, card.integer("exp_month") or 0, _full_year(card)), {"number": number}


def of_test_id(call: Call, test_id: str) -> tuple[Json, Json]:
    """The card behind an id such as `pm_card_visa`; it expires at the end of next year."""
    number = cards.TEST_METHODS[test_id]
    return _shown(number, 12, time.gmtime(call.now).tm_year + 1), {"number": number}


def _check(call: Call, number: str, card: Params) -> None:
    if not cards.is_valid_number(number):
        raise _card_entry("incorrect_number", "Your card number is incorrect.", "number")
    month, year = card.integer("exp_month") or 0, _full_year(card)
    today = time.gmtime(call.now)
    if not 1 <= month <= 12:
        raise _card_entry("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    if not today.tm_year <= year <= today.tm_year + 50:
        raise _card_entry("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    if (year, month) < (today.tm_year, today.tm_mon):
        raise _card_entry("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    cvc = card.text("cvc")
    if cvc is not None and not (cvc.isdigit() and len(cvc) in (3, 4)):
        raise _card_entry("invalid_cvc", "Your card's security code is invalid.", "cvc")


def _card_entry(code: str, message: str, param: str) -> StripeError:
    return card_error({"code": code, "message": message, "param": param})


def _full_year(card: Params) -> int:
    year = card.integer("exp_year") or 0
    return 2000 + year if 0 < year < 100 else year


def _shown(number: str, month: int, year: int) -> Json:
    known = cards.behaviour(number)
    return {
        "brand": known.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "unchecked"},
        "country": "US",
        "display_brand": known.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": cards.fingerprint(number),
        "funding": known.funding,
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [known.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
