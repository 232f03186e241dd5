"""Hands letters to the SMTP server, and says what its refusals mean for the mail."""

from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from email_validator import validate_email

from services.notifications import connections, delivery_rules
from services.notifications.connections import Broken, Envelope, Refused
from services.notifications.delivery_rules import Meaning
from services.notifications.letters import Letter
from services.notifications.settings import notifications_settings


class NotSent(Exception):
    """The letter was not accepted, or nobody knows.

    `meaning` says what is to be done about it. `may_have_arrived`: the connection broke after the letter was
    handed over and before the server said what became of it.
    """

    def __init__(self, reason: str, meaning: Meaning = "later", *, may_have_arrived: bool = False) -> None:
        super().__init__(reason)
        self.meaning = meaning
        self.may_have_arrived = may_have_arrived


def send(letter: Letter) -> str:
    """What the server said when it took responsibility for the letter; raises NotSent where it has not."""
    settings = notifications_settings()
    letter = replace(letter, recipient=_on_the_wire(letter.recipient))
    message = _message(letter, settings.mail_from)
    international = not (settings.mail_from + letter.recipient).isascii()
    envelope = Envelope(
        sender=settings.mail_from,
        recipient=letter.recipient,
        content=message.as_bytes(policy=SMTPUTF8 if international else SMTP),
        international=international,
    )
    try:
        return connections.pool(settings.smtp_server()).hand_over(envelope)
    except Refused as refusal:
        raise NotSent(str(refusal), delivery_rules.meaning(refusal.stage, refusal.code, refusal.said)) from refusal
    except Broken as broken:
        # The line to the server broke: the same would become of any other mail.
        raise NotSent(str(broken), "server", may_have_arrived=broken.handed_over) from broken


def _on_the_wire(address: str) -> str:
    """With a domain beyond ASCII as the network writes it, which every mail server takes."""
    if address.isascii():
        return address
    return validate_email(address, check_deliverability=False, test_environment=True).ascii_email or address


def headers(letter: Letter) -> dict[str, str]:
    """What the letter's mail says above its body."""
    return {name: str(value) for name, value in _head(letter, notifications_settings().mail_from).items()}


def _message(letter: Letter, mail_from: str) -> EmailMessage:
    message = _head(letter, mail_from)
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for each in letter.attachments:
        maintype, _, subtype = each.content_type.partition("/")
        message.add_attachment(each.content, maintype=maintype, subtype=subtype, filename=each.name)
    return message


def _head(letter: Letter, mail_from: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(letter.sender_name, addr_spec=mail_from)
    message["To"] = Address(letter.recipient_name, addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = letter.date
    message["Message-ID"] = letter.message_id
    # Answers to nobody: out-of-office mails and the like.
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        # RFC 8058: the reader's mail program unsubscribes by itself when they press its button.
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message
