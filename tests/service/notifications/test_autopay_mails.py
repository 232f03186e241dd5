"""What a person who authorized autopay is mailed of it, and what is not mailed twice."""

from datetime import date
from uuid import uuid4

import pytest

from services.contracts.billing.payments import PaymentFailed, PaymentSucceeded
from services.contracts.messages import Event
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import autopay_samples as autopay
from tests.unit.notifications import samples

ACCOUNTS = samples.priya(id=uuid4(), email="accounts@lakeside.test", effective_permissions=["payment_methods.manage"])
FRONT_DESK = samples.priya(id=uuid4(), email="desk@lakeside.test", effective_permissions=["programs.view"])


def mailed(notifications: Notifications, inbox: Inbox, event: Event) -> list[tuple[str, str]]:
    """Subjects and texts."""
    notifications.happens(event)
    notifications.deliver()
    return [(mail["subject"], mail["text"]) for mail in inbox.messages()]


@pytest.mark.parametrize(
    ("event", "subject", "told"),
    [
        (autopay.authorized(), "Autopay is on", ["I can turn autopay off.", "203.0.113.7", "Visa ending in 4242"]),
        (autopay.authorized(replaces=True), "Autopay has changed", ["I authorize Evergreen Grounds."]),
        (autopay.asked_to_end(), "Autopay is off", ["your authorization is withdrawn"]),
        (autopay.used_up(), "INV-2026-00042 could not be charged", ["last attempt", "insufficient funds"]),
        (autopay.announced(), "Autopay will charge $120.00 on December 1, 2026", ["INV-2026-00042", "skip"]),
        (autopay.announced(date(2026, 12, 5)), "on December 5, 2026", ["after it is due"]),
        (autopay.announced(standing="over_cap"), "Autopay will charge", ["more than your limit"]),
        (autopay.declined(), "it tries again on December 2, 2026", ["No money was taken", "insufficient funds"]),
        (autopay.declined(None), "please choose another method", ["charges nothing meanwhile"]),
        (autopay.withheld(), "more than your limit", ["$120.00", "$100.00", "/invoices/"]),
    ],
)
def test_the_person_who_authorized_it_is_told(
    notifications: Notifications, inbox: Inbox, event: Event, subject: str, told: list[str]
) -> None:
    ((found, text),) = mailed(notifications, inbox, event)
    assert subject in found
    for each in told:
        assert each in text


def test_the_receipt_of_autopay_is_mailed_whatever_the_person_wishes(
    notifications: Notifications, inbox: Inbox
) -> None:
    payment = samples.paid().payment.model_copy(update={"by_autopay": True})
    event = PaymentSucceeded(**{**dict(samples.paid()), "payment": payment})
    ((_, text),) = mailed(notifications, inbox, event)
    assert "Autopay has charged" in text and "because autopay is on" in text


@pytest.mark.parametrize("event", [autopay.announced(), autopay.declined(), autopay.withheld(), autopay.used_up()])
def test_where_who_authorized_it_has_left_those_who_keep_the_methods_are_told(
    notifications: Notifications, inbox: Inbox, identity: Identity, event: Event
) -> None:
    identity.contact = identity.contact.model_copy(update={"status": "disabled"})
    identity.contacts = [identity.contact, ACCOUNTS, FRONT_DESK]
    mailed(notifications, inbox, event)
    assert [mail["to"] for mail in inbox.messages()] == ["accounts@lakeside.test"]


def test_the_receipt_of_autopay_reaches_those_who_keep_the_methods(
    notifications: Notifications, inbox: Inbox, identity: Identity
) -> None:
    identity.contact = identity.contact.model_copy(update={"status": "disabled"})
    identity.contacts = [identity.contact, ACCOUNTS]
    payment = samples.paid().payment.model_copy(update={"by_autopay": True})
    mailed(notifications, inbox, PaymentSucceeded(**{**dict(samples.paid()), "payment": payment}))
    assert [mail["to"] for mail in inbox.messages()] == ["accounts@lakeside.test"]


def test_a_failure_of_autopay_is_told_by_autopay_alone(notifications: Notifications, inbox: Inbox) -> None:
    payment = samples.failed().payment.model_copy(update={"by_autopay": True})
    assert mailed(notifications, inbox, PaymentFailed(**{**dict(samples.failed()), "payment": payment})) == []
