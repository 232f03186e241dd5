"""Copies of mails as they were sent, for the office to read."""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.notifications import mailer
from services.notifications.letters import Letter
from services.notifications.models import Mail, MailCopy

_ROW = insert(cast(Table, MailCopy.__table__))
_KEEP = _ROW.on_conflict_do_update(
    index_elements=["mail_id"], set_={name: _ROW.excluded[name] for name in ("headers", "text", "html")}
)


def keep(work: Work, mail: Mail, letter: Letter) -> None:
    """Keeps the letter, which holds no secret; of a mail that was sent twice, the latter."""
    mail.subject = letter.subject
    kept = {"headers": mailer.headers(letter), "text": letter.text, "html": letter.html}
    work.session.execute(_KEEP, {"mail_id": mail.id, "company_id": mail.company_id, **kept})
