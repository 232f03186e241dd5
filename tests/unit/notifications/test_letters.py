"""What the mails look like."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from services.contracts.identity.contacts import ContactPortalsView, GetContactPortals
from services.contracts.identity.portals import BranchView, GetBranch, ListBranches
from services.contracts.messages import Event, Page
from services.notifications import colours, contents, letters, rules
from services.notifications.contents import people
from services.notifications.letters import Letter
from services.notifications.settings import notifications_settings
from tests.unit.notifications import activity_samples, request_samples, samples
from tests.unit.notifications import autopay_samples as autopay
from tests.unit.notifications import job_samples as jobs
from tests.unit.notifications import program_samples as programs
from tests.unit.notifications import proposal_samples as proposals
from tests.unit.notifications import reminder_samples as reminders


class Asked:
    """The little of a unit of work that a mail's content needs: identity's answers about branch and portals."""

    def ask(self, query: Any) -> BranchView | ContactPortalsView | Page[BranchView]:
        if isinstance(query, GetContactPortals):
            return samples.portals()
        if isinstance(query, ListBranches):
            return Page(items=[samples.branch()])
        assert isinstance(query, GetBranch)
        return samples.branch()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("PUBLIC_URL", "https://portico.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "the key of the tests' unsubscribing")
    notifications_settings.cache_clear()


def letter(template: rules.Template, event: Event) -> Letter:
    """The letter that the event makes, to Priya."""
    return written(template, kept(template, event))


def kept(template: rules.Template, event: Event) -> dict[str, Any]:
    """What the event's mail tells."""
    return minted(template) or contents.of(Asked(), template, event)  # type: ignore[arg-type]


def minted(template: rules.Template) -> dict[str, Any] | None:
    """What a mail tells whose secret is minted when it is sent."""
    match template:
        case "invitation":
            return people.invitation(samples.link(), samples.NOON)
        case "login_code":
            return people.login_code(samples.login(), samples.NOON)
        case "password_reset":
            return people.password_reset(samples.reset(), samples.NOON)
    return None


def written(template: str, data: dict[str, Any]) -> Letter:
    return letters.write(template, data, "Priya Shah", "priya@lakeside.test", "<1@portico.test>", samples.NOON)


EVERY: list[tuple[rules.Template, Event]] = [
    ("invitation", samples.invited()),
    ("login_code", samples.code_asked()),
    ("portals", samples.portals_asked()),
    ("password_reset", samples.reset_asked()),
    ("password_changed", samples.password_changed()),
    ("new_sign_in", samples.new_sign_in()),
    ("receipt", samples.paid()),
    ("payment_processing", samples.processing()),
    ("payment_failed", samples.failed()),
    ("payment_refunded", samples.refunded()),
    ("payment_reversed", samples.reversed_()),
    ("payment_disputed", samples.disputed()),
    ("guest_paid", samples.paid_by_guest()),
    ("guessing_noticed", samples.guessed()),
    ("webhook_disabled", samples.webhook_disabled()),
    ("mandate", samples.mandate()),
    ("autopay_on", autopay.authorized()),
    ("autopay_off", autopay.asked_to_end()),
    ("autopay_stopped", autopay.used_up()),
    ("autopay_upcoming", autopay.announced()),
    ("autopay_declined", autopay.declined()),
    ("autopay_withheld", autopay.withheld()),
    ("proposal_signed", samples.signed()),
    ("proposal_signed_copy", samples.sealed()),
    ("change_order_signed", samples.signed(kind="change_order")),
    ("change_order_signed_copy", samples.sealed("change_order")),
    ("proposal_delivered", proposals.delivered()),
    ("proposal_reminder", proposals.reminded()),
    ("proposal_declined", proposals.declined()),
    ("proposal_expired", proposals.expired()),
    ("proposal_withdrawn", proposals.withdrawn()),
    ("quote_created", proposals.quoted()),
    ("quote_finalized", proposals.finalized()),
    ("program_offered", programs.offered()),
    ("agreement_signed", programs.agreed()),
    ("payment_requested", programs.payment_requested(kind="one_time")),
    ("payoff", programs.payment_requested()),
    ("invoice_shared", reminders.shared()),
    ("invoice_due_soon", reminders.due_soon()),
    ("invoice_overdue", reminders.overdue()),
    ("method_added", reminders.method_added()),
    ("card_expiring", reminders.card_expiring()),
    ("request_created", samples.requested()),
    ("job_requested", jobs.created()),
    ("job_booked", jobs.created(jobs.STAFF, "staff")),
    ("job_changed", jobs.changed("status", "date_booked", "work_undertaken")),
    ("job_done", jobs.changed("status", status="completed")),
    ("visit_reminder", reminders.visit_upcoming()),
    ("request_commented", request_samples.commented("contact")),
    ("request_answered", request_samples.commented()),
    ("request_closed", request_samples.closed()),
    ("activities_digest", activity_samples.gathered()),
]


class Reader(HTMLParser):
    """Checks that tags nest, and keeps the text, the links and the headings."""

    VOID = frozenset({"meta", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.styled = 0
        self.seen: list[str] = []
        self.text = self.shown = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        said = dict(attrs)
        self.styled += "style" in said
        if tag == "a":
            self.links.append(said["href"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += data
        if "title" not in self.open:
            self.shown += " " + data


@pytest.mark.parametrize(("template", "event"), EVERY, ids=[template for template, _ in EVERY])
def test_every_mail_has_a_text_and_a_sound_page_with_the_same_links(template: rules.Template, event: Event) -> None:
    mail = letter(template, event)
    page = Reader(mail.html)
    assert page.links
    for address in page.links:
        assert address.startswith("https://portico.example/") and address in mail.text
    assert '<html lang="en"' in mail.html and page.seen.count("h1") == 1
    assert page.styled > 5 and page.seen.count("style") == 1
    assert "<" not in mail.text and "{" not in mail.text and "{" not in mail.subject
    assert "Priya Shah" in mail.text and "You get this mail because" in mail.text
    assert mail.sender_name == ("Evergreen Grounds" if template == "portals" else "Evergreen Austin")


@pytest.mark.parametrize(("template", "event"), EVERY, ids=[template for template, _ in EVERY])
def test_a_light_brand_colour_is_darkened_until_white_can_be_read_on_it(template: rules.Template, event: Event) -> None:
    _, by_day = letter(template, event).html.split("</style>")
    assert samples.BRAND.colour not in by_day
    assert colours.readable(samples.BRAND.colour) in by_day


def test_the_welcome_mail_names_the_user_and_carries_the_link() -> None:
    mail = letter("invitation", samples.invited())
    assert mail.subject == "Welcome to Evergreen Austin: set up your account"
    assert "https://portico.example/evergreen-austin/invitations/tok-secret-1" in mail.text
    assert "Your user name is your e-mail address: priya@lakeside.test" in mail.text
    assert "until May 10, 2026 at 5:05 PM UTC" in mail.text


def test_staff_are_welcomed_at_the_office() -> None:
    mail = written("invitation", people.invitation(samples.link(portal_slug=None), samples.NOON))
    assert "https://portico.example/office/invitations/tok-secret-1" in mail.text


def test_a_letter_does_not_tell_its_secret_to_a_log() -> None:
    assert "tok-secret" not in repr(letter("invitation", samples.invited()))
    assert "30417295" not in repr(letter("login_code", samples.code_asked()))


def test_the_code_is_the_only_thing_that_looks_like_one() -> None:
    mail = letter("login_code", samples.code_asked())
    assert re.findall(r"\d{6,}", mail.text) == ["30417295"]
    assert "30417295" in Reader(mail.html).text and "30417295" not in mail.subject
    assert "https://portico.example/evergreen-austin/login/link/tok-secret-word" in mail.text
    assert "once, within 15 minutes" in mail.text


def test_a_reset_leads_to_the_door_it_was_asked_at() -> None:
    mail = letter("password_reset", samples.reset_asked())
    assert "https://portico.example/evergreen-austin/password/tok-secret-reset" in mail.text
    assert "once, within 1 hour" in mail.text
    staff = written("password_reset", people.password_reset(samples.reset(portal_slug=None), samples.NOON))
    assert "https://portico.example/office/password/tok-secret-reset" in staff.text


def test_a_changed_password_is_told_with_the_way_to_another() -> None:
    mail = letter("password_changed", samples.password_changed())
    assert "May 3, 2026 at 5:05 PM UTC" in mail.text
    assert "https://portico.example/evergreen-austin/password" in mail.text


def test_all_portals_of_a_company_are_told() -> None:
    mail = letter("portals", samples.portals_asked())
    assert mail.subject == "Your portals at Evergreen Grounds"
    for slug, name in (("evergreen-austin", "Evergreen Austin"), ("evergreen-dallas", "Evergreen Dallas")):
        assert f"{name}:\nhttps://portico.example/{slug}\n" in mail.text


def test_a_receipt_tells_what_was_paid_and_the_fee() -> None:
    mail = letter("receipt", samples.paid())
    assert mail.subject == "Receipt PAY-2026-00007: $1,252.50 paid to Evergreen Austin"
    for told in ("Invoice INV-2026-00041: $1,000.00", "Convenience fee: $2.50", "Visa ending in 4242", "12:05 PM CDT"):
        assert told in mail.text
    assert f"https://portico.example/evergreen-austin/payments/{samples.PAYMENT}" in mail.text
    assert "https://portico.example/evergreen-austin/preferences" in mail.text


def test_a_receipt_without_a_fee_says_nothing_of_one() -> None:
    mail = letter("receipt", samples.paid(fee=0))
    assert "fee" not in mail.text.lower() and "fee" not in Reader(mail.html).text.lower()


def test_a_signature_is_told_with_its_total() -> None:
    mail = letter("proposal_signed", samples.signed())
    assert mail.subject == "Signed: contract PRO-2026-00003, Spring planting ($4,800.50)"
    assert f"https://portico.example/office/proposals/{samples.PROPOSAL}" in mail.text


def test_a_changed_proposal_says_that_it_was_changed() -> None:
    first, second = (letter("proposal_delivered", proposals.delivered(revision=each)) for each in (1, 2))
    assert first.subject == "Contract PRO-2026-00003 to sign: Spring planting"
    assert second.subject == "Changed: Contract PRO-2026-00003 to sign: Spring planting"
    assert "changed since you last saw it" in second.text and "changed" not in first.text
    assert "Valid until: June 1, 2026" in first.text


def test_what_was_declined_is_told_with_the_reason_as_it_was_typed() -> None:
    mail = letter("proposal_declined", proposals.declined("<b>No</b>"))
    assert "<b>No</b>" in mail.text and "b" not in Reader(mail.html).seen


def test_what_a_customer_typed_is_text_and_never_markup() -> None:
    mail = letter("request_created", samples.requested(title='<b>"Leak"</b>', description="<script>1</script>"))
    page = Reader(mail.html)
    assert "b" not in page.seen and "script" not in page.seen
    assert "<script>1</script>" in mail.text and "<script>1</script>" in page.text
    assert '<b>"Leak"</b>' in mail.subject


def test_headers_are_one_line_whatever_somebody_typed() -> None:
    data = people.invitation(
        samples.link(brand=samples.BRAND.model_copy(update={"name": "Ever\r\nBcc: x"})), samples.NOON
    )
    mail = letters.write("invitation", data, "Priya\nShah", "priya@lakeside.test", "<1@x>", samples.NOON)
    for told in (mail.subject, mail.sender_name, mail.recipient_name):
        assert "\n" not in told and "\r" not in told


def test_the_mails_of_a_payment_say_what_has_become_of_it() -> None:
    said: list[tuple[rules.Template, Event, list[str]]] = [
        ("payment_processing", samples.processing(), ["few business days", "cannot be paid again", "$1,252.50"]),
        ("payment_failed", samples.failed(), ["did not go through", "insufficient funds", "No money was taken"]),
        ("payment_refunded", samples.refunded(), ["$50.10", "convenience fee: $0.10", "by the way that it came"]),
        ("payment_reversed", samples.reversed_(), ["has taken back $1,252.50", "is due again"]),
        ("payment_disputed", samples.disputed(), ["holds the money", "May 23, 2026", "/office/payments/"]),
        ("payment_disputed", samples.disputed("succeeded"), ["holds no money yet"]),
        (
            "guest_paid",
            samples.paid_by_guest(),
            ["somebody who did not sign in", "accounts@tallyhouse.test", "/payments/"],
        ),
    ]
    for template, event, sentences in said:
        mail = letter(template, event)
        for sentence in sentences:
            assert sentence in mail.text, f"{template}: {sentence}"
        assert "PAY-2026-00007" in mail.text


def test_the_copy_of_a_mandate_has_its_words_and_when_and_from_where_it_was_given() -> None:
    mail = letter("mandate", samples.mandate())
    for told in (
        "I authorize Evergreen Grounds to debit it.",
        "Stripe Test Bank ending in 6789",
        "203.0.113.9",
        "Firefox",
    ):
        assert told in mail.text and told in Reader(mail.html).text
    assert "/payment-methods" in mail.text


def test_a_guest_is_shown_no_page_that_asks_them_to_sign_in() -> None:
    for template, event in (("receipt", samples.paid()), ("payment_processing", samples.processing())):
        guests = event.model_copy(update={"payer_id": None, "payer_email": "accounts@lakeside.test"})
        mail = letter(template, guests)  # type: ignore[arg-type]
        assert "https://" not in mail.text and not Reader(mail.html).links


def test_the_mail_about_guessing_says_what_the_page_asks_for_now() -> None:
    mail = letter("guessing_noticed", samples.guessed())
    for sentence in ("Wrong look-ups: 40", "Opened, not paid: 3", "amount of an invoice that is due"):
        assert sentence in mail.text


def test_a_mail_of_a_job_says_what_is_new_of_it() -> None:
    booked = letter("job_changed", jobs.changed("status", "date_booked"))
    assert booked.subject == "Your job JOB-2026-00007 at Clubhouse is booked: May 12, 2026"
    assert "Replaced the bearing." not in booked.text
    done = letter("job_changed", jobs.changed("status", "work_undertaken", status="in_progress"))
    assert "in progress" in done.subject
    assert "Replaced the bearing." in done.text


def test_a_mail_of_a_job_tells_nothing_that_the_customer_does_not_see() -> None:
    hidden: dict[str, Any] = {
        "attachments": [jobs.attachment("calculation.pdf", visible=False)],
        "time_entries": [jobs.time_entry("slow to pay")],
    }
    mails: list[tuple[rules.Template, Event]] = [
        ("job_changed", jobs.changed("status", "date_booked", "work_undertaken", **hidden)),
        ("job_booked", jobs.created(jobs.STAFF, "staff", **hidden)),
    ]
    for template, event in mails:
        mail = letter(template, event)
        for secret in ("calculation.pdf", "slow to pay"):
            assert secret not in mail.subject + mail.text + mail.html
