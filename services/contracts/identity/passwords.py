"""Setting a password anew."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import SecretStr

from services.contracts.identity.people import Client, Email, Password, PersonKind
from services.contracts.identity.portals import Brand
from services.contracts.messages import Command, Event, Nothing, View


class RequestPasswordReset(Command[Nothing]):
    """Mails a single-use link that sets a new password; `portal` is `office` for staff. It never tells whether
    there is anybody."""

    portal: str
    email: Email
    client: Client


class PasswordResetRequested(Event):
    """Somebody is to get a link that sets a new password. It is minted when the mail is sent."""

    password_reset_id: UUID
    person_kind: PersonKind
    person_id: UUID


class PasswordResetLinkView(View):
    """What the mail says; `token` is a secret that sets the account's password."""

    token: str
    name: str
    email: str
    portal_slug: str | None
    """None for staff, whose door is the office."""
    brand: Brand
    expires_at: datetime


class MintPasswordReset(Command[PasswordResetLinkView]):
    """A fresh single-use token of an open reset, for the mail that carries it."""

    remembered: ClassVar[bool] = False
    password_reset_id: UUID


class CompletePasswordReset(Command[Nothing]):
    """Sets the account's password and signs it out everywhere, at every company."""

    remembered: ClassVar[bool] = False
    token: SecretStr
    password: Password
    client: Client


class ChangePassword(Command[Nothing]):
    """Sets the principal's password, given the present one; every other session of the account ends."""

    remembered: ClassVar[bool] = False
    current_password: SecretStr
    password: Password
    client: Client


class PasswordChanged(Event):
    """Somebody's password was set anew; they are told, in case it was not them."""

    person_kind: PersonKind
    person_id: UUID
    changed_at: datetime
    portal_slug: str | None
    """Where they sign in and can ask for another one; None is the office."""
    brand: Brand
