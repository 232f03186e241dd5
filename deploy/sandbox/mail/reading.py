"""Reads a mail as it came over the wire."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from functools import lru_cache

# The library parses a header each time that it looks at it, a part's type a dozen times.
_READING = policy.default.clone(header_factory=lru_cache(maxsize=100)(policy.default.header_factory))


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """What a mail says; `text` and `html` are empty where it has no such part."""

    sender: str
    subject: str
    message_id: str
    text: str
    html: str
    attachments: list[Attachment]


def read(raw: bytes) -> Mail:
    """Takes a mail apart; one that breaks the rules is still read as far as it goes."""
    message = message_from_bytes(raw, policy=_READING)
    return Mail(
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[_attachment(part, at) for at, part in enumerate(message.iter_attachments(), 1)],
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return _decoded(part) if part else ""


def _decoded(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:
        return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _attachment(part: EmailMessage, at: int) -> Attachment:
    content = part.get_payload(decode=True)
    body = content if isinstance(content, bytes) else part.as_bytes()
    return Attachment(part.get_filename() or f"attachment-{at}", part.get_content_type(), body)
