"""A mail's states."""

from datetime import UTC, datetime, timedelta

from services.notifications import delivery_rules
from services.notifications.models import Mail

NOW = datetime(2026, 5, 3, tzinfo=UTC)


def queued() -> Mail:
    return Mail(
        status="queued",
        created_at=NOW,
        next_attempt_at=NOW,
        attempts=0,
        failures=0,
        resends=0,
        sent_at=None,
        error=None,
    )


def put_off(mail: Mail, attempt: int, *, may_have_arrived: bool = False, at_fault: bool = True) -> None:
    mail.postpone(NOW, attempt, "450 later", may_have_arrived=may_have_arrived, at_fault=at_fault)


def test_an_attempt_leases_the_mail() -> None:
    mail = queued()
    assert mail.begin_attempt(NOW)
    assert (mail.status, mail.attempts, mail.resends) == ("sending", 1, 0)
    assert not mail.is_due(NOW + delivery_rules.LEASE - timedelta(seconds=1))
    assert mail.is_due(NOW + delivery_rules.LEASE)


def test_an_attempt_after_one_that_never_ended_is_a_resend() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.begin_attempt(NOW + delivery_rules.LEASE)
    assert (mail.attempts, mail.resends) == (2, 1)


def test_a_mail_that_may_have_arrived_counts_its_next_attempt_as_a_resend() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    put_off(mail, 1, may_have_arrived=True)
    mail.begin_attempt(NOW + timedelta(hours=1))
    assert (mail.attempts, mail.resends) == (2, 1)


def test_a_refused_mail_waits_and_is_not_a_resend() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    put_off(mail, 1)
    assert (mail.status, mail.resends, mail.next_attempt_at) == ("queued", 0, NOW + delivery_rules.BACK_OFF[0])


def test_a_server_that_is_away_does_not_make_a_mail_wait_longer_each_time() -> None:
    mail = queued()
    for attempt in range(1, 5):
        mail.begin_attempt(NOW)
        put_off(mail, attempt, at_fault=False)
    assert (mail.failures, mail.next_attempt_at) == (0, NOW + timedelta(seconds=1))


def test_a_mail_is_given_up_after_a_day() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    put_off(mail, 1)
    assert not mail.begin_attempt(NOW + delivery_rules.PATIENCE + timedelta(seconds=1))
    assert (mail.status, mail.next_attempt_at, mail.error) == ("failed", None, "450 later")


def test_a_mail_whose_sending_never_ends_is_given_up_too() -> None:
    mail = queued()
    begun = [mail.begin_attempt(NOW) for _ in range(delivery_rules.MOST_RESENDS + 2)]
    assert begun == [True] * (delivery_rules.MOST_RESENDS + 1) + [False]
    assert (mail.status, mail.next_attempt_at) == ("failed", None)


def test_a_late_attempt_does_not_undo_what_a_later_one_found() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.begin_attempt(NOW + delivery_rules.LEASE)
    put_off(mail, 1, may_have_arrived=True)
    assert (mail.status, mail.resends) == ("sending", 1)
    mail.mark_sent(NOW, "250 kept")
    mail.mark_failed(NOW, "550 no such user")
    assert (mail.status, mail.error) == ("sent", None)


def test_a_mail_that_arrived_after_all_is_sent() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    put_off(mail, 1, may_have_arrived=True)
    mail.mark_sent(NOW, "250 kept")
    assert (mail.status, mail.next_attempt_at, mail.error) == ("sent", None, None)


def test_a_mail_remembers_what_came_of_its_last_attempts() -> None:
    mail = queued()
    for attempt in range(1, 30):
        mail.begin_attempt(NOW)
        put_off(mail, attempt, at_fault=False)
    mail.mark_sent(NOW, "250 kept")
    assert len(mail.history) == delivery_rules.REMEMBERED
    assert [mail.history[at]["outcome"] for at in (0, -1)] == ["postponed", "sent"]
