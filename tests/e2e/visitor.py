"""Somebody at a browser."""

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, FrameLocator, Locator, Page, Response, expect

PASSWORD = "portico-demo-2026"
WIDE, NARROW = 1280, 390
CARD_SECONDS = 30_000
# Frames belong to the payment provider, whose own tests look into them.
_AXE = {"iframes": False, "resultTypes": ["violations"]}


@dataclass
class Visitor:
    """A page, the address of the portal that it is in, and what the browser complained about."""

    page: Page
    portal: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses of failures that the test brings about."""

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        # A failed load is told by its response, with its status.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status}: {response.url}")

    def sign_in(self, email: str) -> None:
        """Signs in on the portal's page, and ends on the dashboard."""
        self.open("/login")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        expect(self.heading()).to_contain_text("Hello")

    def open(self, path: str) -> None:
        """Opens a page of the portal."""
        self.page.goto(f"{self.portal}{path}")

    def press(self, name: str | re.Pattern[str]) -> None:
        """Presses a button."""
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follows a link."""
        self.page.get_by_role("link", name=name).first.click()

    def heading(self) -> Locator:
        """What the page is called."""
        return self.page.get_by_role("heading", level=1)

    def main(self) -> Locator:
        """What the page says, without what surrounds it."""
        return self.page.locator("main")

    def download(self, path: str) -> bytes:
        """A file of the portal, as this person gets it."""
        answer = self.page.request.get(f"{self.portal}{path}")
        assert answer.ok, answer.status
        return answer.body()

    def status(self, path: str) -> int:
        """How a page of the portal answers this person."""
        return self.page.request.get(f"{self.portal}{path}", max_redirects=0).status

    # Cards

    def card_fields(self) -> FrameLocator:
        """The payment provider's fields."""
        return self.page.frame_locator("[data-card-fields] iframe")

    def type_card(self, number: str) -> None:
        """Types a card into the provider's fields."""
        fields = self.card_fields()
        fields.get_by_label("Card number").fill(number)
        fields.get_by_label("Expiry date").fill("12 / 34")
        fields.get_by_label("Security code").fill("123")
        fields.get_by_label("ZIP code").fill("78703")

    def add_card(self, number: str) -> None:
        """Keeps a card; afterwards it is the chosen one of the page."""
        self.type_card(number)
        self.press("Save this card")
        expect(self.chosen_method()).to_contain_text(number[-4:], timeout=CARD_SECONDS)

    def chosen_method(self) -> Locator:
        """The payment method that is chosen on the page."""
        return self.page.locator(".choice", has=self.page.locator("input[name=method]:checked"))

    # What every page must keep

    def barriers(self) -> list[str]:
        """What keeps somebody from using this page, as axe finds it."""
        found = Axe().run(self.page, options=_AXE).response["violations"]
        return [f"{self.page.url} {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wider


def is_fit(visitor: Visitor) -> None:
    """The page can be used by everybody, and is no wider than its window."""
    assert visitor.barriers() == []
    assert visitor.overflow() <= 0
