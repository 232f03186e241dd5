"""What the provider tells by itself, signed."""

from dataclasses import dataclass

import stripe

from services.billing.processor.client import given
from services.billing.settings import billing_settings


class BadSignature(Exception):
    """A webhook that the provider did not sign."""


@dataclass(frozen=True)
class Notice:
    """A webhook: which of whose objects something happened to."""

    event_id: str
    type: str
    account: str | None
    object_id: str


def read_notice(payload: str, signature: str) -> Notice:
    """What a webhook is about; raises BadSignature for one that is not the provider's, or too old."""
    secret = billing_settings().stripe_webhook_secret.get_secret_value()
    try:
        event = stripe.Webhook.construct_event(payload, signature, secret)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise BadSignature from error
    account = given(event, "account")
    return Notice(event.id, event.type, account, given(event.data.object, "id") or "")
