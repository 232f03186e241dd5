"""What follows an entry of micro-deposits: the account is verified and its intent goes on, or the attempt ends."""

from typing import Any

from deploy.sandbox.payments import checkout, debits, intents, microdeposits, outcomes, setup_intents, tasks
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.microdeposits import Verdict

Json = dict[str, Any]

VERIFY = frozenset({"amounts", "descriptor_code", "client_secret", "expand"})


def of_payment(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/verify_microdeposits"""
    return _verified(call, "payment")


def of_setup(call: Call) -> Json:
    """POST /v1/setup_intents/{id}/verify_microdeposits"""
    return _verified(call, "setup")


def enter(call: Call, intent: Json, amounts: list[str], code: str | None) -> Verdict:
    """Applies an entry to an intent that waits for one."""
    verdict = microdeposits.judge(call, intent, amounts, code)
    if verdict.final:
        conclude(call, intent, verdict)
    return verdict


def conclude(call: Call, intent: Json, verdict: Verdict) -> None:
    """Goes on with the intent, or opens it for another method."""
    tasks.drop(call.store, intent["id"])
    method = call.get("payment_method", intent["payment_method"], "PaymentMethod")
    payment = intent["object"] == "payment_intent"
    if verdict.code:
        error = intents.debit_error(verdict.code, verdict.message, method)
        if payment:
            checkout.follow(call, outcomes.reopen(call, intent, error))
        else:
            setup_intents.reopen(call, intent, error)
        return
    microdeposits.mark_verified(call, method)
    go_on = debits.start if payment else setup_intents.settle
    go_on(call, intent, method)


def _verified(call: Call, noun: str) -> Json:
    intent = intents.load(call, noun)
    intents.refuse_state(call, intent, noun, "verify", ("requires_action",))
    if not microdeposits.waits(intent):
        raise invalid("The intent does not wait for micro-deposits.", code=f"{noun}_intent_unexpected_state")
    verdict = enter(call, intent, call.params.texts("amounts"), call.params.text("descriptor_code"))
    if verdict.code:
        fields: Json = {f"{noun}_intent": intents.shown(call, intent)}
        raise invalid(verdict.message, code=verdict.code, kept=True, **fields)
    return intents.shown(call, intent)
