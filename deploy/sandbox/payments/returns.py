"""Why banks send a debit back: the network's return codes and what the provider makes of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Return:
    """`failure_code` ends a debit under way, `dispute_reason` one that had succeeded; `blocks` the account for good."""

    failure_code: str
    message: str
    dispute_reason: str = "bank_cannot_process"
    network_code: str | None = None
    blocks: str | None = None


_FUNDS = "The customer's account has insufficient funds to cover this payment."
_CLOSED = "The customer's bank account has been closed."
_NOT_FOUND = "The customer's bank account could not be located."
_UNAUTHORIZED = "The customer has notified their bank that this payment was unauthorized."
_UNUSABLE = "The customer's bank account could not be debited."

RETURNS = {
    found.network_code: found
    for found in (
        Return("insufficient_funds", _FUNDS, "insufficient_funds", "R01"),
        Return("account_closed", _CLOSED, "incorrect_account_details", "R02", "bank_account_closed"),
        Return("no_account", _NOT_FOUND, "incorrect_account_details", "R03", "bank_account_invalid_details"),
        Return("no_account", _NOT_FOUND, "incorrect_account_details", "R04", "bank_account_invalid_details"),
        Return("debit_not_authorized", _UNAUTHORIZED, "debit_not_authorized", "R05", "debit_not_authorized"),
        Return("debit_not_authorized", _UNAUTHORIZED, "debit_not_authorized", "R07", "debit_not_authorized"),
        Return("debit_not_authorized", _UNAUTHORIZED, "debit_not_authorized", "R08", "debit_not_authorized"),
        Return("insufficient_funds", _FUNDS, "insufficient_funds", "R09"),
        Return("debit_not_authorized", _UNAUTHORIZED, "debit_not_authorized", "R10", "debit_not_authorized"),
        Return("debit_not_authorized", _UNAUTHORIZED, "debit_not_authorized", "R11", "debit_not_authorized"),
        Return("bank_account_restricted", _UNUSABLE, "bank_cannot_process", "R16", "bank_account_frozen"),
        Return("bank_account_restricted", _UNUSABLE, "bank_cannot_process", "R20", "bank_account_restricted"),
        Return("debit_not_authorized", _UNAUTHORIZED, "debit_not_authorized", "R29", "debit_not_authorized"),
    )
}
INVALID_CURRENCY = Return("invalid_currency", "The bank account is in another currency.")
OVER_LIMIT = Return(
    "charge_exceeds_source_limit", "The payment exceeds the weekly volume that is allowed for this bank account."
)
DEACTIVATED = Return("tokenized_account_number_deactivated", "The tokenized account number has been deactivated.")
