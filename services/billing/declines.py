"""What a payer is told about a payment that failed: a sentence for each of the provider's codes."""

ANOTHER = "Please use another payment method."
NOT_CHARGED = "You have not been charged."

_SENTENCES = {
    "insufficient_funds": f"Your card has insufficient funds. {ANOTHER}",
    "expired_card": f"Your card has expired. {ANOTHER}",
    "incorrect_cvc": "Your card's security code is incorrect. Please add the card again.",
    "incorrect_number": "Your card's number is incorrect. Please add the card again.",
    "incorrect_zip": "The ZIP code does not match your card's. Please add the card again.",
    "card_velocity_exceeded": f"Your card has reached a limit set by your bank. {ANOTHER}",
    "withdrawal_count_limit_exceeded": f"Your card has reached a limit set by your bank. {ANOTHER}",
    "card_not_supported": f"Your card does not support this kind of purchase. {ANOTHER}",
    "currency_not_supported": f"Your card does not support this currency. {ANOTHER}",
    "processing_error": "Your card could not be processed. Please try again in a moment.",
    "try_again_later": "Your card could not be processed. Please try again in a moment.",
    "issuer_not_available": "Your bank could not be reached. Please try again in a moment.",
    "reenter_transaction": "Your bank could not process the payment. Please try again.",
    "authentication_required": "Your bank asks you to confirm the payment, which did not happen. Please try again.",
    "payment_intent_authentication_failure": f"Your bank could not confirm that it is you. {ANOTHER}",
    "canceled": f"The payment was not completed in time. {NOT_CHARGED}",
    "not_sent": f"The payment provider could not be reached. {NOT_CHARGED} Please try again.",
    "busy": f"The payment provider is busy. {NOT_CHARGED} Please try again in a moment.",
    "refused": f"This payment could not be made. {NOT_CHARGED} {ANOTHER}",
}

_OTHERWISE = "Your card was declined. Please contact your bank, or use another payment method."
"""Also for lost and stolen cards and suspected fraud: whoever holds the card is not told."""


def sentence(code: str) -> str:
    """The sentence for a decline code or an error code of the provider, or one of ours."""
    return _SENTENCES.get(code, _OTHERWISE)
