"""Copies of mails as they were sent, for the office to read."""

from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.notifications import mailer
from services.notifications.letters import Letter
from services.notifications.models import Mail, MailCopy


def keep(work: Work, mail: Mail, letter: Letter) -> None:
    """Keeps the letter, which holds no secret; of a mail that was sent twice, the latter."""
    mail.subject = letter.subject
    kept = {"headers": mailer.headers(letter), "text": letter.text, "html": letter.html}
    row = insert(MailCopy).values(mail_id=mail.id, company_id=mail.company_id, **kept)
    work.session.execute(row.on_conflict_do_update(index_elements=[MailCopy.mail_id], set_=kept))
