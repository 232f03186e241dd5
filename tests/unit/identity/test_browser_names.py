"""What browsers are called."""

import pytest

from services.identity import browser_names

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("user_agent", "called"),
    [
        (f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/18.0 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
        ("python-httpx/0.28", browser_names.OTHER),
        ("", browser_names.OTHER),
    ],
)
def test_a_browser_is_called_as_its_owner_knows_it(user_agent: str, called: str) -> None:
    assert browser_names.name(user_agent) == called


def test_an_update_is_the_same_browser() -> None:
    assert browser_names.name(f"{WINDOWS} Firefox/140.0") == browser_names.name(f"{WINDOWS} Firefox/141.0")
