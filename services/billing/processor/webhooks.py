"""What the provider tells by itself, signed, or is asked for where it may not have got through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import stripe

from services.billing.processor.client import client, given, translated
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


def notices_since(account: str, since: datetime, types: Sequence[str]) -> list[Notice]:
    """Everything of these types that the provider has told, or tried to tell, of an account since then."""
    wanted: stripe.params.EventListParams = {
        "created": {"gte": int(since.timestamp())},
        "types": list(types),
        "limit": 100,
    }
    with translated():
        events = client().v1.events.list(wanted, {"stripe_account": account})
        return [
            Notice(event.id, event.type, account, given(event.data.object, "id") or "")
            for event in events.auto_paging_iter()
        ]
