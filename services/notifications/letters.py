"""Writes a mail from its template and data: a subject, a plain text and an HTML body with its styles inlined."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications import rules

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent. Its bodies may hold a secret link, so they are kept out of any log."""

    sender_name: str
    recipient_name: str
    recipient: str
    message_id: str
    date: datetime
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def write(
    template: str, data: Mapping[str, Any], recipient_name: str, recipient: str, message_id: str, date: datetime
) -> Letter:
    """Renders `templates/<template>/`; the same arguments always give the same letter."""
    told = {**data, "recipient_name": recipient_name, "accent": rules.readable(data["brand"]["colour"])}
    subject = _line(_render(template, "subject.txt", told))
    html = _render(template, "body.html", {**told, "subject": subject})
    return Letter(
        sender_name=_line(data["brand"]["name"]),
        recipient_name=_line(recipient_name),
        recipient=recipient,
        message_id=message_id,
        date=date,
        subject=subject,
        text=_render(template, "body.txt", told),
        html=_inliner().inline(html),
    )


def _line(text: str) -> str:
    """A header's text is one line, whatever somebody typed."""
    return " ".join(text.split())


def _render(template: str, part: str, data: Mapping[str, Any]) -> str:
    return _environment().get_template(f"{template}/{part}").render(data)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)
