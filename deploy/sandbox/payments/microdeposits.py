"""Micro-deposits: the small credits whose amounts or code prove that somebody can see a bank account."""

from dataclasses import dataclass
from typing import Any

from deploy.sandbox.payments import bank_methods, tasks
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.ids import random_text

Json = dict[str, Any]

MOST_ATTEMPTS = 10
_DAYS_UNDER_WAY = 2
_OPTIONS = ("automatic", "instant", "microdeposits")


@dataclass(frozen=True)
class Verdict:
    """What an entry proves. `final` ends the attempt; without `code` the account is verified."""

    code: str | None = None
    message: str = ""
    final: bool = True


VERIFIED = Verdict()
EXCEEDED = Verdict(
    "payment_method_microdeposit_verification_attempts_exceeded",
    "You have exceeded the number of allowed verification attempts.",
)
TIMEOUT = Verdict(
    "payment_method_microdeposit_verification_timeout",
    "The bank account was not verified with microdeposits within the required period.",
)
NOT_DELIVERED = Verdict(
    "payment_method_microdeposit_failed",
    "The microdeposits could not be sent to the bank account. Check its numbers.",
)
_WRONG_AMOUNTS = Verdict(
    "payment_method_microdeposit_verification_amounts_mismatch",
    "The amounts provided do not match the amounts that were sent to the bank account.",
    final=False,
)
_WRONG_CODE = Verdict(
    "payment_method_microdeposit_verification_descriptor_code_mismatch",
    "The verification code provided does not match the one sent to the bank account.",
    final=False,
)
_AMOUNTS = {(32, 45): VERIFIED, (10, 11): EXCEEDED, (40, 41): TIMEOUT}
_CODES = {"SM11AA": VERIFIED, "SM33CC": EXCEEDED, "SM44DD": TIMEOUT}


def needed(call: Call, intent: Json, method: Json) -> bool:
    """Whether the account must be verified first; 400 where only an instant verification would do."""
    given = call.params.nested("payment_method_options").nested(bank_methods.KIND)
    options = {**intent["payment_method_options"].get(bank_methods.KIND, {}), **given.values}
    wanted = Params(options, given.prefix).choice("verification_method", _OPTIONS, "automatic")
    verified = call.store.hidden(method["id"])["verified"]
    if verified is None and wanted == "instant":
        raise invalid("The bank account must be connected by its holder for instant verification.", "payment_method")
    return verified is None or (wanted == "microdeposits" and verified == "instantly" and method["customer"] is None)


def begin(call: Call, intent: Json, method: Json, mandate_id: str) -> None:
    """Puts the intent into `requires_action` until the holder enters what arrived."""
    secret = f"mdv_{random_text(40)}"
    intent.update(status="requires_action", payment_method=method["id"])
    intent["next_action"] = {
        "type": "verify_with_microdeposits",
        "verify_with_microdeposits": {
            "arrival_date": call.now + _DAYS_UNDER_WAY * 86_400,
            "hosted_verification_url": f"{call.base_url}/verify/{intent['id']}/{secret}",
            "microdeposit_type": "descriptor_code",
        },
    }
    kept = {"mandate": mandate_id, "microdeposits": {"secret": secret, "attempts": 0}}
    call.store.save(intent, {**call.store.hidden(intent["id"]), **kept})
    if not bank_methods.account_of(call, method).takes_deposits:
        tasks.later(call, "fail_microdeposits", intent["id"])


def waits(intent: Json) -> bool:
    """Whether the intent waits for an entry."""
    action = intent["next_action"]
    return bool(intent["status"] == "requires_action" and action and action["type"] == "verify_with_microdeposits")


def judge(call: Call, intent: Json, amounts: list[str], code: str | None) -> Verdict:
    """Weighs an entry, and counts it where it is wrong."""
    if code is None and (len(amounts) != 2 or not all(amount.isdigit() for amount in amounts)):
        raise invalid(
            "You must provide exactly two microdeposit amounts.",
            "amounts",
            "payment_method_microdeposit_verification_amounts_invalid",
        )
    if code is not None:
        verdict = _CODES.get(code.strip().upper(), _WRONG_CODE)
    else:
        low, high = sorted(int(amount) for amount in amounts)
        verdict = _AMOUNTS.get((low, high), _WRONG_AMOUNTS)
    return verdict if verdict.final else _counted(call, intent, verdict)


def mark_verified(call: Call, method: Json) -> None:
    """From now on the account needs no further proof."""
    call.store.save(method, {**call.store.hidden(method["id"]), "verified": "by deposits"})


def _counted(call: Call, intent: Json, verdict: Verdict) -> Verdict:
    hidden = call.store.hidden(intent["id"])
    hidden["microdeposits"]["attempts"] += 1
    call.store.save(intent, hidden)
    return EXCEEDED if hidden["microdeposits"]["attempts"] >= MOST_ATTEMPTS else verdict
