"""Tells who calls and on whose account."""

import base64
import binascii

from starlette.requests import Request

from deploy.sandbox.payments import accounts
from deploy.sandbox.payments.errors import StripeError
from deploy.sandbox.payments.forms import Json
from deploy.sandbox.payments.settings import PLATFORM_ACCOUNT, Settings
from deploy.sandbox.payments.store import Store


def is_publishable(request: Request, params: Json, settings: Settings, browser: bool) -> bool:
    """Whether the key is the publishable one; 401 for a wrong one, and where the endpoint is not for browsers."""
    key = _key(request.headers.get("authorization", "")) or _text(params.pop("key", None))
    if not key:
        raise StripeError(
            401,
            "invalid_request_error",
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )
    if key == settings.api_key:
        return False
    if key != settings.publishable_key:
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {key[:8]}****{key[-4:]}")
    if not browser:
        raise StripeError(
            401,
            "invalid_request_error",
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            code="secret_key_required",
        )
    return True


def account_of(request: Request, params: Json, store: Store, publishable: bool) -> str:
    """The account that a call acts on: the `Stripe-Account` header, else the platform.

    A browser's call without the header acts on the account that owns the object in its path. The provider has one
    publishable key for each account, with the same effect; the sandbox has one for all.
    """
    named = request.headers.get("stripe-account") or _text(params.pop("_stripe_account", None))
    if named and named != PLATFORM_ACCOUNT:
        if accounts.find(store, named) is None:
            raise accounts.no_access(named)
        return named
    if publishable and not named:
        return store.account_of(request.path_params.get("id", "")) or PLATFORM_ACCOUNT
    return PLATFORM_ACCOUNT


def _key(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
