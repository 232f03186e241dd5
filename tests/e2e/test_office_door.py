"""The staff's way in: a forgotten password, and a second factor."""

import re
import time
from base64 import b32decode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD, Visitor


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(time.time()).decode()  # noqa: S303  # what the apps know


def test_a_forgotten_password_is_set_anew_by_a_mailed_link(visit: Visit, office: Office) -> None:
    omar = visit(portal="office")
    omar.open("/login")
    omar.follow("Forgot your password?")
    omar.page.get_by_label("E-mail").fill("omar@evergreen.test")
    omar.press("Send the link")
    expect(omar.main()).to_contain_text("an e-mail with a link is on its way")
    found = re.search(r"/password/[\w-]+", office.mail("omar@evergreen.test", "/office/password/")["text"])
    assert found
    omar.open(found.group())
    omar.page.get_by_label("New password").fill(PASSWORD)
    omar.press("Save")
    expect(omar.main()).to_contain_text("Your new password is set.")
    omar.sign_in("omar@evergreen.test")

    omar.expected.add(410)
    omar.open(found.group())
    omar.page.get_by_label("New password").fill(PASSWORD)
    omar.press("Save")
    expect(omar.heading()).to_have_text("This link is no longer valid")


def test_a_company_asks_for_a_second_factor_and_signing_in_for_its_code(visit: Visit) -> None:
    admin = visit("admin@harbor.test", portal="office")
    _require_second_factor(admin, True)
    expect(admin.heading()).to_have_text("Second factor")
    admin.open("/customers")
    expect(admin.main()).to_contain_text("Your company asks every staff member for a second factor.")
    admin.press("Begin")
    assert (
        admin.page.get_by_alt_text("QR code").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    )
    assert admin.barriers() == []
    admin.page.get_by_label("Code").fill(app_code(admin.page.locator(".secret").inner_text()))
    admin.press("Turn it on")
    first, second, *_ = admin.page.locator(".codes .secret").all_inner_texts()
    assert admin.barriers() == []
    admin.follow("I have kept them")
    expect(admin.heading()).to_contain_text("Hello")
    admin.page.locator("details.account summary").click()
    admin.press("Sign out")

    admin.page.get_by_label("E-mail").fill("admin@harbor.test")
    admin.page.get_by_label("Password").fill(PASSWORD)
    admin.press("Sign in")
    expect(admin.heading()).to_have_text("Second step")
    assert admin.barriers() == []
    admin.page.get_by_label("Code").fill(first)
    admin.press("Sign in")
    expect(admin.heading()).to_contain_text("Hello")

    _require_second_factor(admin, False)
    admin.open("/account/second-factor/removal")
    admin.page.get_by_label("Code").fill(second)
    admin.press("Turn it off")
    expect(admin.main()).to_contain_text("Your second factor is off.")


def _require_second_factor(admin: Visitor, wanted: bool) -> None:
    admin.open("/company")
    admin.page.get_by_label("Every staff member needs a second factor").set_checked(wanted)
    admin.press("Save")
