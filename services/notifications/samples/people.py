"""Samples of mails about accounts and portals."""

from services.notifications.contents.shape import Content
from services.notifications.rules import Template
from services.notifications.samples.shape import BROWSER, IP, NOON, Link

EMAIL = "priya@lakeside.test"


def samples(link: Link) -> dict[Template, Content]:
    """By template."""
    return {
        "invitation": {
            "name": "Priya Shah",
            "email": EMAIL,
            "company": "Evergreen Grounds",
            "expires_at": "2026-05-19T17:05:00Z",
            "url": link("invitations", "sample"),
        },
        "login_code": {
            "code": "30417295",
            "email": EMAIL,
            "lasts": 900.0,
            "url": link("login", "link", "sample"),
        },
        "portals": {
            "company": "Evergreen Grounds",
            "portals": [
                {"name": "Evergreen Austin", "url": link()},
                {"name": "Evergreen Dallas", "url": link("dallas")},
            ],
        },
        "password_reset": {"email": EMAIL, "lasts": 3600.0, "url": link("password", "sample")},
        "password_changed": {"changed_at": NOON, "url": link("password")},
        "new_sign_in": {"signed_in_at": NOON, "device": BROWSER, "ip": IP, "url": link("account")},
    }
