"""Billing's use cases on a real database and the real SDK, against the payment sandbox as a process."""

import inspect
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from deploy.local.ports import free_port
from services.billing.audit import of_company
from services.billing.service import Billing
from services.chassis.database import tenant_session
from services.chassis.executor import Executor
from services.contracts.billing.credits import CreateCredit, CreditView
from services.contracts.billing.invoices import CreateInvoice, InvoiceLine, InvoiceSummary, InvoiceView, ShareInvoice
from services.contracts.billing.methods import FinishSetups, PaymentMethodView, StartSetup
from services.contracts.billing.payments import GetPaymentSecret, PayInvoices, PaymentView, QuotePayment
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.identity.portals import CompanyOpened
from services.contracts.messages import Ask, new_id
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType, Principal
from tests.sandbox.servers import Receiver, Server, http, wait_for
from tests.service.billing.people import People
from tests.service.conftest import Databases

API_KEY, PUBLISHABLE_KEY, WEBHOOK_SECRET = "sk_test_billing", "pk_test_billing", "whsec_billing"
GUEST_SECRET = "the key of the guests of the tests"
RETURN_URL = "https://portico.test/evergreen-austin/payments/{payment_id}"


class Sandbox:
    """The payment provider's stand-in, and the address that it sends its webhooks to."""

    def __init__(self, server: Server, receiver: Receiver) -> None:
        self.url, self.receiver = server.url, receiver

    def call(self, path: str, account: str = "", key: str = API_KEY, **form: Any) -> dict[str, Any]:
        """A POST as a browser or the provider's dashboard makes it."""
        headers = {"Authorization": f"Bearer {key}"} | ({"Stripe-Account": account} if account else {})
        answer = http.post(f"{self.url}{path}", data=form, headers=headers)
        found: dict[str, Any] = answer.json()
        return found

    def read(self, path: str, account: str) -> dict[str, Any]:
        """What an account has at the provider."""
        headers = {"Authorization": f"Bearer {API_KEY}", "Stripe-Account": account}
        found: dict[str, Any] = http.get(f"{self.url}{path}", headers=headers).json()
        return found

    def open_account(self) -> str:
        """A connected account of a new company."""
        return str(self.call("/v1/accounts", type="standard")["id"])

    def fault(self, kind: str, **rule: Any) -> None:
        """Makes something go wrong."""
        http.post(f"{self.url}/sandbox/faults", json={"kind": kind, **rule}).raise_for_status()

    def deliveries(self) -> list[tuple[str, str]]:
        """Every webhook so far: body and signature."""
        return [(body.decode(), signature) for body, signature in self.receiver.deliveries]

    def has_delivered(self) -> bool:
        """Whether no webhook is on its way any more."""
        items = http.get(f"{self.url}/sandbox/deliveries").raise_for_status().json()["items"]
        return not items

    def mend(self) -> None:
        """Lets everything go well again."""
        http.delete(f"{self.url}/sandbox/faults").raise_for_status()

    def later(self, path: str, **given: Any) -> dict[str, Any]:
        """What time or a bank would bring happens now, such as `payment_intents/pi_…/settle`."""
        answer = http.post(f"{self.url}/sandbox/{path}", json=given).raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def answer_challenge(self, url: str, outcome: str) -> None:
        """The card's holder answers the bank: `complete` or `fail`."""
        http.post(url, data={"outcome": outcome})

    def use_hosted_page(self, url: str, number: str) -> None:
        """Enters a card on the provider's own page."""
        form = {"number": number, "expiry": "12 / 34", "cvc": "123", "name": "Priya Shah", "postal": "78701"}
        assert http.post(url, data=form).status_code == 303

    def charges(self, account: str) -> list[dict[str, Any]]:
        """What really moved on an account."""
        items = http.get(f"{self.url}/sandbox/ledger").raise_for_status().json()["items"]
        return [each for each in items if each["account"] == account]


class Desk:
    """Asks billing as its people do, and runs its worklists when told to."""

    def __init__(self, engine: Engine, sandbox: Sandbox) -> None:
        self.engine, self.sandbox = engine, sandbox
        self.executor = Executor(engine, b"k" * 32)

    def ask(self, who: Principal | None, message: Ask[Any]) -> Any:
        """The answer of the method that bears the message's name."""
        return self.executor.answer(use_case(message.method()), message, who)

    def open_company(self) -> People:
        """A company that identity has told of, with people."""
        people = People(new_id())
        account = self.sandbox.open_account()
        event = CompanyOpened(company_id=people.company_id, name="Evergreen Grounds", payment_account=account)
        self.executor.event("on_company_opened", use_case("on_company_opened"), event)
        return people

    def draft(self, people: People, *amounts: int, **fields: Any) -> InvoiceView:
        """An invoice that nobody sees yet."""
        lines = [InvoiceLine(service="Mowing", unit_price=Money(amount=amount)) for amount in amounts]
        usual = {"customer": people.customer, "property": people.clubhouse, "service_contact": people.rosa}
        told = {**usual, "lines": lines, **fields}
        command = CreateInvoice(branch_id=people.branch_id, time_zone="America/Chicago", **told)
        invoice: InvoiceView = self.ask(people.office, command)
        return invoice

    def bill(self, people: People, *amounts: int, **fields: Any) -> InvoiceView:
        """An invoice that is owed."""
        invoice = self.draft(people, *(amounts or (12_000,)), **fields)
        shared: InvoiceView = self.ask(people.office, ShareInvoice(invoice_id=invoice.id))
        return shared

    def grant(self, people: People, amount: int, **fields: Any) -> CreditView:
        """A credit that the office gives the customer."""
        command = CreateCredit(
            branch_id=people.branch_id,
            time_zone="America/Chicago",
            customer=people.customer,
            amount=Money(amount=amount),
            reason="Goodwill",
            **fields,
        )
        credit: CreditView = self.ask(people.office, command)
        return credit

    def add_card(self, who: Principal, card: str = "pm_card_visa") -> PaymentMethodView:
        """A card entered through the provider's fields."""
        return self._add(who, "card", card)

    def add_bank_account(self, who: Principal, account: str = "pm_usBankAccount_success") -> PaymentMethodView:
        """A bank account whose holder agreed to debits in the provider's fields."""
        return self._add(who, "us_bank_account", account)

    def _add(self, who: Principal, kind: PaymentMethodType, method: str) -> PaymentMethodView:
        setup = self.ask(who, StartSetup(type=kind, return_url="https://portico.test/methods"))
        confirmed = self.sandbox.call(
            f"/v1/setup_intents/{setup.client_secret.partition('_secret_')[0]}/confirm",
            setup.account,
            PUBLISHABLE_KEY,
            client_secret=setup.client_secret,
            payment_method=method,
        )
        assert confirmed["status"] == "succeeded", confirmed
        (kept,) = self.ask(who, FinishSetups()).items
        return kept  # type: ignore[no-any-return]

    def order(
        self, who: Principal, method: PaymentMethodView, *invoices: InvoiceView | InvoiceSummary, **fields: Any
    ) -> PayInvoices:
        """A payment as the page would send it, with the total that it showed."""
        ids = [invoice.id for invoice in invoices]
        amount = fields.get("amount")
        quote = self.ask(who, QuotePayment(invoice_ids=ids, amount=amount, payment_method_id=method.id))
        told = {"expected_total": quote.total, "return_url": RETURN_URL, **fields}
        return PayInvoices(invoice_ids=ids, payment_method_id=method.id, **told)

    def pay(
        self, who: Principal, method: PaymentMethodView, *invoices: InvoiceView | InvoiceSummary, **fields: Any
    ) -> Any:
        """The payment, as far as it came."""
        return self.ask(who, self.order(who, method, *invoices, **fields))

    def bank(self, payer: Principal, payment: PaymentView) -> str:
        """The page where the payer confirms."""
        return str(self.ask(payer, GetPaymentSecret(payment_id=payment.id)).action_url)

    def account(self, people: People) -> str:
        """The company's account at the provider."""
        return str(self.value(people, "SELECT payment_account FROM merchant"))

    def charges(self, people: People) -> list[dict[str, Any]]:
        """What the provider really took for the company."""
        return self.sandbox.charges(self.account(people))

    def intents(self, people: People) -> int:
        """How many payments the provider was told of."""
        headers = {"Authorization": f"Bearer {API_KEY}", "Stripe-Account": self.account(people)}
        answer = http.get(f"{self.sandbox.url}/v1/payment_intents", headers=headers)
        return len(answer.raise_for_status().json()["data"])

    def value(self, people: People, statement: str, **values: Any) -> Any:
        """One value, as the company's unit sees it."""
        with tenant_session(self.engine, people.company_id) as session:
            return session.scalar(text(statement), values)

    def change(self, people: People, statement: str, **values: Any) -> None:
        """Changes rows behind the service's back: what time or an accident would have done."""
        with tenant_session(self.engine, people.company_id) as session:
            session.execute(text(statement), values)
            session.commit()

    def rows(self, people: People, statement: str) -> list[Any]:
        """Rows, as the company's unit sees them."""
        with tenant_session(self.engine, people.company_id) as session:
            return [tuple(row) for row in session.execute(text(statement))]

    def audit(self, people: People) -> list[str]:
        """What the audit finds in the company's books."""
        return of_company(self.engine, people.company_id)

    def forget_deadline(self, message: Ask[Any]) -> None:
        """Lets the time pass until nobody waits for the first run of a command any more."""
        with self.engine.begin() as connection:
            past = text("UPDATE inbox SET due_at = now() WHERE message_id = :id")
            connection.execute(past, {"id": message.id})

    def webhooks(self, people: People) -> list[tuple[str, str]]:
        """The webhooks of the company's account so far."""
        account = self.account(people)
        return [each for each in self.sandbox.deliveries() if json.loads(each[0]).get("account") == account]

    def receive_webhooks(self, people: People, only: str = "") -> None:
        """Hands over what was delivered, once nothing is on its way any more."""
        wait_for(self.sandbox.has_delivered)
        for body, signature in self.webhooks(people):
            if only in body:
                self.ask(None, ReceiveProviderEvent(payload=body, signature=signature))

    def make_due(self, people: People) -> None:
        """Lets the time pass until every open payment and event is looked at again."""
        self.change(people, "UPDATE payment SET next_check_at = now() WHERE next_check_at IS NOT NULL")
        self.change(people, "UPDATE refund SET next_check_at = now() WHERE next_check_at IS NOT NULL")
        self.change(people, "UPDATE provider_event SET next_attempt_at = now() WHERE state = 'received'")

    def work_off(self, name: str, due: str, people: People | None = None) -> int:
        """One turn of a worklist, or of what is one company's in it; answers how many rows were due."""
        with self.engine.connect() as connection:
            rows = connection.execute(text(f"SELECT company_id, id FROM lookups.{due}(1000)")).all()
        rows = [row for row in rows if people is None or row.company_id == people.company_id]
        for company_id, row_id in rows:
            self.executor.due(use_case(name), company_id, row_id)
        return len(rows)

    def reconcile(self, people: People) -> int:
        """Asks the provider about every payment of the company that is due."""
        return self.work_off("reconcile", "due_payments", people)

    def reconcile_refunds(self) -> int:
        """Looks for every refund that is due."""
        return self.work_off("reconcile_refunds", "due_refunds")

    def apply_events(self) -> int:
        """Applies every webhook that is due."""
        return self.work_off("apply_provider_events", "due_provider_events")

    def hear(self, people: People) -> None:
        """Every webhook so far arrives and is applied."""
        self.receive_webhooks(people)
        while self.apply_events():
            pass

    def intent(self, people: People, payment: PaymentView) -> str:
        """The payment's id at the provider."""
        return str(self.value(people, "SELECT intent_id FROM payment WHERE id = :id", id=payment.id))

    def events(self, people: People, kind: str = "payment_succeeded") -> list[dict[str, Any]]:
        """What was announced of the company."""
        statement = text("SELECT payload FROM outbox WHERE type = :kind ORDER BY id")
        with self.engine.connect() as connection:
            payloads = [row.payload for row in connection.execute(statement, {"kind": kind})]
        return [each for each in payloads if UUID(each["company_id"]) == people.company_id]


def use_case(name: str) -> Any:
    return inspect.unwrap(getattr(Billing, name))


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The payment sandbox, with billing's environment pointing to it."""
    folder, port, receiver = tmp_path_factory.mktemp("payments"), free_port(), Receiver()
    environment = {
        "SANDBOX_PORT": str(port),
        "SANDBOX_STATE": str(folder / "payments.sqlite3"),
        "SANDBOX_API_KEY": API_KEY,
        "SANDBOX_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
        # What happens by itself after days happens here when a test says so.
        "SANDBOX_DELAY_SECONDS": "86400",
        "SANDBOX_WEBHOOK_URL": receiver.url,
        "SANDBOX_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    server = Server("deploy.sandbox.payments", port, environment, "/sandbox/health")
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIPE_API_KEY", API_KEY)
        patch.setenv("STRIPE_API_BASE", server.url)
        patch.setenv("STRIPE_PUBLISHABLE_KEY", PUBLISHABLE_KEY)
        patch.setenv("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
        patch.setenv("GUEST_SECRET", GUEST_SECRET)
        yield Sandbox(server, receiver)
    server.stop()
    receiver.close()


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """The sandbox; what a test broke is mended after it."""
    yield sandbox_process
    sandbox_process.mend()


@pytest.fixture
def desk(databases: Databases, sandbox: Sandbox) -> Desk:
    """Billing, to be asked."""
    return Desk(databases.engine("billing"), sandbox)


@pytest.fixture
def people(desk: Desk) -> People:
    """A company of this test alone."""
    return desk.open_company()
