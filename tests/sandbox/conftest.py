"""The payment provider under test: the sandbox as a process, or the real test mode."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import stripe
from playwright.sync_api import Browser, expect, sync_playwright

from deploy.local.ports import free_port
from tests.sandbox.browsing import Payer, PortalHandler
from tests.sandbox.servers import Receiver, Server, http, wait_for

SECRET, PUBLISHABLE, WEBHOOK_SECRET = "sk_test_sandbox", "pk_test_sandbox", "whsec_sandbox"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
AGREED = {
    "customer_acceptance": {"type": "online", "online": {"ip_address": "192.0.2.7", "user_agent": "Test browser"}}
}

# A page is waited for as long as it takes on a machine that does much else.
expect.set_options(timeout=30_000)
REAL_KEY = os.environ.get("STRIPE_TEST_KEY")


@dataclass
class Provider:
    """A client, the account that a test acts on (empty options: the key's own), and the sandbox behind it."""

    client: stripe.StripeClient
    options: dict[str, Any]
    sandbox: "Sandbox | None"

    @property
    def v1(self) -> Any:
        """The API's namespace."""
        return self.client.v1

    def pay(self, method: Any, amount: int = 2500, **more: Any) -> Any:
        """An intent created and confirmed in one call."""
        return self.v1.payment_intents.create(self.paid(method, amount, **more), self.options)

    def paid(self, method: Any, amount: int = 2500, **more: Any) -> dict[str, Any]:
        """The parameters of `pay`."""
        wanted = {"amount": amount, "currency": "usd", "payment_method_types": ["card"], "confirm": True}
        return {**wanted, "payment_method": method, **more}

    def debit(self, method: Any, amount: int = 2500, **more: Any) -> Any:
        """The same from a bank account, with the holder's agreement."""
        wanted = {"payment_method_types": ["us_bank_account"], "mandate_data": AGREED, **more}
        return self.pay(method, amount, **wanted)

    def save_account(self, customer: str, method: Any = "pm_usBankAccount_success", **more: Any) -> Any:
        """A confirmed setup intent of a bank account."""
        wanted = {"customer": customer, "payment_method_types": ["us_bank_account"], "mandate_data": AGREED}
        chosen = {"payment_method": method} if isinstance(method, str) else {"payment_method_data": method}
        return self.v1.setup_intents.create({**wanted, **chosen, "confirm": True, **more}, self.options)

    def after_days(self, resource: str, object_id: str) -> Any:
        """The object (`payment_intents`, `refunds`…) when its banks are done with it."""
        if self.sandbox:
            self.sandbox.post("/sandbox/tasks/run", object=object_id)
        resources = getattr(self.v1, resource)

        def found() -> Any:
            item = resources.retrieve(object_id, options=self.options)
            return None if item.status in ("processing", "pending") else item

        return wait_for(found, 15 if self.sandbox else 300)

    def events(self, object_id: str) -> list[str]:
        """The types of the events about an object, oldest first."""
        listed = self.v1.events.list({"limit": 100}, self.options).data
        return [event.type for event in reversed(listed) if event.data.object["id"] == object_id]


@dataclass
class Sandbox:
    """The sandbox's process, its webhook address and its switches."""

    server: Server
    receiver: Receiver

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url

    def fault(self, kind: str, **rule: Any) -> None:
        """Makes something go wrong."""
        answer = http.post(f"{self.url}/sandbox/faults", json={"kind": kind, **rule})
        answer.raise_for_status()

    def post(self, path: str, **values: Any) -> Any:
        """Uses a control; answers what the object has become."""
        return http.post(f"{self.url}{path}", json=values).raise_for_status().json()

    def get(self, path: str) -> Any:
        """A switch's JSON."""
        return http.get(f"{self.url}{path}").raise_for_status().json()

    def ledger(self, account: str) -> list[dict[str, Any]]:
        """What really moved on an account."""
        return [entry for entry in self.get("/sandbox/ledger")["items"] if entry["account"] == account]


def client_of(url: str, key: str = SECRET) -> stripe.StripeClient:
    """The SDK, pointed at a sandbox."""
    return stripe.StripeClient(key, base_addresses={"api": url}, max_network_retries=2)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for all tests; each test brings its own account."""
    receiver = Receiver()
    server = payment_server(tmp_path_factory.mktemp("payments"), receiver.url)
    server.start()
    yield Sandbox(server, receiver)
    server.stop()
    receiver.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox for one test, which may kill it."""
    receiver = Receiver()
    server = payment_server(tmp_path, receiver.url)
    server.start()
    yield Sandbox(server, receiver)
    server.stop()
    receiver.close()


def payment_server(folder: Path, webhook_url: str, delay_seconds: float = 3600) -> Server:
    """A sandbox that is not started yet; what takes days waits until the test says so."""
    port = free_port()
    environment = {
        "SANDBOX_PORT": str(port),
        "SANDBOX_STATE": str(folder / "payments.sqlite3"),
        "SANDBOX_API_KEY": SECRET,
        "SANDBOX_PUBLISHABLE_KEY": PUBLISHABLE,
        "SANDBOX_WEBHOOK_URL": webhook_url,
        "SANDBOX_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "SANDBOX_DELAY_SECONDS": str(delay_seconds),
    }
    return Server("deploy.sandbox.payments", port, environment, "/sandbox/health")


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> Provider:
    """What the payment tests drive; `STRIPE_TEST_ACCOUNT` names a connected account of the real test mode."""
    if REAL_KEY:
        account = os.environ.get("STRIPE_TEST_ACCOUNT")
        options = {"stripe_account": account} if account else {}
        return Provider(stripe.StripeClient(REAL_KEY, max_network_retries=2), options, None)
    running: Sandbox = request.getfixturevalue("running")
    client = client_of(running.url)
    created = client.v1.accounts.create({"type": "standard", "business_profile": {"name": "Evergreen Grounds"}})
    return Provider(client, {"stripe_account": created.id}, running)


@pytest.fixture
def sandbox(provider: Provider) -> Iterator[Sandbox]:
    """For tests of what only the sandbox has; its faults are lifted afterwards."""
    if provider.sandbox is None:
        pytest.skip("The real provider has no such switch.")
    provider.sandbox.receiver.status = 200
    yield provider.sandbox
    http.delete(f"{provider.sandbox.url}/sandbox/faults").raise_for_status()


@pytest.fixture
def customer(provider: Provider) -> str:
    """A fresh customer's id."""
    return str(provider.v1.customers.create({"email": "priya@lakeside.test"}, provider.options).id)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's browser where there is one, else Playwright's own."""
    system = Path("/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system if system.exists() else None, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def portal(running: Sandbox) -> Iterator[str]:
    """The address of the portal's page, on an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(PortalHandler, sandbox=running.url))
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def payer(browser: Browser, portal: str, provider: Provider, sandbox: Sandbox, request: pytest.FixtureRequest) -> (
    Iterator[Payer]
):  # fmt: skip
    """A payer at a wide screen and at a phone; at the end the browser must not have complained of the policy."""
    page = browser.new_page(viewport={"width": request.param, "height": 800})
    page.set_default_timeout(30_000)
    payer = Payer(page, portal, provider.options["stripe_account"], PUBLISHABLE)
    page.on("console", lambda message: payer.complaints.append(message.text))
    page.on("pageerror", lambda error: payer.complaints.append(str(error)))
    yield payer
    page.close()
    assert [text for text in payer.complaints if "402" not in text] == []
