"""Debits of bank accounts: processing for days, then cleared or returned, and sometimes taken back even later."""

from typing import Any

from deploy.sandbox.payments import bank_methods, charges, disputes, intents, mandates, microdeposits, outcomes, tasks
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.returns import Return

Json = dict[str, Any]


def attempt(call: Call, intent: Json, method: Json) -> Json:
    """Starts the debit, once the account is verified and its holder has agreed."""
    bank_methods.refuse_blocked(method)
    mandate = mandates.for_payment(call, intent, method)
    if microdeposits.needed(call, intent, method):
        microdeposits.begin(call, intent, method, mandate["id"])
        emit(call, "payment_intent.requires_action", intent)
        return intent
    call.store.save(intent, {**call.store.hidden(intent["id"]), "mandate": mandate["id"]})
    return start(call, intent, method)


def start(call: Call, intent: Json, method: Json) -> Json:
    """Sends the debit to the bank."""
    mandate_id = call.store.hidden(intent["id"])["mandate"]
    mandates.activate(call, mandate_id, method)
    charge = charges.open_debit(call, intent, method, mandate_id)
    intent.update(status="processing", next_action=None, latest_charge=charge["id"], payment_method=method["id"])
    call.store.save(intent)
    outcomes.keep_or_spend(call, intent, method)
    emit(call, "payment_intent.processing", intent)
    if bank_methods.account_of(call, method).settles:
        tasks.later(call, "end_debit", intent["id"])
    return intent


def end(call: Call, intent: Json) -> Json:
    """Ends a debit as its test account is documented to end."""
    _, method = _under_way(call, intent)
    account = bank_methods.account_of(call, method)
    if account.sent_back:
        return fail(call, intent, account.sent_back)
    cleared = clear(call, intent)
    if account.disputed:
        tasks.later(call, "return_debit", intent["id"])
    return cleared


def clear(call: Call, intent: Json) -> Json:
    """The bank has paid."""
    charge, _ = _under_way(call, intent)
    tasks.drop(call.store, intent["id"])
    return outcomes.succeed(call, intent, charges.clear_debit(call, charge))


def fail(call: Call, intent: Json, cause: Return) -> Json:
    """The bank sends the debit back before it was paid."""
    charge, method = _under_way(call, intent)
    tasks.drop(call.store, intent["id"])
    bank_methods.block(call, method, cause)
    charges.return_debit(call, charge, cause)
    error = intents.debit_error(cause.failure_code, cause.message, method, charge["id"], cause.network_code)
    return outcomes.reopen(call, intent, error)


def take_back(call: Call, intent: Json, cause: Return) -> Json:
    """The bank sends a debit back that had been paid: a dispute that is lost from the start."""
    charge, method = _under_way(call, intent)
    tasks.drop(call.store, intent["id"])
    bank_methods.block(call, method, cause)
    mandates.revoke(call, charge["payment_method_details"][bank_methods.KIND]["mandate"])
    return disputes.lose_debit(call, charge, cause.dispute_reason)


def cancel(call: Call, intent: Json) -> None:
    """Stops a debit that the bank has not carried out yet."""
    charge, _ = _under_way(call, intent)
    tasks.drop(call.store, intent["id"])
    charges.return_debit(call, charge, Return("payment_intent_canceled", "The payment was canceled."))


def _under_way(call: Call, intent: Json) -> tuple[Json, Json]:
    charge = call.get("charge", intent["latest_charge"], "charge")
    return charge, call.get("payment_method", charge["payment_method"], "PaymentMethod")
