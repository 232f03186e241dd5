"""The secrets of endpoints, and the signatures that are made with them (Standard Webhooks, `v1`)."""

import base64
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import or_, select

from services.chassis import sealing
from services.chassis.work import Work
from services.contracts.errors import conflict
from services.notifications import webhook_rules as rules
from services.notifications.webhook_models import WebhookSecret
from services.notifications.webhooks.settings import webhook_settings

log = structlog.get_logger()

_BYTES = 32
_PREFIX = "whsec_"


def add(work: Work, secret_id: UUID, endpoint_id: UUID) -> str:
    """A fresh secret for the endpoint, as its owner is told it, once; those before it have a day left."""
    plain = secrets.token_bytes(_BYTES)
    former = _good(work, endpoint_id)
    if len(former) >= rules.MAX_SECRETS:
        raise conflict("The secret was replaced too often today. Try again tomorrow.", reason="too_many_secrets")
    for each in former:
        each.expires_at = each.expires_at or work.now + rules.OLD_SECRET_GOOD
    work.session.add(
        WebhookSecret(
            id=secret_id,
            company_id=work.company_id,
            endpoint_id=endpoint_id,
            sealed=sealing.sealed(webhook_settings().key, plain, endpoint_id),
            created_at=work.now,
        )
    )
    return _PREFIX + base64.b64encode(plain).decode()


def is_told(work: Work, secret_id: UUID) -> bool:
    """Whether a command of this id made its secret already: a secret is told once."""
    return work.session.get(WebhookSecret, secret_id) is not None


def old_until(work: Work, endpoint_id: UUID) -> datetime | None:
    """Until when a secret that was replaced still signs."""
    return max((each.expires_at for each in _good(work, endpoint_id) if each.expires_at), default=None)


def opened(work: Work, endpoint_id: UUID) -> tuple[bytes, ...]:
    """What a delivery is signed with now, the newest first; none that was sealed by a key that we have no more."""
    keys = (_opened(each) for each in _good(work, endpoint_id))
    return tuple(key for key in keys if key is not None)


def _opened(row: WebhookSecret) -> bytes | None:
    try:
        return sealing.opened(webhook_settings().key, row.sealed, row.endpoint_id)
    except InvalidTag:
        log.error("a webhook's secret cannot be opened", webhook_id=str(row.endpoint_id))
        return None


def _good(work: Work, endpoint_id: UUID) -> list[WebhookSecret]:
    good = or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > work.now)
    found = select(WebhookSecret).where(WebhookSecret.endpoint_id == endpoint_id, good)
    return list(work.session.scalars(found.order_by(WebhookSecret.created_at.desc(), WebhookSecret.id.desc())))


def headers(keys: tuple[bytes, ...], message_id: str, at: datetime, payload: str) -> dict[str, str]:
    """What Standard Webhooks has a receiver check, with a signature for each key."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.{payload}".encode()
    signatures = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }
