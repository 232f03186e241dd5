"""The provider's documented test bank accounts, and how a debit of each ends."""

import hashlib
from dataclasses import dataclass

from deploy.sandbox.payments import returns
from deploy.sandbox.payments.returns import RETURNS, Return

ROUTING_NUMBER = "110000000"
NAME = "STRIPE TEST BANK"


@dataclass(frozen=True)
class TestAccount:
    """`sent_back` fails a debit; `disputed` takes it back after it succeeded; `settles` false: it never ends."""

    sent_back: Return | None = None
    disputed: bool = False
    settles: bool = True
    takes_deposits: bool = True


ACCOUNTS: dict[str, TestAccount] = {
    "000123456789": TestAccount(),
    "000111111113": TestAccount(RETURNS["R02"]),
    "000111111116": TestAccount(RETURNS["R03"]),
    "000222222227": TestAccount(RETURNS["R01"]),
    "000333333335": TestAccount(RETURNS["R10"]),
    "000444444440": TestAccount(returns.INVALID_CURRENCY),
    "000555555559": TestAccount(disputed=True),
    "000000000009": TestAccount(settles=False),
    "000666666661": TestAccount(takes_deposits=False),
    "000777777771": TestAccount(returns.OVER_LIMIT),
    "000888888885": TestAccount(returns.DEACTIVATED),
}

TEST_METHODS: dict[str, str] = {
    "pm_usBankAccount_success": "000123456789",
    "pm_usBankAccount_accountClosed": "000111111113",
    "pm_usBankAccount_noAccount": "000111111116",
    "pm_usBankAccount_insufficientFunds": "000222222227",
    "pm_usBankAccount_debitNotAuthorized": "000333333335",
    "pm_usBankAccount_invalidCurrency": "000444444440",
    "pm_usBankAccount_dispute": "000555555559",
    "pm_usBankAccount_processing": "000000000009",
    "pm_usBankAccount_failMicrodeposits": "000666666661",
    "pm_usBankAccount_weeklyLimitExceeded": "000777777771",
}


def fingerprint(routing_number: str, number: str) -> str:
    """The same 16 characters for the same account, wherever it is entered."""
    return hashlib.sha256(f"bank:{routing_number}:{number}".encode()).hexdigest()[:16]


def is_valid_routing_number(number: str) -> bool:
    """Nine digits whose weighted sum ends in 0."""
    if len(number) != 9 or not number.isdigit():
        return False
    weights = (3, 7, 1) * 3
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True)) % 10 == 0
