"""The SDK's client, its errors as ours, and how its objects are read."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import requests
import stripe
from prometheus_client import Histogram

from services.billing.settings import billing_settings

API_VERSION = "2026-07-29.dahlia"
"""The newest that both the provider and the payment sandbox let name a setup's type of method in the same words."""

TIMEOUT_SECONDS = 5.0
RETRIES = 2
CALLS = Histogram("portico_provider_seconds", "Calls to the payment provider, with their repeats", ["outcome"])

CONNECTIONS = 50
"""How many calls a process may have under way; as many as it has workers."""


class ProviderError(Exception):
    """A call that did not bring an answer to go on with."""


class ProviderUnknown(ProviderError):
    """No answer, that of a broken provider, or of one that does not know us: the call may have taken effect or not."""


class RateLimited(ProviderError):
    """The provider asked us to slow down; this call was not carried out."""


class ProviderRefused(ProviderError):
    """The provider found the call wrong; repeating it would not help."""


@cache
def client() -> stripe.StripeClient:
    settings = billing_settings()
    stripe.enable_telemetry = False
    logging.getLogger("stripe").setLevel(logging.WARNING)
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS))
    return stripe.StripeClient(
        settings.stripe_api_key.get_secret_value(),
        stripe_version=API_VERSION,
        base_addresses={"api": settings.stripe_api_base} if settings.stripe_api_base else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS, session=session),
    )


OUTCOMES = {ProviderUnknown: "unknown", RateLimited: "rate_limited", ProviderRefused: "refused"}


@contextmanager
def translated() -> Iterator[None]:
    """Turns the SDK's errors into ours, and measures the call; a card's decline passes, for it is an answer."""
    began = time.perf_counter()
    outcome = "answered"
    try:
        with _with_our_errors():
            yield
    except stripe.CardError:
        outcome = "declined"
        raise
    except ProviderError as error:
        outcome = OUTCOMES[type(error)]
        raise
    finally:
        CALLS.labels(outcome).observe(time.perf_counter() - began)


@contextmanager
def _with_our_errors() -> Iterator[None]:
    try:
        yield
    except stripe.CardError:
        raise
    except stripe.RateLimitError as error:
        raise RateLimited(_told(error)) from error
    except stripe.APIConnectionError as error:
        raise ProviderUnknown(_told(error)) from error
    except stripe.StripeError as error:
        # A key that was replaced or may not do this says nothing of the payer, and is soon mended by the operator.
        broken = error.http_status is None or error.http_status >= 500 or error.http_status in (401, 403, 409)
        raise (ProviderUnknown if broken else ProviderRefused)(_told(error)) from error


def _told(error: stripe.StripeError) -> str:
    """The error for a log: its kind, code and request, without the provider's text, which may quote input."""
    return f"{type(error).__name__} {error.code or error.http_status or ''} {error.request_id or ''}".strip()


def given(thing: Any, name: str) -> Any:
    """A field that the provider may leave out; the SDK raises where it did."""
    return getattr(thing, name, None)


def uuid_in(metadata: Any, name: str) -> UUID | None:
    """An id that we left on the provider's object; None where it is not ours."""
    try:
        return UUID(metadata[name])
    except (KeyError, TypeError, ValueError):
        return None
