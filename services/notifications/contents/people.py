"""What mails about accounts and portals tell."""

from datetime import datetime

from services.chassis.work import Work
from services.contracts.identity.contacts import GetContactPortals, PortalsRequested
from services.contracts.identity.invitations import InvitationLinkView, PersonInvited
from services.contracts.identity.passwords import PasswordChanged, PasswordResetLinkView, PasswordResetRequested
from services.contracts.identity.portals import Brand
from services.contracts.identity.sessions import LoginCodeRequested, LoginCodeView
from services.notifications import formats
from services.notifications.contents.shape import OFFICE, Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def invitation(link: InvitationLinkView, _: datetime) -> Content:
    """What the welcome mail tells; it opens an account, so it is never kept."""
    return {
        "brand": link.brand.model_dump(),
        "name": link.name,
        "email": link.email,
        "company": link.company_name,
        "expires_at": formats.moment(link.expires_at, "UTC"),
        "url": notifications_settings().link(link.portal_slug or OFFICE, "invitations", link.token),
    }


def login_code(login: LoginCodeView, now: datetime) -> Content:
    """What the mail with a one-time code tells; it opens a portal, so it is never kept."""
    return {
        "brand": login.brand.model_dump(),
        "code": login.code,
        "email": login.email,
        "lasts": formats.duration(login.expires_at - now),
        "url": notifications_settings().link(login.portal_slug, "login", "link", login.token),
    }


def password_reset(link: PasswordResetLinkView, now: datetime) -> Content:
    """What the mail with a reset tells; it sets a password, so it is never kept."""
    return {
        "brand": link.brand.model_dump(),
        "email": link.email,
        "lasts": formats.duration(link.expires_at - now),
        "url": notifications_settings().link(link.portal_slug or OFFICE, "password", link.token),
    }


def _invitation(_: Work, event: PersonInvited) -> Content:
    """Which invitation; its link is minted when the mail is sent."""
    return {"invitation_id": str(event.invitation_id)}


def _login_code(_: Work, event: LoginCodeRequested) -> Content:
    """Which one; the code is minted when the mail is sent."""
    return {"login_code_id": str(event.login_code_id)}


def _password_reset(_: Work, event: PasswordResetRequested) -> Content:
    """Which one; its link is minted when the mail is sent."""
    return {"password_reset_id": str(event.password_reset_id)}


def _password_changed(_: Work, event: PasswordChanged) -> Content:
    return {
        "brand": event.brand.model_dump(),
        "changed_at": formats.moment(event.changed_at, "UTC"),
        "url": notifications_settings().link(event.portal_slug or OFFICE, "password"),
    }


def _portals(work: Work, event: PortalsRequested) -> Content:
    found = work.ask(GetContactPortals(contact_id=event.person_id))
    link = notifications_settings().link
    return {
        "brand": Brand(name=found.company_name, colour=found.portals[0].brand.colour).model_dump(),
        "company": found.company_name,
        "portals": [{"name": portal.brand.name, "url": link(portal.slug)} for portal in found.portals],
    }


CONTENTS: dict[Template, Contents] = {
    "invitation": _invitation,
    "login_code": _login_code,
    "portals": _portals,
    "password_reset": _password_reset,
    "password_changed": _password_changed,
}
