"""The provider's documented test cards: what they are and how they behave."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from deploy.sandbox.payments import declines
from deploy.sandbox.payments.declines import Decline


class Challenge(Enum):
    """When the card's bank asks its holder to authenticate."""

    NEVER = "never"
    UNTIL_SET_UP = "until set up"
    ON_SESSION = "only while the holder is there"
    ALWAYS = "always"


class Refund(Enum):
    """How a refund to the card goes."""

    SUCCEEDS = "at once"
    ARRIVES_LATER = "pending, then succeeded"
    COMES_BACK = "succeeded, then failed"


@dataclass(frozen=True)
class TestCard:
    """`on_attach` declines already when the card is saved; `on_charge` only when money is asked for.

    `disputed` is why its holder disputes every payment, `inquiry` whether the bank only asks; `refund` says
    how a refund goes where it does not simply succeed.
    """

    brand: str
    funding: str = "credit"
    on_attach: Decline | None = None
    on_charge: Decline | None = None
    challenge: Challenge = Challenge.NEVER
    disputed: str | None = None
    inquiry: bool = False
    refund: Refund = Refund.SUCCEEDS


def _declined(decline: Decline) -> TestCard:
    return TestCard("visa", on_attach=decline, on_charge=decline)


CARDS: dict[str, TestCard] = {
    "4242424242424242": TestCard("visa"),
    "4012888888881881": TestCard("visa"),
    "4000056655665556": TestCard("visa", "debit"),
    "5555555555554444": TestCard("mastercard"),
    "2223003122003222": TestCard("mastercard"),
    "5200828282828210": TestCard("mastercard", "debit"),
    "5105105105105100": TestCard("mastercard", "prepaid"),
    "378282246310005": TestCard("amex"),
    "371449635398431": TestCard("amex"),
    "6011111111111117": TestCard("discover"),
    "6011981111111113": TestCard("discover", "debit"),
    "3056930009020004": TestCard("diners"),
    "3566002020360505": TestCard("jcb"),
    "6200000000000005": TestCard("unionpay"),
    "4000000000000002": _declined(declines.GENERIC),
    "4000000000009995": _declined(declines.INSUFFICIENT_FUNDS),
    "4000000000009987": _declined(declines.LOST),
    "4000000000009979": _declined(declines.STOLEN),
    "4000000000000069": _declined(declines.EXPIRED),
    "4000000000000127": _declined(declines.INCORRECT_CVC),
    "4000000000000119": _declined(declines.PROCESSING),
    "4000000000006975": _declined(declines.VELOCITY),
    "4100000000000019": TestCard("visa", on_charge=declines.FRAUDULENT),
    "4000000000000341": TestCard("visa", on_charge=declines.GENERIC),
    "4000000000003055": TestCard("visa"),
    "4000000000000259": TestCard("visa", disputed="fraudulent"),
    "4000000000002685": TestCard("visa", disputed="product_not_received"),
    "4000000000001976": TestCard("visa", disputed="fraudulent", inquiry=True),
    "4000000000007726": TestCard("visa", refund=Refund.ARRIVES_LATER),
    "4000000000005126": TestCard("visa", refund=Refund.COMES_BACK),
    "4000002500003155": TestCard("visa", challenge=Challenge.UNTIL_SET_UP),
    "4000002760003184": TestCard("visa", challenge=Challenge.ALWAYS),
    "4000003800000446": TestCard("visa", challenge=Challenge.ON_SESSION),
    "4000000000003220": TestCard("visa", challenge=Challenge.ALWAYS),
    "4000000000003063": TestCard("visa", challenge=Challenge.ALWAYS),
    "4000008400001629": TestCard("visa", on_charge=declines.GENERIC, challenge=Challenge.ALWAYS),
    "4000008400001280": TestCard("visa", on_charge=declines.PROCESSING, challenge=Challenge.ALWAYS),
    "4000008260003178": TestCard("visa", on_charge=declines.INSUFFICIENT_FUNDS, challenge=Challenge.ALWAYS),
}

TEST_METHODS: dict[str, str] = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_mastercard_debit": "5200828282828210",
    "pm_card_mastercard_prepaid": "5105105105105100",
    "pm_card_amex": "378282246310005",
    "pm_card_discover": "6011111111111117",
    "pm_card_diners": "3056930009020004",
    "pm_card_jcb": "3566002020360505",
    "pm_card_unionpay": "6200000000000005",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_radarBlock": "4100000000000019",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeProductNotReceived": "4000000000002685",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_threeDSecureRequired": "4000000000003063",
    "pm_card_threeDSecureOptional": "4000000000003055",
    "pm_card_threeDSecureRequiredChargeDeclined": "4000008400001629",
    "pm_card_threeDSecureRequiredProcessingError": "4000008400001280",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequiredSetupForOffSession": "4000003800000446",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
}
_DECLINED_METHODS = {
    "chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedLostCard": "4000000000009987",
    "chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
    "chargeDeclinedVelocityLimitExceeded": "4000000000006975",
}
# The provider documents some of these with the brand in the name and some without; both are taken.
for _name, _number in _DECLINED_METHODS.items():
    TEST_METHODS[f"pm_card_{_name}"] = TEST_METHODS[f"pm_card_visa_{_name}"] = _number

_BRANDS = (
    ("34", "amex"),
    ("37", "amex"),
    ("36", "diners"),
    ("30", "diners"),
    ("35", "jcb"),
    ("60", "discover"),
    ("65", "discover"),
    ("62", "unionpay"),
    ("5", "mastercard"),
    ("2", "mastercard"),
    ("4", "visa"),
)


def behaviour(number: str) -> TestCard:
    """How a number behaves; a real card is declined for not being a test card."""
    known = CARDS.get(number)
    return known or TestCard(brand_of(number), on_charge=declines.NOT_A_TEST_CARD)


def brand_of(number: str) -> str:
    """The network, told by the first digits."""
    return next((brand for prefix, brand in _BRANDS if number.startswith(prefix)), "unknown")


def is_valid_number(number: str) -> bool:
    """Luhn's check over 12 to 19 digits."""
    if not number.isdigit() or not 12 <= len(number) <= 19:
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def fingerprint(number: str) -> str:
    """The same 16 characters for the same number, wherever it is entered."""
    return hashlib.sha256(f"card:{number}".encode()).hexdigest()[:16]
