"""Mails that hold a secret: identity mints it when the mail is sent, and it is kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.chassis.work import Work
from services.contracts.identity.invitations import InvitationLinkView, MintInvitationLink
from services.contracts.identity.passwords import MintPasswordReset, PasswordResetLinkView
from services.contracts.identity.sessions import LoginCodeView, MintLoginCode
from services.contracts.messages import Ask
from services.notifications.contents import people
from services.notifications.contents.shape import Content

View = TypeVar("View", InvitationLinkView, LoginCodeView, PasswordResetLinkView)


HIDDEN = "(not kept)"
"""What stands in the copy of a mail for what it opened."""


@dataclass(frozen=True)
class Minted:
    """What the mail tells, and to whom; the content stays out of any log."""

    name: str
    email: str
    content: Content = field(repr=False)

    def without_secret(self) -> Content:
        """The content as it may be kept."""
        return self.content | {name: HIDDEN for name in ("url", "code") if name in self.content}


@dataclass(frozen=True)
class Secret(Generic[View]):
    """What one kind of mail opens: the field of its kept data that names it, and how it is minted and told."""

    subject: str
    order: Callable[[UUID], Ask[View]]
    content: Callable[[View, datetime], Content]

    def mint(self, work: Work, subject_id: UUID) -> Minted:
        """A fresh one; raises `not_found` where there is nothing to be opened any more."""
        view = work.ask(self.order(subject_id))
        return Minted(view.name, view.email, self.content(view, work.now))


SECRETS: dict[str, Secret[Any]] = {
    "invitation": Secret("invitation_id", lambda subject: MintInvitationLink(invitation_id=subject), people.invitation),
    "login_code": Secret("login_code_id", lambda subject: MintLoginCode(login_code_id=subject), people.login_code),
    "password_reset": Secret(
        "password_reset_id", lambda subject: MintPasswordReset(password_reset_id=subject), people.password_reset
    ),
}
"""By template."""


def mint(work: Work, template: str, kept: Content) -> Minted:
    """The secret content of a mail of this template."""
    secret = SECRETS[template]
    return secret.mint(work, UUID(kept[secret.subject]))
