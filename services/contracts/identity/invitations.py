"""Invitations: how a contact or staff member opens their account."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from services.contracts.identity.people import Client, Password, PersonKind
from services.contracts.identity.portals import Brand
from services.contracts.identity.sessions import SessionView
from services.contracts.messages import Command, Event, View


class InvitationView(View):
    id: UUID
    status: Literal["invited"] = "invited"
    expires_at: datetime


class InviteContact(Command[InvitationView]):
    """Invites a contact, or again; an earlier link stays good until one of them is used."""

    contact_id: UUID


class InvitationOutcome(View):
    """What became of one contact's invitation among many; `problem` is a sentence where it was refused."""

    contact_id: UUID
    invitation: InvitationView | None = None
    problem: str | None = None


class InvitationsView(View):
    items: list[InvitationOutcome]


class InviteContacts(Command[InvitationsView]):
    """Invites many at once; who cannot be invited is named, and the others are."""

    contact_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class InviteStaffMember(Command[InvitationView]):
    """Invites a staff member again; refused as a conflict where they have accepted one."""

    staff_id: UUID


class PersonInvited(Event):
    """A contact or staff member is to get the welcome mail. The link is minted when the mail is sent."""

    invitation_id: UUID
    person_kind: PersonKind
    person_id: UUID


class InvitationLinkView(View):
    """What the welcome mail says; `token` is a secret that opens the account."""

    token: str
    name: str
    email: str
    company_name: str
    portal_slug: str | None
    """None for staff, whose door is the office."""
    brand: Brand
    expires_at: datetime


class MintInvitationLink(Command[InvitationLinkView]):
    """A fresh single-use token of an open invitation, for the mail that carries it."""

    remembered: ClassVar[bool] = False
    invitation_id: UUID


class AcceptInvitation(Command[SessionView]):
    """Sets the password of an account that has none, and signs in."""

    remembered: ClassVar[bool] = False
    token: SecretStr
    password: Password
    client: Client
