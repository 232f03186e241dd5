"""The mail inbox under a real SMTP client."""

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from deploy.local.ports import free_port
from tests.sandbox.servers import Server, http


@dataclass
class Inbox:
    """The inbox's process and its two doors."""

    server: Server
    smtp_port: int

    def send(self, to: str = "priya@lakeside.test", **more: Any) -> None:
        """Sends a small mail."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as smtp:
            smtp.send_message(mail(to, **more))

    def messages(self, **query: Any) -> list[dict[str, Any]]:
        """The list that outside checks read."""
        answer = http.get(f"{self.server.url}/api/messages", params=query).raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def fault(self, kind: str, **rule: Any) -> None:
        """Makes something go wrong."""
        address = f"{self.server.url}/api/faults"
        http.post(address, json={"kind": kind, **rule}).raise_for_status()


def mail(to: str, subject: str = "Your receipt", html: str | None = None, file: str | None = None) -> EmailMessage:
    """A mail with a text part, and more where it is asked for."""
    message = EmailMessage()
    message["From"] = "Evergreen Grounds <portal@evergreen.test>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<payment-7@portico.test>"
    message.set_content("Dear Priya,\n\nyour code is 123456. Grüße\n")
    if html:
        message.add_alternative(html, subtype="html")
    if file:
        message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename=file)
    return message


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    """One inbox for the module."""
    web, smtp = free_port(), free_port()
    state = tmp_path_factory.mktemp("mail") / "mail.sqlite3"
    environment = {"MAIL_WEB_PORT": str(web), "MAIL_SMTP_PORT": str(smtp), "MAIL_STATE": str(state)}
    server = Server("deploy.sandbox.mail", web, environment, "/api/messages")
    server.start()
    yield Inbox(server, smtp)
    server.stop()


@pytest.fixture
def inbox(started: Inbox) -> Inbox:
    """The inbox, empty and without faults."""
    for what in ("messages", "faults"):
        http.delete(f"{started.server.url}/api/{what}").raise_for_status()
    return started


def test_a_mail_is_listed_with_all_its_parts(inbox: Inbox) -> None:
    inbox.send(html="<p>Dear Priya</p>", file="Receipt ü.pdf")
    (found,) = inbox.messages()
    assert found["to"] == "priya@lakeside.test"
    assert found["from"] == "Evergreen Grounds <portal@evergreen.test>"
    assert (found["subject"], found["message_id"]) == ("Your receipt", "<payment-7@portico.test>")
    assert "your code is 123456. Grüße" in found["text"]
    assert found["html"].strip() == "<p>Dear Priya</p>"
    assert found["attachments"] == ["Receipt ü.pdf"]
    assert found["received_at"].endswith("Z")
    one = http.get(f"{inbox.server.url}/api/messages/{found['id']}").json()
    assert one == found
    file = http.get(f"{inbox.server.url}/messages/{found['id']}/attachments/0")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")


def test_the_newest_comes_first_and_pages_follow(inbox: Inbox) -> None:
    for number in range(5):
        inbox.send(subject=f"Mail {number}")
    first = inbox.messages(limit=2)
    assert [found["subject"] for found in first] == ["Mail 4", "Mail 3"]
    rest = inbox.messages(before=first[-1]["id"])
    assert [found["subject"] for found in rest] == ["Mail 2", "Mail 1", "Mail 0"]


def test_mails_are_found_by_any_of_their_addresses(inbox: Inbox) -> None:
    inbox.send("ben@lakeside.test, Omar@evergreen.test")
    inbox.send("priya@lakeside.test")
    (found,) = inbox.messages(to="omar@evergreen.test")
    assert found["to"] == "ben@lakeside.test, Omar@evergreen.test"
    assert inbox.messages(to="nobody@lakeside.test") == []


def test_what_was_taken_survives_kill_9(inbox: Inbox) -> None:
    inbox.send()
    before = inbox.messages()
    inbox.server.kill()
    inbox.server.start()
    assert inbox.messages() == before


def test_many_senders_at_once_lose_nothing(inbox: Inbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: inbox.send(subject=str(number)), range(60)))
    assert {found["subject"] for found in inbox.messages()} == {str(number) for number in range(60)}


def test_a_refused_mail_is_not_kept_and_may_come_again(inbox: Inbox) -> None:
    inbox.fault("refuse", count=1)
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        inbox.send()
    assert refused.value.smtp_code == 421
    inbox.send()
    assert len(inbox.messages()) == 1


def test_a_rejected_recipient_is_refused_for_good(inbox: Inbox) -> None:
    inbox.fault("reject_recipient", address="gone@lakeside.test")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        inbox.send("gone@lakeside.test")
    inbox.send("priya@lakeside.test")
    assert [found["to"] for found in inbox.messages()] == ["priya@lakeside.test"]


def test_a_connection_dropped_after_the_data_has_kept_the_mail(inbox: Inbox) -> None:
    inbox.fault("drop_after_data", count=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        inbox.send()
    inbox.send()
    assert [found["message_id"] for found in inbox.messages()] == ["<payment-7@portico.test>"] * 2


def test_a_hanging_server_runs_into_the_senders_time_out(inbox: Inbox) -> None:
    inbox.fault("hang", count=1)
    with (
        pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"),
        smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=0.5) as smtp,
    ):
        smtp.send_message(mail("priya@lakeside.test"))
    assert inbox.messages() == []


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_connection_dropped_before_the_mail_is_taken_has_kept_nothing(inbox: Inbox, stage: str) -> None:
    inbox.fault("drop", stage=stage, count=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        inbox.send()
    assert inbox.messages() == []


def test_a_recipient_may_be_refused_for_now(inbox: Inbox) -> None:
    inbox.fault("reject_recipient", reply="450 4.2.1 Come back later", count=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        inbox.send()
    assert [code for code, _ in refused.value.recipients.values()] == [450]


def test_the_record_tells_what_came_for_whom_oldest_first(inbox: Inbox) -> None:
    inbox.fault("slow", ms=10)
    for to in ("priya@lakeside.test", "chen@lakeside.test"):
        inbox.send(to)
    record = http.get(f"{inbox.server.url}/api/record").raise_for_status().json()
    assert [each["to"] for each in record] == ["priya@lakeside.test", "chen@lakeside.test"]
    assert {each["message_id"] for each in record} == {"<payment-7@portico.test>"}


def test_chances_follow_their_seed(inbox: Inbox) -> None:
    def outcomes() -> list[bool]:
        http.delete(f"{inbox.server.url}/api/faults")
        inbox.fault("reject_recipient", probability=0.5, seed=3)
        found = []
        for _ in range(16):
            try:
                inbox.send()
                found.append(True)
            except smtplib.SMTPRecipientsRefused:
                found.append(False)
        return found

    first = outcomes()
    assert first == outcomes()
    assert set(first) == {True, False}


def test_a_mail_opened_by_itself_is_cut_off_from_the_inbox(inbox: Inbox) -> None:
    inbox.send(html="<p>Dear Priya</p>")
    address = f"{inbox.server.url}/messages/{inbox.messages()[0]['id']}/html"
    policy = http.get(address).headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy


def test_nonsense_is_refused(inbox: Inbox) -> None:
    assert http.get(f"{inbox.server.url}/api/messages?before=x").status_code == 422
    assert http.get(f"{inbox.server.url}/api/messages/99999").status_code == 404
    assert http.post(f"{inbox.server.url}/api/faults", json={"kind": "fire"}).status_code == 422


@pytest.mark.parametrize("width", [1280, 390])
def test_a_person_reads_a_mail(inbox: Inbox, browser: Browser, width: int) -> None:
    script = "<script>document.title = 'taken over'</script>"
    inbox.send(html=f"<h1>Receipt</h1><p>Thank you</p>{script}", file="receipt.pdf")
    with browser.new_page(viewport={"width": width, "height": 800}) as page:
        page.goto(inbox.server.url)
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("link", name="Your receipt").click()
        expect(page.frame_locator("iframe").get_by_role("heading", name="Receipt")).to_be_visible()
        expect(page.get_by_role("link", name="receipt.pdf")).to_be_visible()
        assert page.title().startswith("Your receipt")
        assert Axe().run(page, context="article").response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
