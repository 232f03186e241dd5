"""A mail's states."""

from datetime import UTC, datetime, timedelta

from services.notifications import rules
from services.notifications.models import Mail

NOW = datetime(2026, 5, 3, tzinfo=UTC)


def queued() -> Mail:
    return Mail(status="queued", next_attempt_at=NOW, attempts=0, resends=0, sent_at=None, error=None)


def test_an_attempt_leases_the_mail() -> None:
    mail = queued()
    assert mail.begin_attempt(NOW)
    assert (mail.status, mail.attempts, mail.resends) == ("sending", 1, 0)
    assert not mail.is_due(NOW + rules.LEASE - timedelta(seconds=1))
    assert mail.is_due(NOW + rules.LEASE)


def test_an_attempt_after_one_that_never_ended_is_a_resend() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.begin_attempt(NOW + rules.LEASE)
    assert (mail.attempts, mail.resends) == (2, 1)


def test_a_mail_that_may_have_arrived_counts_its_next_attempt_as_a_resend() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.postpone(NOW, 1, "the connection broke", may_have_arrived=True)
    mail.begin_attempt(NOW + timedelta(hours=1))
    assert (mail.attempts, mail.resends) == (2, 1)


def test_a_refused_mail_waits_and_is_not_a_resend() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.postpone(NOW, 1, "450 later", may_have_arrived=False)
    assert (mail.status, mail.resends, mail.next_attempt_at) == ("queued", 0, NOW + rules.BACK_OFF[0])


def test_the_last_attempt_in_vain_is_the_end() -> None:
    mail = queued()
    mail.attempts = rules.MAX_ATTEMPTS - 1
    mail.begin_attempt(NOW)
    mail.postpone(NOW, rules.MAX_ATTEMPTS, "450 later", may_have_arrived=False)
    assert (mail.status, mail.next_attempt_at, mail.error) == ("failed", None, "450 later")


def test_a_last_attempt_that_never_ended_is_the_end_too() -> None:
    mail = queued()
    mail.attempts, mail.status = rules.MAX_ATTEMPTS, "sending"
    assert not mail.begin_attempt(NOW)
    assert (mail.status, mail.next_attempt_at) == ("failed", None)


def test_a_late_attempt_does_not_undo_what_a_later_one_found() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.begin_attempt(NOW + rules.LEASE)
    mail.postpone(NOW, 1, "too late", may_have_arrived=True)
    assert (mail.status, mail.resends) == ("sending", 1)
    mail.mark_sent(NOW)
    mail.mark_failed("550 no such user")
    assert (mail.status, mail.error) == ("sent", None)


def test_a_mail_that_arrived_after_all_is_sent() -> None:
    mail = queued()
    mail.begin_attempt(NOW)
    mail.postpone(NOW, 1, "the connection broke", may_have_arrived=True)
    mail.mark_sent(NOW)
    assert (mail.status, mail.next_attempt_at, mail.error) == ("sent", None, None)
