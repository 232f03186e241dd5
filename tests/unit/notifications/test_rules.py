"""Which event is mailed, and when a mail is tried again."""

from services.notifications import audience_rules, rules, wish_rules
from services.notifications.service import Notifications
from tests.unit.notifications import job_samples as jobs
from tests.unit.notifications import samples

ESSENTIAL = {
    "invitation", "login_code", "portals", "password_reset", "password_changed", "new_sign_in", "payment_failed",
    "payment_refunded", "payment_reversed", "payment_disputed", "guessing_noticed", "mandate", "method_added",
    "webhook_disabled",
    "invoice_shared", "autopay_on", "autopay_off", "autopay_stopped", "autopay_upcoming", "autopay_declined",
    "autopay_withheld", "proposal_delivered", "proposal_signed_copy", "change_order_signed_copy", "proposal_withdrawn",
    "program_offered", "agreement_signed", "payment_requested", "payoff", "activities_digest",
}  # fmt: skip
"""What nobody can switch off; a digest goes only to those who chose it."""


def test_what_is_essential_is_said_here_and_everything_else_is_of_a_kind() -> None:
    assert {notice.template for notice in rules.NOTICES if notice.preference is None} == ESSENTIAL


def test_a_kind_is_either_customers_or_staffs_as_are_those_who_are_mailed_of_it() -> None:
    staff = {"sales_rep", "account_owner", "request_handler", "job_handlers", "quote_handlers"}
    for notice in rules.NOTICES:
        if notice.preference:
            assert (notice.preference in wish_rules.STAFF_KINDS) == (notice.audience in staff)


def test_every_kind_switches_some_mail() -> None:
    kinds = {kind for kinds in wish_rules.KINDS_OF.values() for kind in kinds}
    assert {notice.preference for notice in rules.NOTICES if notice.preference} == kinds


def test_each_event_has_its_notice() -> None:
    events = [samples.invited(), samples.paid(), samples.disputed(), samples.signed(), samples.requested()]
    templates = [[notice.template for notice in rules.notices_of(event)] for event in events]
    assert templates == [
        ["invitation"],
        ["receipt", "guest_paid"],
        ["payment_disputed"],
        ["proposal_signed"],
        ["request_created"],
    ]


def test_the_service_listens_to_every_event_that_is_mailed() -> None:
    heard = {getattr(each, "event_type", None) for each in vars(Notifications).values()} - {None}
    assert {notice.event for notice in rules.NOTICES} <= heard


def test_a_jobs_contact_is_told_of_what_others_did() -> None:
    assert audience_rules.tells_of_job(jobs.created(jobs.STAFF, "staff"))
    assert audience_rules.tells_of_job(jobs.changed("status"))
    assert audience_rules.tells_of_job(jobs.changed("work_undertaken"))


def test_nobody_is_told_of_what_they_did_or_what_makes_no_difference() -> None:
    assert not audience_rules.tells_of_job(jobs.created())
    assert not audience_rules.tells_of_job(jobs.changed("status", by=samples.PRIYA))
    assert not audience_rules.tells_of_job(jobs.changed())
    assert not audience_rules.tells_of_job(jobs.changed("status", contact_id=None))
