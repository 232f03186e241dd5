"""What the environment may say."""

import pytest

from services.notifications.settings import NotificationsSettings, smtp_server

UNSUBSCRIBING = "the key of the tests' unsubscribing"


def test_a_plain_server_needs_no_login() -> None:
    server = smtp_server("smtp://127.0.0.1:1025")
    assert (server.host, server.port, server.encryption, server.user) == ("127.0.0.1", 1025, "none", None)


def test_a_login_is_read_with_its_escapes() -> None:
    server = smtp_server("smtps://me%40example.com:p%2Fw@mail.example.com")
    assert (server.port, server.encryption, server.user) == (465, "tls", "me@example.com")
    assert server.password is not None and server.password.get_secret_value() == "p/w"


def test_starttls_has_its_own_port() -> None:
    server = smtp_server("smtp://me:pw@mail.example.com?starttls=yes")
    assert (server.port, server.encryption) == (587, "starttls")


@pytest.mark.parametrize(
    "url", ["http://mail.example.com", "smtp://", "smtp://h?starttls=maybe", "smtp://me:pw-in-clear@h"]
)
def test_what_is_no_sound_address_is_refused_without_repeating_it(url: str) -> None:
    said = {"smtp_url": url, "public_url": "https://portico.example", "unsubscribe_secret": UNSUBSCRIBING}
    with pytest.raises(ValueError, match="SMTP_URL") as refusal:
        NotificationsSettings.model_validate(said)
    assert "pw-in-clear" not in str(refusal.value)


def test_a_link_begins_with_the_public_address() -> None:
    said = {"smtp_url": "smtp://h", "public_url": "https://p.example/", "unsubscribe_secret": UNSUBSCRIBING}
    settings = NotificationsSettings.model_validate(said)
    assert settings.link("office", "requests", 7) == "https://p.example/office/requests/7"
