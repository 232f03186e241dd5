"""What samples are made of."""

from typing import Protocol

from services.notifications.contents.shape import Content

NOON = "2026-05-12T17:05:00Z"
LATER = "2026-05-26T17:05:00Z"
IP = "203.0.113.9"
BROWSER = "Firefox on Windows"
CARD = {"brand": "visa", "last4": "4242"}
BANK = {"brand": "STRIPE TEST BANK", "last4": "6789"}


class Link(Protocol):
    """The address of a page of the branch's portal, or of the office."""

    def __call__(self, *path: str, office: bool = False) -> str: ...


def dollars(amount: float) -> Content:
    """An amount as data has it."""
    return {"amount": round(amount * 100), "currency": "USD"}
