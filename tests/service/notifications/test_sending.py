"""What is looked at as a mail is sent: its slot, the server's pause, whom it concerns still, suppressed addresses."""

import pytest
from prometheus_client import REGISTRY

from services.contracts.notifications.mails import LiftSuppression, ListSuppressions, SuppressAddress, SuppressionReason
from services.contracts.principals import Principal
from services.notifications import deliveries, gauges, suppressions
from services.notifications.delivery_rules import Priority
from services.notifications.settings import notifications_settings
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import proposal_samples, samples

ADA = Principal(
    kind="staff", id=samples.ROSA, company_id=samples.EVERGREEN, name="Ada", staff_roles=frozenset({"administrator"})
)


@pytest.fixture(autouse=True)
def one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail without a slot is left at once, and not looked at again for a while first."""
    monkeypatch.setattr(deliveries, "TURNS", 1)
    monkeypatch.setattr(deliveries, "TURN_SECONDS", 0.0)


def limit(monkeypatch: pytest.MonkeyPatch, per_minute: int) -> None:
    monkeypatch.setenv("MAILS_PER_MINUTE", str(per_minute))
    notifications_settings.cache_clear()


def suppress(notifications: Notifications, address: str, reason: SuppressionReason) -> None:
    command = SuppressAddress(address=address, reason=reason)
    notifications.executor.answer(suppressions.suppress, command, ADA)


# Slots and pauses


def test_a_slot_is_a_minutes_part_after_the_last(
    notifications: Notifications, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 2)
    for event in (samples.signed(), samples.requested()):
        notifications.happens(event)
    notifications.deliver()
    assert len(inbox.messages()) == 1
    ((seconds,),) = notifications.sql("SELECT extract(epoch FROM next_at - now()) FROM smtp_pace")
    assert 20 < seconds <= 30
    assert notifications.sql("SELECT attempts FROM mail WHERE status = 'queued'") == [(0,)]


def test_what_somebody_waits_for_takes_a_slot_that_is_too_far_for_the_rest(
    notifications: Notifications, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 6)
    notifications.happens(samples.signed())
    notifications.happens(samples.password_changed())
    notifications.happens(samples.code_asked())
    notifications.sql("UPDATE smtp_pace SET next_at = now() + interval '1.5 seconds'")
    assert notifications.deliver() == 3
    assert [mail["to"] for mail in inbox.messages()] == ["priya@lakeside.test"]
    assert notifications.sql("SELECT template FROM mail WHERE status = 'sent'") == [("login_code",)]


def test_a_server_that_is_away_is_left_in_peace_by_all(notifications: Notifications, inbox: Inbox) -> None:
    inbox.fault("refuse")
    for event in (samples.signed(), samples.requested(), samples.password_changed()):
        notifications.happens(event)
    notifications.sql("UPDATE smtp_pace SET failures = 4")
    notifications.deliver()
    assert notifications.sql("SELECT sum(attempts), sum(failures) FROM mail") == [(1, 0)]
    assert notifications.sql("SELECT failures, next_at > now() + interval '2 seconds' FROM smtp_pace") == [(5, True)]
    inbox.clear()
    notifications.pass_time()
    notifications.deliver()
    assert len(inbox.messages()) == 3
    assert notifications.sql("SELECT failures FROM smtp_pace") == [(0,)]


def test_a_recipient_who_is_refused_for_now_is_nobody_elses_trouble(notifications: Notifications, inbox: Inbox) -> None:
    inbox.fault("reject_recipient", address="rosa@evergreen.test", reply="451 4.3.0 Later")
    for event in (samples.signed(), samples.requested()):
        notifications.happens(event)
    notifications.deliver()
    assert [mail["to"] for mail in inbox.messages()] == ["omar@evergreen.test"]
    assert notifications.sql("SELECT failures FROM smtp_pace") == [(0,)]
    assert notifications.sql("SELECT failures, error FROM mail WHERE status = 'queued'") == [(1, "451 4.3.0 Later")]


# Whom it still concerns


def test_who_was_disabled_since_is_sent_nothing(notifications: Notifications, identity: Identity, inbox: Inbox) -> None:
    notifications.happens(samples.password_changed())
    identity.contact = samples.priya(status="disabled")
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["next_attempt_at"]) == ("withheld", 0, None)
    assert "disabled" in row["error"]
    assert inbox.messages() == []


def test_who_lost_the_permission_since_is_sent_nothing(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    signer = proposal_samples.contact(1, "primary")
    identity.contacts = [signer]
    notifications.happens(proposal_samples.delivered())
    identity.contacts = [signer.model_copy(update={"effective_permissions": []})]
    notifications.deliver()
    assert notifications.mail()["status"] == "withheld"
    assert inbox.messages() == []


def test_an_address_that_was_corrected_since_is_written_to(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    notifications.happens(samples.password_changed())
    identity.contact = samples.priya(email="priya.shah@lakeside.test")
    notifications.deliver()
    assert [mail["to"] for mail in inbox.messages()] == ["priya.shah@lakeside.test"]
    assert notifications.mail()["recipient"] == "priya.shah@lakeside.test"


# Suppressed addresses


def test_an_address_that_does_not_exist_is_written_to_once(notifications: Notifications, inbox: Inbox) -> None:
    inbox.fault("reject_recipient", address="rosa@evergreen.test")
    notifications.happens(samples.signed())
    notifications.deliver()
    inbox.clear()
    notifications.happens(samples.signed())
    notifications.deliver()
    assert notifications.sql("SELECT status FROM mail ORDER BY created_at") == [("failed",), ("withheld",)]
    assert inbox.messages() == []
    (found,) = notifications.executor.answer(suppressions.page, ListSuppressions(), ADA).items  # type: ignore[attr-defined]
    assert (found.address, found.reason) == ("rosa@evergreen.test", "bounced")


def test_a_refusal_for_policys_sake_suppresses_nobody(notifications: Notifications, inbox: Inbox) -> None:
    inbox.fault("reject_recipient", reply="550 5.7.1 You are on a list")
    notifications.happens(samples.signed())
    notifications.deliver()
    assert notifications.mail()["status"] == "failed"
    assert notifications.sql("SELECT address FROM suppression") == []


def test_who_complained_still_gets_what_is_essential(notifications: Notifications, inbox: Inbox) -> None:
    suppress(notifications, "Priya@Lakeside.test", "complained")
    notifications.happens(samples.code_asked())
    notifications.happens(samples.password_changed())
    notifications.sql(f"UPDATE mail SET priority = {Priority.OPTIONAL:d} WHERE template = 'password_changed'")
    notifications.deliver()
    assert len(inbox.messages()) == 1
    assert notifications.sql("SELECT template FROM mail WHERE status = 'withheld'") == [("password_changed",)]


def test_a_lifted_address_is_written_to_again(notifications: Notifications, inbox: Inbox) -> None:
    suppress(notifications, "rosa@evergreen.test", "staff")
    notifications.executor.answer(suppressions.lift, LiftSuppression(address="Rosa@evergreen.test"), ADA)
    notifications.happens(samples.signed())
    notifications.deliver()
    assert len(inbox.messages()) == 1


def test_another_companys_suppressions_do_not_count(notifications: Notifications, inbox: Inbox) -> None:
    other = ADA.model_copy(update={"company_id": samples.COOLAIR})
    command = SuppressAddress(address="rosa@evergreen.test", reason="staff")
    notifications.executor.answer(suppressions.suppress, command, other)
    notifications.happens(samples.signed())
    notifications.deliver()
    assert len(inbox.messages()) == 1


def test_the_gauges_tell_what_waits_and_for_how_long(notifications: Notifications) -> None:
    notifications.happens(samples.signed())
    notifications.sql("UPDATE mail SET created_at = created_at - interval '1 hour'")
    notifications.executor.timer(gauges.MAILS.measure)
    assert REGISTRY.get_sample_value("portico_mails", {"state": "waiting"}) == 1
    assert 3590 < (REGISTRY.get_sample_value("portico_mails_oldest_seconds", {"state": "waiting"}) or 0) < 3700
