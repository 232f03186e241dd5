"""A portal's page on an origin of its own, and somebody who pays on it in a real browser."""

from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import FrameLocator, Page, expect

PORTAL = Path(__file__).parent / "portal"
# A frame is a part of a page: rules about whole pages (landmarks, headings) do not apply to it.
WCAG = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


class PortalHandler(SimpleHTTPRequestHandler):
    """Serves the portal's page with the policy that Portico's pages have."""

    def __init__(self, *args: Any, sandbox: str, **more: Any) -> None:
        self.sandbox = sandbox
        super().__init__(*args, directory=str(PORTAL), **more)

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            return self.end_headers()
        if not self.path.startswith("/pay"):
            return super().do_GET()
        body = (PORTAL / "index.html").read_text().replace("SANDBOX", self.sandbox).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def end_headers(self) -> None:
        source = self.sandbox
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'self'; script-src 'self' {source}; frame-src {source}; connect-src 'self' {source}; "
            "style-src 'self'; object-src 'none'; base-uri 'none'",
        )
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@dataclass
class Payer:
    """Somebody at the portal's page; `complaints` are what the browser's console says."""

    page: Page
    portal: str
    account: str
    key: str
    complaints: list[str] = field(default_factory=list)

    def open(self, client_secret: str | None, **more: str) -> None:
        """Opens the page for an intent and waits for the fields."""
        asked = {"client_secret": client_secret, "key": self.key, "account": self.account, **more}
        self.page.goto(f"{self.portal}/pay?{urlencode(asked)}")
        self.sees("ready")

    @property
    def fields(self) -> FrameLocator:
        """Inside the provider's frame."""
        return self.page.frame_locator("#card iframe")

    @property
    def challenge(self) -> FrameLocator:
        """Inside the bank's frame."""
        return self.page.frame_locator("dialog iframe")

    def types(self, number: str) -> None:
        """Enters a card, key by key."""
        for label, text in (("Card number", number), ("Expiry date", "1240"), ("Security code", "123")):
            box = self.fields.get_by_label(label)
            box.clear()
            box.press_sequentially(text)
        self.fields.get_by_label("ZIP code").fill("78701")
        self.sees("complete")

    def pays(self) -> None:
        """Presses the button."""
        self.page.get_by_role("button", name="Pay").click()

    def sees(self, text: str) -> None:
        """Waits for the page to say so."""
        expect(self.page.locator("#state")).to_contain_text(text)
