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

_BANK_SENTENCES = {
    "insufficient_funds": f"Your bank account has insufficient funds. {ANOTHER}",
    "account_closed": f"Your bank account is closed. {ANOTHER}",
    "no_account": f"Your bank account could not be found. {ANOTHER}",
    "debit_not_authorized": f"Your bank does not allow this debit. {ANOTHER}",
    "bank_account_restricted": f"Your bank account does not take debits. {ANOTHER}",
    "charge_exceeds_source_limit": f"This is more than may be debited from your bank account in a week. {ANOTHER}",
    "payment_intent_mandate_invalid": "Your agreement to debits has ended. Please add the bank account again.",
}
_BANK_OTHERWISE = f"Your bank account could not be debited. {ANOTHER}"

_OURS = frozenset({"canceled", "not_sent", "busy", "refused"})

_OTHERWISE = "Your card was declined. Please contact your bank, or use another payment method."
"""Also for lost and stolen cards and suspected fraud: whoever holds the card is not told."""


def sentence(code: str, method_type: str = "card") -> str:
    """The sentence for a decline code or an error code of the provider, or one of ours."""
    if method_type == "us_bank_account" and code not in _OURS:
        return _BANK_SENTENCES.get(code, _BANK_OTHERWISE)
    return _SENTENCES.get(code, _OTHERWISE)


_REFUND_SENTENCES = {
    "lost_or_stolen_card": "The card was reported lost or stolen.",
    "expired_or_canceled_card": "The card has expired or was cancelled.",
    "insufficient_funds": "The balance at the payment provider is too small.",
    "not_sent": "The payment provider was not reached. Nothing was paid back.",
    "refused": "The payment provider does not allow this refund. Nothing was paid back.",
}


def refund_sentence(code: str | None) -> str:
    """Why the payer did not get the money back, for the office."""
    return _REFUND_SENTENCES.get(code or "", "The payer's bank did not take the money.")
