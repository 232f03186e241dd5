"""The one refusal that a service answers with; it crosses the bus as data."""

from typing import Any, Literal

ErrorCode = Literal["invalid", "forbidden", "not_found", "conflict", "declined"]


class DomainError(Exception):
    """A refusal that the caller can understand and act on; anything else that is raised is a bug.

    `code` is one of five kinds, `message` is a sentence for a person, and `details` are JSON values for a
    program (`field` names the field at fault, `reason` a stable word within the kind).
    """

    def __init__(self, code: ErrorCode, message: str, **details: Any) -> None:
        super().__init__(code, message)
        self.code: ErrorCode = code
        self.message = message
        self.details = details


def invalid(message: str, **details: Any) -> DomainError:
    """The message cannot be carried out as it is written."""
    return DomainError("invalid", message, **details)


def forbidden(message: str = "You are not allowed to do this.", **details: Any) -> DomainError:
    """The principal may see the thing but not do this to it."""
    return DomainError("forbidden", message, **details)


def not_found(message: str = "There is no such thing, or it is not yours.", **details: Any) -> DomainError:
    """It does not exist, or the principal must not learn that it does."""
    return DomainError("not_found", message, **details)


def conflict(message: str, **details: Any) -> DomainError:
    """The state of things, or another caller, stands against it."""
    return DomainError("conflict", message, **details)


def declined(message: str, **details: Any) -> DomainError:
    """The payment provider said no."""
    return DomainError("declined", message, **details)
