"""Which event is mailed, when a mail is tried again, and which colours stay readable."""

from hypothesis import given
from hypothesis import strategies as st

from services.notifications import rules
from services.notifications.service import Notifications
from tests.unit.notifications import job_samples as jobs
from tests.unit.notifications import samples


def test_only_receipts_are_optional() -> None:
    optional = [notice.template for notice in rules.NOTICES if notice.preference]
    assert optional == ["receipt"]


def test_each_event_has_its_notice() -> None:
    events = [samples.invited(), samples.paid(), samples.disputed(), samples.signed(), samples.requested()]
    templates = [[notice.template for notice in rules.notices_of(event)] for event in events]
    assert templates == [
        ["invitation"],
        ["receipt", "guest_paid"],
        ["payment_disputed"],
        ["proposal_signed", "proposal_signed_copy"],
        ["request_created"],
    ]


def test_the_service_listens_to_every_event_that_is_mailed() -> None:
    heard = {getattr(each, "event_type", None) for each in vars(Notifications).values()} - {None}
    assert heard == {notice.event for notice in rules.NOTICES}


def test_a_readable_colour_stays_as_it_is() -> None:
    assert rules.readable("#1f6f4a") == "#1f6f4a"


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_white_can_be_read_on_every_brand_colour(number: int) -> None:
    shade = rules.readable(f"#{number:06x}")
    channels = tuple(int(shade[at : at + 2], 16) for at in (1, 3, 5))
    assert rules.contrast_with_white(channels) >= rules.READABLE_CONTRAST


def test_contrast_is_measured_as_wcag_does() -> None:
    assert rules.contrast_with_white((255, 255, 255)) == 1
    assert rules.contrast_with_white((0, 0, 0)) == 21
    assert round(rules.contrast_with_white((118, 118, 118)), 2) == 4.54


def test_a_jobs_contact_is_told_of_what_others_did() -> None:
    assert rules.tells_of_job(jobs.created(jobs.STAFF, "staff"))
    assert rules.tells_of_job(jobs.changed("status"))
    assert rules.tells_of_job(jobs.changed("work_undertaken"))


def test_nobody_is_told_of_what_they_did_or_what_makes_no_difference() -> None:
    assert not rules.tells_of_job(jobs.created())
    assert not rules.tells_of_job(jobs.changed("status", by=samples.PRIYA))
    assert not rules.tells_of_job(jobs.changed())
    assert not rules.tells_of_job(jobs.changed("status", contact_id=None))
