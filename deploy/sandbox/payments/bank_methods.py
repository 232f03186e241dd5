"""US bank accounts as payment methods: entered by number, connected at a test bank, or made from a test id."""

from typing import Any

from deploy.sandbox.payments import banks
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.ids import new_id
from deploy.sandbox.payments.returns import Return

Json = dict[str, Any]

KIND = "us_bank_account"
_CONNECTED = "fca_"
_ENTERED = {"account_holder_type", "account_number", "account_type", "routing_number", "financial_connections_account"}


def entered(details: Params) -> tuple[Json, Json]:
    """The `us_bank_account` group and what is hidden beside it.

    A numbered account is verified by micro-deposits later. `financial_connections_account` may be
    `fca_<account number>`: the sandbox's stand-in of an account that its holder connected, verified at once.
    """
    details.nested("billing_details").required("name")
    bank = details.nested(KIND)
    bank.allow_only(_ENTERED)
    connected = bank.text("financial_connections_account")
    if connected:
        number, routing = connected.removeprefix(_CONNECTED), banks.ROUTING_NUMBER
    else:
        number, routing = bank.required("account_number"), bank.required("routing_number")
    _check(bank, number, routing)
    shown = _shown(
        number,
        routing,
        bank.choice("account_holder_type", ("individual", "company"), "individual"),
        bank.choice("account_type", ("checking", "savings"), "checking"),
    )
    shown["financial_connections_account"] = connected
    return shown, {"number": number, "verified": "instantly" if connected else None}


def of_test_id(test_id: str) -> tuple[Json, Json]:
    """The account behind an id such as `pm_usBankAccount_success`, which counts as verified."""
    number = banks.TEST_METHODS[test_id]
    shown = _shown(number, banks.ROUTING_NUMBER, "individual", "checking")
    return shown, {"number": number, "verified": "instantly"}


def account_of(call: Call, method: Json) -> banks.TestAccount:
    """How the account behaves."""
    return banks.ACCOUNTS[str(call.store.hidden(method["id"])["number"])]


def check_attachable(call: Call, method: Json) -> None:
    """An account that nobody has verified belongs to a customer only after a setup."""
    if method["type"] == KIND and call.store.hidden(method["id"])["verified"] is None:
        raise invalid(
            "The payment method must be verified before it can be attached to a customer. Use a SetupIntent.",
            code="payment_method_unexpected_state",
        )


def refuse_blocked(method: Json) -> None:
    """An account that a bank's return has blocked is not debited again."""
    if method[KIND]["status_details"]:
        raise invalid(
            "The bank account has been blocked, because an earlier debit of it was returned.",
            "payment_method",
            "payment_method_bank_account_blocked",
        )


def block(call: Call, method: Json, cause: Return) -> None:
    """Keeps the account from being debited again, where the return says so."""
    if cause.blocks:
        blocked = {"network_code": cause.network_code, "reason": cause.blocks}
        method[KIND]["status_details"] = {"blocked": blocked}
        call.store.save(method)


def details_of_charge(method: Json, mandate: str) -> Json:
    """`payment_method_details` of a debit."""
    bank = method[KIND]
    names = ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4", "routing_number")
    kept = {name: bank[name] for name in names}
    reference = new_id("ref").removeprefix("ref_")[:15].upper()
    return {"type": KIND, KIND: {**kept, "mandate": mandate, "payment_reference": reference}}


def _check(bank: Params, number: str, routing: str) -> None:
    if not banks.is_valid_routing_number(routing):
        raise invalid("The routing number is not correct.", bank.name_of("routing_number"), "routing_number_invalid")
    if routing != banks.ROUTING_NUMBER or number not in banks.ACCOUNTS:
        raise invalid(
            "You must use a test bank account number in test mode. Try 000123456789 with the routing number 110000000.",
            bank.name_of("account_number"),
            "account_number_invalid",
        )


def _shown(number: str, routing: str, holder: str | None, kind: str | None) -> Json:
    return {
        "account_holder_type": holder,
        "account_type": kind,
        "bank_name": banks.NAME,
        "financial_connections_account": None,
        "fingerprint": banks.fingerprint(routing, number),
        "last4": number[-4:],
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": routing,
        "status_details": {},
    }
