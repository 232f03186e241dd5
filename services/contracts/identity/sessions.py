"""Signing in by password, code or link, sessions, and who they belong to."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import SecretStr

from services.contracts.identity.people import Client, Email, PersonKind
from services.contracts.identity.portals import Brand
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.principals import Principal


class SessionView(View):
    """A session that just began; `token` is its secret and is told only once."""

    id: UUID
    token: str
    expires_at: datetime
    portal_slug: str | None
    """None for staff, whose door is the office."""


class SignIn(Command[SessionView]):
    """Signs a contact in to a portal."""

    remembered: ClassVar[bool] = False
    portal: str
    email: str
    password: SecretStr
    client: Client


class SignInStaff(Command[SessionView]):
    """`totp` is the code of the second factor, or one of its recovery codes, where the member has one."""

    remembered: ClassVar[bool] = False
    email: str
    password: SecretStr
    totp: SecretStr | None = None
    client: Client


class RequestLoginCode(Command[Nothing]):
    """Mails a link and a one-time code to whoever may enter the portal; it never tells whether there is anybody."""

    portal: str
    email: Email
    client: Client


class LoginCodeRequested(Event):
    """A contact is to get a one-time code. It is minted when the mail is sent."""

    login_code_id: UUID
    person_kind: PersonKind
    person_id: UUID


class NewSignIn(Event):
    """Somebody signed in by a browser that they had not used before; never announced of the first one."""

    person_kind: PersonKind
    person_id: UUID
    signed_in_at: datetime
    device: str
    """The browser and its system, such as `Firefox on Windows`; empty where it did not say."""
    ip: str
    portal_slug: str | None
    """None for staff, whose door is the office."""
    brand: Brand


class LoginCodeView(View):
    """What the mail with a one-time code says; `code` and `token` are secrets, either opens one session."""

    code: str
    token: str
    name: str
    email: str
    portal_slug: str
    brand: Brand
    expires_at: datetime


class MintLoginCode(Command[LoginCodeView]):
    """A fresh code and link of an open request, for the mail that carries them."""

    remembered: ClassVar[bool] = False
    login_code_id: UUID


class SignInWithCode(Command[SessionView]):
    """Signs in any contact who is not disabled, which counts as accepting an invitation."""

    remembered: ClassVar[bool] = False
    portal: str
    email: str
    code: SecretStr
    client: Client


class SignInWithLink(Command[SessionView]):
    """As with the code, by the link beside it."""

    remembered: ClassVar[bool] = False
    portal: str
    token: SecretStr
    client: Client


class SignOut(Command[Nothing]):
    """Ends the principal's current session."""

    by_viewer: ClassVar[bool] = True


class OwnSessionView(View):
    """A session of the principal's own; `portal_slug` is None at the office."""

    id: UUID
    portal_slug: str | None
    started_at: datetime
    expires_at: datetime
    ip: str
    user_agent: str
    current: bool


class ListSessions(Query[Page[OwnSessionView]]):
    """The principal's own, newest first."""

    cursor: str | None = None
    limit: Limit = 50


class EndSession(Command[Nothing]):
    """Ends one of the principal's own sessions."""

    session_id: UUID


class BeginViewing(Command[SessionView]):
    """A staff member's session in which a portal looks as it does to a contact, and nothing can be changed."""

    remembered: ClassVar[bool] = False
    contact_id: UUID
    portal: str
    client: Client


class SessionPrincipal(View):
    principal: Principal
    expires_at: datetime


class ResolveSession(Query[SessionPrincipal]):
    """Who a session token, or an API key, belongs to; not_found where it is unknown, ended or no longer allowed in."""

    token: SecretStr
