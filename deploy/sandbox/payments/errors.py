"""The provider's error envelopes as one exception."""

from typing import Any

Json = dict[str, Any]


class StripeError(Exception):
    """An answer other than 2xx.

    `kept` marks an outcome of work that was done (a decline, a refused state): its effects are committed and
    an idempotent repeat gets it again. Everything else leaves no trace.
    """

    def __init__(self, status: int, kind: str, message: str, *, kept: bool = False, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        self.fields: Json = {"message": message, "type": kind}
        self.fields.update({name: value for name, value in fields.items() if value is not None})

    def envelope(self, request_id: str) -> Json:
        """The JSON body."""
        link = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": {**self.fields, "request_log_url": link}}


def invalid(
    message: str, param: str | None = None, code: str | None = None, *, kept: bool = False, **fields: Any
) -> StripeError:
    """A request that cannot be carried out as it stands."""
    return StripeError(400, "invalid_request_error", message, kept=kept, param=param, code=code, **fields)


def missing(noun: str, object_id: str, param: str = "id", status: int = 404) -> StripeError:
    """An id that the account does not have, whoever else may have it."""
    return invalid_with_status(status, f"No such {noun}: '{object_id}'", param, "resource_missing")


def invalid_with_status(status: int, message: str, param: str | None, code: str) -> StripeError:
    """An invalid request that the provider answers with another status than 400."""
    return StripeError(status, "invalid_request_error", message, param=param, code=code)


def unexpected_state(noun: str, intent: Json, message: str) -> StripeError:
    """An act that the status of an intent does not allow; the intent comes along."""
    fields: Json = {f"{noun}_intent": intent}
    return invalid(message, code=f"{noun}_intent_unexpected_state", kept=True, **fields)


def card_error(error: Json, **fields: Any) -> StripeError:
    """A decline as recorded on the intent, answered as 402."""
    rest = {name: value for name, value in error.items() if name not in ("type", "message")}
    return StripeError(402, "card_error", error["message"], kept=True, **rest, **fields)
