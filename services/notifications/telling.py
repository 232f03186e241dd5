"""Tells the audit trail who had a mail sent again, or an address suppressed or lifted."""

from typing import Literal
from uuid import UUID

from services.chassis.work import Work
from services.contracts.identity.audit import Actor
from services.contracts.notifications.mails import MailsAffected


def announce(work: Work, action: Literal["mail.resent", "mail.suppressed", "mail.lifted"], of: UUID, to: str) -> None:
    """By whoever is calling, from where they call."""
    who, origin = work.principal, work.client
    work.announce(
        MailsAffected(
            company_id=work.company_id,
            action=action,
            subject_id=of,
            address=to,
            actor=Actor(kind="system" if who.kind == "guest" else who.kind, id=who.id, name=who.name),
            ip=origin.ip,
            user_agent=origin.user_agent,
        )
    )
