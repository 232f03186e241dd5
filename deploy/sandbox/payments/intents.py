"""What payment intents and setup intents have in common: secrets, the browser's view, the chosen method."""

from typing import Any

from deploy.sandbox.payments import methods
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.declines import Decline
from deploy.sandbox.payments.errors import card_error, invalid, unexpected_state
from deploy.sandbox.payments.forms import Params

Json = dict[str, Any]

METHOD_TYPES = ("card", "us_bank_account")
CONFIRM = frozenset(
    {
        "payment_method",
        "payment_method_data",
        "payment_method_options",
        "return_url",
        "mandate_data",
        "use_stripe_sdk",
        "client_secret",
        "expected_payment_method_type",
        "expand",
    }
)
_BROWSER_FIELDS = frozenset(
    {
        "id",
        "object",
        "amount",
        "amount_details",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "capture_method",
        "client_secret",
        "confirmation_method",
        "created",
        "currency",
        "description",
        "last_payment_error",
        "last_setup_error",
        "livemode",
        "next_action",
        "payment_method",
        "payment_method_configuration_details",
        "payment_method_types",
        "processing",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "status",
        "usage",
    }
)


def load(call: Call, noun: str) -> Json:
    """The intent in the path; a browser must prove that it has the client secret."""
    intent = call.get(f"{noun}_intent", call.path["id"], f"{noun}_intent")
    if call.publishable and call.params.required("client_secret") != intent["client_secret"]:
        name = "PaymentIntent" if noun == "payment" else "SetupIntent"
        raise invalid(
            f"The client_secret provided does not match the client_secret associated with the {name}.",
            "client_secret",
            f"{noun}_intent_invalid_parameter",
        )
    return intent


def shown(call: Call, intent: Json) -> Json:
    """The intent as the caller may see it: a browser learns neither customer nor metadata nor charges."""
    if not call.publishable:
        return intent
    return {name: value for name, value in intent.items() if name in _BROWSER_FIELDS}


def refuse_checkout(call: Call, intent: Json, noun: str, verb: str) -> None:
    """An intent of a Checkout Session is moved by its page alone."""
    if call.store.hidden(intent["id"]).get("checkout_session"):
        name = "PaymentIntent" if noun == "payment" else "SetupIntent"
        raise unexpected_state(
            noun,
            shown(call, intent),
            f"You can't {verb} the {name} for a Checkout Session. Use or expire the Checkout Session instead.",
        )


def method_types(params: Params, currency: str = "usd") -> tuple[list[str], Json | None]:
    """`payment_method_types` and `automatic_payment_methods` of a new intent; automatic where neither is given."""
    given = params.texts("payment_method_types")
    possible = METHOD_TYPES if currency == "usd" else ("card",)
    for kind in given:
        if kind not in METHOD_TYPES:
            raise invalid(
                f"The payment method type provided: {kind} is invalid. This may be because it is not activated.",
                "payment_method_types",
            )
        if kind not in possible:
            raise invalid(f"The currency provided ({currency}) is invalid for {kind}.", "payment_method_types")
    automatic = params.nested("automatic_payment_methods")
    if given and automatic.flag("enabled"):
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
            "payment_method_types",
        )
    if given:
        return given, None
    redirects = automatic.choice("allow_redirects", ("always", "never"), "always")
    return list(possible), {"allow_redirects": redirects, "enabled": True}


def require_return_url(call: Call, intent: Json) -> None:
    """With automatic methods a server must say where a redirecting method would return to."""
    automatic = intent["automatic_payment_methods"]
    if call.publishable or automatic is None or automatic["allow_redirects"] == "never":
        return
    if call.params.text("return_url") is None:
        raise invalid(
            "This intent is configured to accept payment methods enabled in your Dashboard. Because some of these "
            "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you "
            "don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` "
            "and `automatic_payment_methods[allow_redirects]` to `never` when creating the intent.",
        )


def check_type(intent: Json, method: Json) -> None:
    """An intent is only moved by a method of its types."""
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this intent. Please attach a "
            f"PaymentMethod of one of the following types: {', '.join(intent['payment_method_types'])}.",
            "payment_method",
        )


def chosen_method(call: Call, params: Params, customer: str | None, current: str | None) -> Json | None:
    """The method named by the request, else the one on the intent; refused where it is another customer's."""
    if "payment_method_data" in params:
        return methods.from_details(call, params.nested("payment_method_data"))
    wanted = params.text("payment_method") or current
    if wanted is None:
        return None
    method = methods.find(call, wanted)
    methods.check_reusable(call, method)
    if method["customer"] not in (None, customer):
        raise invalid(
            f"The payment method {method['id']} belongs to a Customer. Please include that Customer in the "
            "`customer` parameter to use it.",
            "payment_method",
        )
    return method


def refuse_state(call: Call, intent: Json, noun: str, verb: str, statuses: tuple[str, ...]) -> None:
    """Raises unless the intent is in one of the statuses."""
    if intent["status"] in statuses:
        return
    name = "PaymentIntent" if noun == "payment" else "SetupIntent"
    if verb == "confirm" and intent["status"] == "succeeded":
        message = f"You cannot confirm this {name} because it has already succeeded after being previously confirmed."
    else:
        message = (
            f"You cannot {verb} this {name} because it has a status of {intent['status']}. Only a {name} with one of "
            f"the following statuses may be {verb}ed: {', '.join(statuses)}."
        )
    raise unexpected_state(noun, shown(call, intent), message)


def decline_error(decline: Decline, method: Json, charge_id: str | None = None) -> Json:
    """A decline as `last_payment_error` and `last_setup_error` keep it."""
    error: Json = {
        "code": decline.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": method,
        "type": "card_error",
    }
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    if charge_id:
        error["charge"] = charge_id
    return error


def debit_error(code: str, message: str, method: Json, charge_id: str | None = None, bank: str | None = None) -> Json:
    """A failed debit or verification of a bank account; `bank` is the network's return code."""
    error: Json = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": message,
        "payment_method": method,
        "type": "invalid_request_error",
    }
    if charge_id:
        error["charge"] = charge_id
    if bank:
        error["network_decline_code"] = bank
    return error


def authentication_failure(noun: str, method: Json) -> Json:
    """The error of a holder who failed or closed the bank's challenge."""
    return {
        "code": f"{noun}_intent_authentication_failure",
        "doc_url": f"https://stripe.com/docs/error-codes/{noun}-intent-authentication-failure",
        "message": "We are unable to authenticate your payment method. Please choose a different payment method and "
        "try again.",
        "payment_method": method,
        "type": "invalid_request_error",
    }


def raise_decline(call: Call, intent: Json, noun: str) -> None:
    """Answers 402 where the attempt of this very call was declined."""
    error = intent[f"last_{noun}_error"]
    if error and error["type"] == "card_error" and intent["status"] == "requires_payment_method":
        raise card_error(error, **{f"{noun}_intent": shown(call, intent)})
