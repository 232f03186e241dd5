"""The declines that test cards produce, with the provider's codes and messages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """`code` is what the error carries; `decline_code` the bank's reason, absent where there is none."""

    code: str
    message: str
    decline_code: str | None = None


GENERIC = Decline("card_declined", "Your card was declined.", "generic_decline")
INSUFFICIENT_FUNDS = Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds")
LOST = Decline("card_declined", "Your card was declined.", "lost_card")
STOLEN = Decline("card_declined", "Your card was declined.", "stolen_card")
FRAUDULENT = Decline("card_declined", "Your card was declined.", "fraudulent")
VELOCITY = Decline(
    "card_declined",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    "card_velocity_exceeded",
)
EXPIRED = Decline("expired_card", "Your card has expired.")
INCORRECT_CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING = Decline("processing_error", "An error occurred while processing your card. Try again in a little bit.")
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "Your card was declined. Your request was in test mode, but used a non test card. "
    "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
    "test_mode_live_card",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)
