"""A whole Portico with the demo companies, and the browsers of the people who use it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from deploy.local import world
from deploy.local.stack import Stack, for_tests
from tests.e2e.agency import Agency
from tests.e2e.office import Office
from tests.e2e.visitor import Visitor

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
Visit = Callable[..., Visitor]
LET_THROUGH = {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8"}
"""Where the tests' own receivers of webhooks are."""

# A page is waited for as long as it takes on a machine that does much else.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """Everything that `make run` starts, on free ports, with the demo companies loaded."""
    with for_tests() as stack:
        stack.start_backing()
        stack.migrate()
        for name in ("mail", "payments", *world.SERVICES, "gateway"):
            stack.start(name, LET_THROUGH if name == "notifications" else None)
        stack.wait_until_ready()
        stack.load_demo()
        yield stack


@pytest.fixture(scope="package")
def office(stack: Stack) -> Iterator[Office]:
    """Evergreen's administrator, who gives each test invoices and proposals of its own."""
    with Office(stack.site.public_url, stack.site.mail_url) as office:
        yield office


@pytest.fixture(scope="module")
def agency(stack: Stack) -> Iterator[Agency]:
    """Harbor's administrator."""
    with Agency(stack.site.public_url, stack.site.mail_url) as agency:
        yield agency


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's browser where there is one, else Playwright's own."""
    system = Path("/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system if system.exists() else None, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Visit]:
    """Opens browsers: `visit("priya@lakeside.test", width=390, javascript=False)`; none may have complained."""
    visitors: list[Visitor] = []

    def open_one(
        email: str | None = None, *, portal: str = "evergreen-austin", width: int = 1280, javascript: bool = True
    ) -> Visitor:
        context = browser.new_context(
            base_url=stack.site.public_url,
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
            timezone_id="America/Chicago",
        )
        visitor = Visitor(context.new_page(), f"{stack.site.public_url}/{portal}")
        visitors.append(visitor)
        if email:
            visitor.sign_in(email)
        return visitor

    yield open_one
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.page.context.close()
    assert complaints == []
