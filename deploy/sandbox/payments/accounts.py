"""Connected accounts of the platform."""

from typing import Any

from deploy.sandbox.payments import lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import StripeError
from deploy.sandbox.payments.ids import random_text
from deploy.sandbox.payments.settings import PLATFORM_ACCOUNT
from deploy.sandbox.payments.store import Store

Json = dict[str, Any]

CREATE = frozenset(
    {
        "type",
        "country",
        "email",
        "controller",
        "capabilities",
        "business_type",
        "business_profile",
        "company",
        "individual",
        "default_currency",
        "settings",
        "metadata",
        "tos_acceptance",
        "external_account",
        "expand",
    }
)


def create(call: Call) -> Json:
    """POST /v1/accounts: active at once; nobody is asked for papers here."""
    account = _account(call, f"acct_1{random_text(15)}")
    return call.store.add(PLATFORM_ACCOUNT, account)


def retrieve(call: Call) -> Json:
    """GET /v1/accounts/{id}"""
    account = find(call.store, call.path["id"])
    if account is None:
        raise no_access(call.path["id"])
    return account


def retrieve_own(call: Call) -> Json:
    """GET /v1/account: the account that the call acts on."""
    return find(call.store, call.account) or _account(call, PLATFORM_ACCOUNT)


def listed(call: Call) -> Json:
    """GET /v1/accounts"""
    return lists.page(call, "account", "/v1/accounts")


def find(store: Store, account_id: str) -> Json | None:
    """A connected account, if there is one."""
    return store.find(PLATFORM_ACCOUNT, "account", account_id)


def no_access(account_id: str) -> StripeError:
    """An account that is not there and one of somebody else look alike."""
    return StripeError(
        403,
        "invalid_request_error",
        f"The provided key does not have access to account '{account_id}' (or that account does not exist). "
        "Application access may have been revoked.",
        code="account_invalid",
    )


def display_name(store: Store, account_id: str) -> str:
    """What the hosted page calls the business."""
    account = find(store, account_id)
    if account is None:
        return "Portico"
    shown = account["settings"]["dashboard"]["display_name"]
    return str(account["business_profile"].get("name") or shown or "this business")


def _account(call: Call, account_id: str) -> Json:
    params = call.params
    profile = params.nested("business_profile").values
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {"mcc": None, "name": None, "support_email": None, "url": None, **profile},
        "business_type": params.text("business_type"),
        "capabilities": dict.fromkeys(params.nested("capabilities").values or ["card_payments"], "active"),
        "charges_enabled": True,
        "controller": {"type": "application", "is_controller": True, **params.nested("controller").values},
        "country": params.text("country") or "US",
        "created": call.now,
        "default_currency": params.text("default_currency") or "usd",
        "details_submitted": True,
        "email": params.text("email"),
        "metadata": params.metadata(),
        "payouts_enabled": True,
        "requirements": {
            "currently_due": [],
            "disabled_reason": None,
            "errors": [],
            "eventually_due": [],
            "past_due": [],
            "pending_verification": [],
        },
        "settings": {
            "dashboard": {"display_name": profile.get("name"), "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": None},
        },
        "type": params.choice("type", ("standard", "express", "custom"), "none"),
    }
