"""Optional mails go to those who want them, each carries the way to be rid of its kind, and a digest gathers a day."""

import re
from typing import Any

import pytest
from pydantic import SecretStr

from services.contracts.errors import DomainError
from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.messages import Ask, Event
from services.contracts.notifications.activities import ActivitiesGathered, ActivityFeed, ListActivities, ReadActivities
from services.contracts.notifications.preferences import (
    ChangeNotificationPreferences,
    ChangeStaffPreferences,
    ChangeSubscription,
    GetNotificationPreferences,
    GetStaffPreferences,
    GetSubscription,
    SubscriptionView,
)
from services.contracts.principals import PortalSettings, Principal
from services.notifications import activities, digests, mails, notices, preferences, unsubscribing
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import autopay_samples, job_samples, program_samples, reminder_samples, samples
from tests.unit.notifications import proposal_samples as proposals

PRIYA = Principal(kind="contact", id=samples.PRIYA, company_id=samples.EVERGREEN)
ROSA = Principal(kind="staff", id=samples.ROSA, company_id=samples.EVERGREEN, staff_roles=frozenset({"sales_rep"}))
OMAR = ROSA.model_copy(update={"id": samples.OMAR})
USE_CASES: dict[type[Ask[Any]], Any] = {
    ChangeNotificationPreferences: preferences.change,
    GetNotificationPreferences: preferences.read,
    ChangeStaffPreferences: preferences.change_staff,
    GetStaffPreferences: preferences.read_staff,
    ListActivities: activities.page,
    ReadActivities: activities.mark_read,
    GetSubscription: unsubscribing.read,
    ChangeSubscription: unsubscribing.change,
}


@pytest.fixture
def identity(identity: Identity) -> Identity:
    """Priya sees to everything at the Clubhouse; Omar is an administrator."""
    everything = ["invoices.pay", "payment_methods.manage", "visits.view", "jobs.view", "proposals.view"]
    here = PropertyRoleView(property_id=samples.CLUBHOUSE, role="primary")
    rights = {"effective_permissions": everything, "property_roles": [here]}
    identity.contact = identity.contact.model_copy(update=rights)
    identity.contacts = [identity.contact]
    settings = PortalSettings(sections=["invoices", "proposals", "visits"])
    identity.branch = identity.branch.model_copy(update={"settings": settings})
    identity.staff[samples.OMAR] = samples.omar(roles=["administrator"])
    return identity


def ask(notifications: Notifications, who: Principal | None, message: Ask[Any]) -> Any:
    return notifications.executor.answer(USE_CASES[type(message)], message, who)


def happens(notifications: Notifications, *events: Event) -> None:
    for event in events:
        notifications.executor.event("on_event", notices.give, event)
    notifications.deliver()


def feed(notifications: Notifications, who: Principal) -> ActivityFeed:
    found: ActivityFeed = ask(notifications, who, ListActivities())
    return found


def address(inbox: Inbox) -> str:
    """Where the newest mail is unsubscribed."""
    (found,) = re.findall(r"https://portico\.example/unsubscribe/\S+", inbox.messages()[0]["text"])
    return str(found)


def token(inbox: Inbox) -> SecretStr:
    return SecretStr(address(inbox).removeprefix("https://portico.example/unsubscribe/"))


REMINDERS = [
    ("invoice_reminders", reminder_samples.due_soon),
    ("invoice_reminders", reminder_samples.overdue),
    ("card_reminders", reminder_samples.card_expiring),
    ("visit_reminders", reminder_samples.visit_upcoming),
]


@pytest.mark.parametrize(("kind", "event"), REMINDERS, ids=["due soon", "overdue", "card", "visit"])
def test_a_reminder_is_mailed_to_whom_it_concerns_until_they_switch_it_off(
    notifications: Notifications, inbox: Inbox, kind: str, event: Any
) -> None:
    happens(notifications, event())
    assert [each["to"] for each in inbox.messages()] == ["priya@lakeside.test"]
    ask(notifications, PRIYA, ChangeNotificationPreferences.model_validate({kind: False}))
    happens(notifications, event())
    assert len(inbox.messages()) == 1


@pytest.mark.parametrize(("_kind", "event"), REMINDERS, ids=["due soon", "overdue", "card", "visit"])
def test_nobody_is_reminded_of_what_they_may_not_see(
    notifications: Notifications, identity: Identity, inbox: Inbox, _kind: str, event: Any
) -> None:
    identity.contacts = [identity.contact.model_copy(update={"effective_permissions": ["jobs.view"]})]
    happens(notifications, event())
    identity.contacts = [identity.contact.model_copy(update={"status": "disabled"})]
    happens(notifications, event())
    assert inbox.messages() == []


def test_what_is_essential_is_mailed_whatever_somebody_has_switched_off(
    notifications: Notifications, inbox: Inbox
) -> None:
    kinds = ask(notifications, PRIYA, GetNotificationPreferences()).model_dump(exclude={"language"})
    ask(notifications, PRIYA, ChangeNotificationPreferences.model_validate(dict.fromkeys(kinds, False)))
    happens(notifications, autopay_samples.announced())
    (mail,) = inbox.messages()
    assert "/unsubscribe/" not in mail["text"] + mail["html"]


def test_one_click_switches_off_one_kind_of_one_person_and_undoes_it(
    notifications: Notifications, inbox: Inbox
) -> None:
    happens(notifications, reminder_samples.due_soon())
    found = ask(notifications, None, GetSubscription(token=token(inbox)))
    assert found == SubscriptionView(kind="invoice_reminders", wanted=True)
    for _ in range(2):
        gone = ask(notifications, None, ChangeSubscription(token=token(inbox), wanted=False))
        assert gone == SubscriptionView(kind="invoice_reminders", wanted=False)
    told = ask(notifications, PRIYA, GetNotificationPreferences())
    assert (told.invoice_reminders, told.visit_reminders) == (False, True)
    happens(notifications, reminder_samples.overdue())
    assert len(inbox.messages()) == 1
    ask(notifications, None, ChangeSubscription(token=token(inbox), wanted=True))
    happens(notifications, reminder_samples.overdue())
    assert len(inbox.messages()) == 2


def test_the_copy_that_the_office_reads_does_not_unsubscribe(notifications: Notifications, inbox: Inbox) -> None:
    happens(notifications, reminder_samples.due_soon())
    secret = token(inbox).get_secret_value()
    (copy,) = notifications.sql("SELECT to_jsonb(mail_copy)::text FROM mail_copy")
    (row,) = notifications.sql("SELECT to_jsonb(mail)::text FROM mail")
    assert secret not in copy[0] + row[0]


def test_a_token_that_is_none_of_ours_is_not_found(notifications: Notifications, inbox: Inbox) -> None:
    for message in (
        GetSubscription(token=SecretStr("gossip")),
        ChangeSubscription(token=SecretStr("gossip"), wanted=False),
    ):
        with pytest.raises(DomainError, match="not_found"):
            ask(notifications, None, message)
    assert notifications.sql("SELECT 1 FROM wish") == []


def test_what_was_switched_off_while_a_mail_waited_is_not_sent(notifications: Notifications, inbox: Inbox) -> None:
    notifications.executor.event("on_event", mails.queue, reminder_samples.due_soon())
    ask(notifications, PRIYA, ChangeNotificationPreferences(invoice_reminders=False))
    notifications.deliver()
    assert inbox.messages() == [] and notifications.mail()["status"] == "withheld"


# Staff


def digest(notifications: Notifications) -> int:
    """Seven o'clock comes; answers how many digests were due."""
    notifications.sql("UPDATE preferences SET next_digest_at = now() WHERE next_digest_at IS NOT NULL")
    due = notifications.sql("SELECT company_id, id FROM lookups.due_digests(10)")
    for company_id, staff_id in due:
        notifications.executor.due(digests.gather, company_id, staff_id)
        # What the other replica finds at the same moment.
        notifications.executor.due(digests.gather, company_id, staff_id)
    for (payload,) in notifications.sql("SELECT payload FROM outbox WHERE type = 'activities_gathered'"):
        event = ActivitiesGathered.model_validate(payload)
        notifications.executor.event("on_activities_gathered", mails.queue, event)
    notifications.deliver()
    return len(due)


def test_a_digest_takes_the_place_of_single_mails_and_tells_nothing_twice(
    notifications: Notifications, inbox: Inbox
) -> None:
    assert ask(notifications, ROSA, ChangeStaffPreferences(digest="daily")).digest == "daily"
    assert digest(notifications) == 1 and inbox.messages() == []
    happens(notifications, samples.signed(), proposals.declined())
    assert "rosa@evergreen.test" not in [each["to"] for each in inbox.messages()]
    assert digest(notifications) == 1
    (mail,) = [each for each in inbox.messages() if each["to"] == "rosa@evergreen.test"]
    assert mail["subject"] == "2 new activities"
    assert "Proposal signed" in mail["text"] and "Proposal declined" in mail["text"]
    assert digest(notifications) == 1
    assert len([each for each in inbox.messages() if each["to"] == "rosa@evergreen.test"]) == 1


def test_what_was_read_is_in_no_digest(notifications: Notifications, inbox: Inbox) -> None:
    ask(notifications, ROSA, ChangeStaffPreferences(digest="daily"))
    happens(notifications, samples.signed())
    ask(notifications, ROSA, ReadActivities())
    digest(notifications)
    assert "rosa@evergreen.test" not in [each["to"] for each in inbox.messages()]


def test_whoever_wants_no_mails_finds_everything_in_the_feed(notifications: Notifications, inbox: Inbox) -> None:
    ask(notifications, ROSA, ChangeStaffPreferences(digest="off"))
    happens(notifications, samples.signed())
    assert digest(notifications) == 0
    assert "rosa@evergreen.test" not in [each["to"] for each in inbox.messages()]
    assert feed(notifications, ROSA).unread == 1
    ask(notifications, ROSA, ChangeStaffPreferences(digest="immediately"))
    happens(notifications, samples.signed())
    assert [each["to"] for each in inbox.messages()].count("rosa@evergreen.test") == 1


def test_customers_and_staff_have_preferences_of_their_own(notifications: Notifications) -> None:
    for who, message in ((PRIYA, GetStaffPreferences()), (ROSA, GetNotificationPreferences())):
        with pytest.raises(DomainError, match="forbidden"):
            ask(notifications, who, message)


@pytest.mark.parametrize(
    ("event", "who", "kind", "subject"),
    [
        (proposals.declined(), ROSA, "proposal_declined", "proposal"),
        (proposals.expired(), ROSA, "proposal_expired", "proposal"),
        (samples.disputed(), OMAR, "payment_disputed", "payment"),
        (samples.reversed_(), OMAR, "payment_reversed", "payment"),
        (autopay_samples.withheld(), OMAR, "autopay_withheld", "invoice"),
        (program_samples.agreed(), OMAR, "agreement_signed", "program"),
        (job_samples.created(), OMAR, "job_requested", "job"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_concerns_staff_is_in_their_feed_once(
    notifications: Notifications, event: Event, who: Principal, kind: str, subject: str
) -> None:
    for handler in ("first", "second"):
        notifications.executor.event(handler, notices.give, event)
    (entry,) = feed(notifications, who).items
    assert (entry.kind, entry.subject_type, entry.read) == (kind, subject, False)
    told = notifications.sql("SELECT payload->>'staff_id' FROM outbox WHERE type = 'feed_changed'")
    assert [row[0] for row in told].count(str(who.id)) == 1


def test_a_payment_that_somebody_makes_and_that_fails_is_in_nobodys_feed(notifications: Notifications) -> None:
    notifications.executor.event("on_event", notices.give, samples.failed())
    assert feed(notifications, OMAR).items == []
