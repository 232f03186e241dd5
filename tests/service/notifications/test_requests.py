"""Whom a request's comments and its end are mailed to, and whose feed they are in."""

from typing import Any

import pytest

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.messages import Event
from services.contracts.notifications.activities import ActivityFeed, ListActivities, ReadActivities
from services.contracts.principals import Principal
from services.notifications import activities, notices
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import request_samples, samples

OMAR = Principal(kind="staff", id=samples.OMAR, company_id=samples.EVERGREEN, staff_roles=frozenset({"account_owner"}))
ROSA = OMAR.model_copy(update={"id": samples.ROSA})
AT_CLUBHOUSE = PropertyRoleView(property_id=samples.CLUBHOUSE, role="other")


@pytest.fixture
def identity(identity: Identity) -> Identity:
    """Priya may see requests at the Clubhouse, whose portal has them."""
    reader = {"effective_permissions": ["requests.view"], "property_roles": [AT_CLUBHOUSE]}
    identity.contact = identity.contact.model_copy(update=reader)
    return identity


def happens(notifications: Notifications, event: Event) -> None:
    notifications.executor.event("on_event", notices.give, event)
    notifications.deliver()


def feed(notifications: Notifications, who: Principal = OMAR, **asked: bool) -> ActivityFeed:
    answer = notifications.executor.answer(activities.page, ListActivities.model_validate(asked), who)
    assert isinstance(answer, ActivityFeed)
    return answer


def test_an_answer_is_mailed_to_who_raised_the_request(notifications: Notifications, inbox: Inbox) -> None:
    happens(notifications, request_samples.commented())
    (mail,) = inbox.messages()
    assert mail["to"] == "priya@lakeside.test"
    assert "On Tuesday." in mail["text"]
    assert f"https://portico.example/evergreen-austin/requests/{samples.REQUEST}" in mail["text"]
    assert feed(notifications).items == []


@pytest.mark.parametrize(
    "event",
    [
        request_samples.commented(public=False),
        request_samples.commented(include_client=False),
        request_samples.commented(raised_by="staff"),
        request_samples.closed(include_client=False),
        request_samples.closed(raised_by="staff"),
    ],
    ids=["an internal comment", "hidden", "the office's own", "a hidden one's end", "the end of the office's own"],
)
def test_a_customer_is_never_mailed_what_they_do_not_see(
    notifications: Notifications, inbox: Inbox, event: Event
) -> None:
    happens(notifications, event)
    assert inbox.messages() == []


@pytest.mark.parametrize("lost", ["the permission", "the property", "the permission there", "the section"])
def test_who_may_see_a_request_no_longer_is_not_mailed_of_it(
    notifications: Notifications, identity: Identity, inbox: Inbox, lost: str
) -> None:
    narrowed = AT_CLUBHOUSE.model_copy(update={"permissions": ["invoices.view"]})
    changes: dict[str, dict[str, Any]] = {
        "the permission": {"effective_permissions": ["invoices.view"]},
        "the property": {"property_roles": []},
        "the permission there": {"property_roles": [narrowed]},
        "the section": {},
    }
    identity.contact = identity.contact.model_copy(update=changes[lost])
    if lost == "the section":
        settings = identity.branch.settings.model_copy(update={"sections": ["invoices"]})
        identity.branch = identity.branch.model_copy(update={"settings": settings})
    happens(notifications, request_samples.commented())
    happens(notifications, request_samples.closed())
    assert inbox.messages() == []


def test_a_request_that_is_closed_is_told_to_who_raised_it(notifications: Notifications, inbox: Inbox) -> None:
    happens(notifications, request_samples.closed())
    (mail,) = inbox.messages()
    assert (mail["to"], mail["subject"][:6]) == ("priya@lakeside.test", "Closed")


def test_what_a_customer_says_is_told_to_the_account_owner(notifications: Notifications, inbox: Inbox) -> None:
    happens(notifications, request_samples.commented("contact", text="Still dripping"))
    (mail,) = inbox.messages()
    assert mail["to"] == "omar@evergreen.test"
    assert f"https://portico.example/office/requests/{samples.REQUEST}" in mail["text"]
    (entry,) = feed(notifications).items
    assert (entry.kind, entry.subject_type, entry.subject_id) == ("request_commented", "request", samples.REQUEST)
    assert (entry.title, entry.actor, entry.read) == ("REQ-2026-00009: Sprinkler leaks", "Priya Shah", False)


def test_what_a_customer_says_is_told_to_whom_the_request_was_given(notifications: Notifications, inbox: Inbox) -> None:
    rosa = {"id": samples.ROSA, "name": "Rosa Diaz", "email": "rosa@evergreen.test"}
    happens(notifications, request_samples.commented("contact", assigned_to=rosa))
    assert [each["to"] for each in inbox.messages()] == ["rosa@evergreen.test"]
    assert (len(feed(notifications, ROSA).items), len(feed(notifications).items)) == (1, 0)


def test_a_new_request_is_in_the_account_owners_feed_once_however_often_it_is_told(
    notifications: Notifications, inbox: Inbox
) -> None:
    event = samples.requested()
    for handler in ("first", "second"):
        notifications.executor.event(handler, notices.give, event)
    assert [each.kind for each in feed(notifications).items] == ["request_created"]
    happens(notifications, samples.requested(by="staff"))
    assert len(feed(notifications).items) == 1


def test_a_signed_proposal_is_in_the_sales_reps_feed(notifications: Notifications, inbox: Inbox) -> None:
    happens(notifications, samples.signed())
    assert [each.kind for each in feed(notifications, ROSA).items] == ["proposal_signed"]


def test_a_feed_is_read_by_its_owner_alone(notifications: Notifications, inbox: Inbox) -> None:
    for text in ("One", "Two", "Three"):
        happens(notifications, request_samples.commented("contact", text=text))
    newest = feed(notifications).items[0]
    notifications.executor.answer(activities.mark_read, ReadActivities(activity_ids=[newest.id]), ROSA)
    assert feed(notifications).unread == 3
    notifications.executor.answer(activities.mark_read, ReadActivities(activity_ids=[newest.id]), OMAR)
    assert (feed(notifications).unread, len(feed(notifications, unread_only=True).items)) == (2, 2)
    notifications.executor.answer(activities.mark_read, ReadActivities(), OMAR)
    assert (feed(notifications).unread, len(feed(notifications).items)) == (0, 3)
    contact = Principal(kind="contact", id=samples.OMAR, company_id=samples.EVERGREEN)
    with pytest.raises(DomainError):
        feed(notifications, contact)
    assert feed(notifications, OMAR.model_copy(update={"company_id": samples.COOLAIR})).items == []
