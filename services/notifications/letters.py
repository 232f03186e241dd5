"""Writes a mail from its template and data: a subject, a plain text and an HTML body with its styles inlined.

Each folder of `templates/` has a subject and one body. The body is written down twice: by the marks of `html.jinja`
within `layout.html`, and by those of `text.jinja` within `layout.txt`, so that both tell the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.contracts.principals import Language
from services.notifications import catalogues, colours, wording

TEMPLATES = Path(__file__).parent / "templates"

NOT_SHOWN = "#not-shown"
"""What stands in a copy for the address to unsubscribe."""

Medium = Literal["html", "text"]
_LAYOUTS: dict[Medium, str] = {"html": "layout.html", "text": "layout.txt"}


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


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
    unsubscribe_url: str | None = field(default=None, repr=False)
    attachments: tuple[Attachment, ...] = ()
    """Where its recipient switches mails of its kind off; None for what is essential."""

    def without_unsubscribing(self) -> "Letter":
        """As it may be shown to others, who are not to unsubscribe in its recipient's place."""
        if self.unsubscribe_url is None:
            return self
        text, html = (each.replace(self.unsubscribe_url, NOT_SHOWN) for each in (self.text, self.html))
        return replace(self, text=text, html=html, unsubscribe_url=None)


def write(
    template: str,
    data: Mapping[str, Any],
    recipient_name: str,
    recipient: str,
    message_id: str,
    date: datetime,
    language: Language = "en",
) -> Letter:
    """Renders `templates/<template>/`; the same arguments always give the same letter."""
    told = {"preferences_url": None, "unsubscribe_url": None, **data, "recipient_name": recipient_name}
    subject = _line(_render(template, "subject.txt", "text", language, told))
    return Letter(
        sender_name=_line(data["brand"]["name"]),
        recipient_name=_line(recipient_name),
        recipient=recipient,
        message_id=message_id,
        date=date,
        subject=subject,
        text=_plain(_render(template, "body.jinja", "text", language, told)),
        html=_page(template, language, {**told, "subject": subject}),
        unsubscribe_url=told["unsubscribe_url"],
    )


def _page(template: str, language: Language, told: Mapping[str, Any]) -> str:
    colour = told["brand"]["colour"]
    shades = {"accent": colours.readable(colour), "accent_at_night": colours.readable_at_night(colour)}
    return _inliner().inline(_render(template, "body.jinja", "html", language, {**told, **shades}))


def _plain(text: str) -> str:
    """Without the empty lines that whatever is left out leaves behind."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _line(text: str) -> str:
    """A header's text is one line, whatever somebody typed."""
    return " ".join(text.split())


def _render(template: str, part: str, medium: Medium, language: Language, told: Mapping[str, Any]) -> str:
    environment = _environment(medium, language)
    return environment.get_template(f"{template}/{part}").render(told, layout=_LAYOUTS[medium])


@cache
def _environment(medium: Medium, language: Language) -> Environment:
    """With the marks of the medium, and words, filters and catalogue of the language."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=medium == "html",  # noqa: S701 - in plain text there is nothing to escape
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(catalogues.of(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(wording.filters(language))
    environment.globals["language"] = language
    for marks in (f"{medium}.jinja", "words.jinja"):
        module = environment.get_template(marks).module
        environment.globals.update({name: getattr(module, name) for name in vars(module) if name[0] != "_"})
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
