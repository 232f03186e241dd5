"""What mails about accounts and portals tell."""

from datetime import datetime

from services.chassis.work import Work
from services.contracts.identity.contacts import GetContactPortals, PortalsRequested
from services.contracts.identity.invitations import InvitationLinkView, PersonInvited
from services.contracts.identity.passwords import PasswordChanged, PasswordResetLinkView, PasswordResetRequested
from services.contracts.identity.portals import Brand
from services.contracts.identity.sessions import LoginCodeRequested, LoginCodeView, NewSignIn
from services.notifications.contents.shape import OFFICE, Content, Contents, brand, plain
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def invitation(link: InvitationLinkView, _: datetime) -> Content:
    """What the welcome mail tells; it opens an account, so it is never kept."""
    return plain(
        {
            "brand": brand(link.brand, link.portal_slug),
            "time_zone": "UTC",
            "name": link.name,
            "email": link.email,
            "company": link.company_name,
            "expires_at": link.expires_at,
            "url": notifications_settings().link(link.portal_slug or OFFICE, "invitations", link.token),
        }
    )


def login_code(login: LoginCodeView, now: datetime) -> Content:
    """What the mail with a one-time code tells; it opens a portal, so it is never kept."""
    return plain(
        {
            "brand": brand(login.brand, login.portal_slug),
            "code": login.code,
            "email": login.email,
            "lasts": (login.expires_at - now).total_seconds(),
            "url": notifications_settings().link(login.portal_slug, "login", "link", login.token),
        }
    )


def password_reset(link: PasswordResetLinkView, now: datetime) -> Content:
    """What the mail with a reset tells; it sets a password, so it is never kept."""
    return plain(
        {
            "brand": brand(link.brand, link.portal_slug),
            "email": link.email,
            "lasts": (link.expires_at - now).total_seconds(),
            "url": notifications_settings().link(link.portal_slug or OFFICE, "password", link.token),
        }
    )


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
        "brand": brand(event.brand, event.portal_slug),
        "time_zone": "UTC",
        "changed_at": event.changed_at,
        "url": notifications_settings().link(event.portal_slug or OFFICE, "password"),
    }


def _new_sign_in(_: Work, event: NewSignIn) -> Content:
    return {
        "brand": brand(event.brand, event.portal_slug),
        "time_zone": "UTC",
        "signed_in_at": event.signed_in_at,
        "device": event.device,
        "ip": event.ip,
        "url": notifications_settings().link(event.portal_slug or OFFICE, "account"),
    }


def _portals(work: Work, event: PortalsRequested) -> Content:
    found = work.ask(GetContactPortals(contact_id=event.person_id))
    link = notifications_settings().link
    return {
        "brand": brand(Brand(name=found.company_name, colour=found.portals[0].brand.colour), None),
        "company": found.company_name,
        "portals": [{"name": portal.brand.name, "url": link(portal.slug)} for portal in found.portals],
    }


CONTENTS: dict[Template, Contents] = {
    "invitation": _invitation,
    "login_code": _login_code,
    "portals": _portals,
    "password_reset": _password_reset,
    "password_changed": _password_changed,
    "new_sign_in": _new_sign_in,
}
