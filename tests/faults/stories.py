"""What customers and offices do, again and again: pay in every way, sign, ask."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.faults.client import Client
from tests.faults.journal import Command, Journal, Json, now
from tests.faults.world import ASKS, DECLINED, GOOD, Person, Site

SETTLED = {"succeeded", "failed"}
SETTLE_SECONDS = 240.0
ATTEMPTS = 4
"""How often a payer tries again what the provider could not be told of."""


class Unsettled(Exception):
    """A payment stayed open for longer than anybody waits."""


class Refused(Exception):
    """Something was refused without a reason."""


class Teller:
    """The people of one site, each with clients of their own, in one thread."""

    def __init__(self, journal: Journal, base_url: str, site: Site, seed: str) -> None:
        self.site = site
        self.chances = random.Random(seed)
        self._journal = journal
        self._base_url = base_url
        self.office = self._client(site.office, f"{seed} office")
        self.first = self._client(site.payers[0], f"{seed} first")
        self.second = self._client(site.payers[-1], f"{seed} second")

    def _client(self, person: Person, seed: str) -> Client:
        return Client(self._journal, self._base_url, person.email, person.token, random.Random(seed))

    # Paying

    def pay(self) -> None:
        """A new invoice, paid in one of five ways."""
        ways: list[Callable[[Json], None]] = [self._in_full, self._declined_first, self._with_challenge, self._at_once]
        if self.site.parts:
            ways.append(self._in_two_parts)
        weights = (4, 2, 2, 1, 1)[: len(ways)]
        self.chances.choices(ways, weights)[0](self._invoiced())

    def _invoiced(self) -> Json:
        price = {"amount": self.chances.randint(2_000, 90_000), "currency": "USD"}
        mark = self._journal.new_key()
        body = {**self.site.place, "services": [{"service": mark, "quantity": 1, "unit_price": price}]}
        invoice = _granted(self.office.order("invoice", "/office/invoices", body, about=mark))
        share = f"/office/invoices/{invoice['id']}/share"
        return _granted(self.office.order("share", share, {}, about=invoice["id"]))

    def _in_full(self, invoice: Json) -> None:
        self._until_paid(self.first, invoice, GOOD)

    def _declined_first(self, invoice: Json) -> None:
        self._until_paid(self.first, invoice, DECLINED)
        self._until_paid(self.second, invoice, GOOD)

    def _with_challenge(self, invoice: Json) -> None:
        """Confirmed at the bank, or not: then another card pays."""
        payment = self._until_paid(self.first, invoice, ASKS)
        if payment["status"] == "failed":
            self._until_paid(self.first, invoice, GOOD)

    def _in_two_parts(self, invoice: Json) -> None:
        half = {"amount": invoice["total"]["amount"] // 2, "currency": "USD"}
        self._until_paid(self.first, invoice, GOOD, half)
        self._until_paid(self.second, invoice, GOOD)

    def _at_once(self, invoice: Json) -> None:
        """Two pay the same invoice in the same moment; one of them at most is charged."""
        orders = [self._order(client, invoice, GOOD, None) for client in (self.first, self.second)]
        with ThreadPoolExecutor(2) as together:
            carried = list(together.map(lambda order: order[0].carry(order[1]), orders))
        for client, command in zip((self.first, self.second), carried, strict=True):
            self._settled(client, command)
        if self.first.ask("GET", f"/invoices/{invoice['id']}")["balance"]["amount"]:
            self._until_paid(self.first, invoice, GOOD)

    def _until_paid(self, client: Client, invoice: Json, card: str, amount: Json | None = None) -> Json:
        """The settled payment; tried anew where the provider could not be told of it."""
        payment: Json = {}
        for _ in range(ATTEMPTS):
            payment = self._settled(client, client.carry(self._order(client, invoice, card, amount)[1]))
            if payment["status"] == "succeeded" or card != GOOD:
                break
        return payment

    def _order(self, client: Client, invoice: Json, card: str, amount: Json | None) -> tuple[Client, Command]:
        choice = {"invoice_ids": [invoice["id"]], "payment_method_id": self.site.cards[card], "amount": amount}
        quote = client.ask("POST", "/payment-quotes", choice)
        body = {**choice, "expected_total": quote["total"]}
        return client, self._journal.begin("pay", client.email, "/payments", body, about=invoice["id"])

    def _settled(self, client: Client, command: Command) -> Json:
        """The payment as it ends; one that was refused has not begun."""
        payment_id = command.answer.get("id") or command.answer.get("payment_id")
        if payment_id is None:
            return {"status": "failed"}
        until = now() + SETTLE_SECONDS
        payment = client.ask("GET", f"/payments/{payment_id}")
        while payment["status"] not in SETTLED:
            if now() > until:
                raise Unsettled(f"payment {payment_id} is still {payment['status']}")
            if payment["status"] == "requires_action" and payment["action_url"]:
                self._answer_bank(payment["action_url"])
            self.pause(0.2, 1.0)
            payment = client.ask("GET", f"/payments/{payment_id}")
        return payment

    def _answer_bank(self, address: str) -> None:
        """The holder's word to the bank; where it goes unheard, the next look asks again."""
        outcome = "complete" if self.chances.random() < 0.75 else "fail"
        try:
            httpx.post(address, data={"outcome": outcome}, timeout=10, trust_env=False)
        except httpx.TransportError as problem:
            self._journal.silences[f"bank: {type(problem).__name__}"] += 1

    # Signing and asking

    def sign(self) -> None:
        """A proposal is made, delivered and signed; sometimes in two windows at once."""
        found = self.first.ask("GET", f"/proposals/{self._offered()}")
        optional = [each["id"] for each in found["optional_services"] if self.chances.random() < 0.5]
        body = {
            "name": "Signed in the portal",
            "signature": {"typed": "Signed in the portal"},
            "optional_service_ids": optional,
            "consent_version": found["consent"]["version"],
            "document_sha256": found["document_sha256"],
        }
        path = f"/proposals/{found['id']}/signature"
        windows = [self.first, self.second] if self.chances.random() < 0.2 else [self.first]
        mailed = (self.site.sales_rep, found["title"]) if self.site.sales_rep else None
        orders = [(each, self._journal.begin("sign", each.email, path, body, found["id"], mailed)) for each in windows]
        with ThreadPoolExecutor(2) as together:
            list(together.map(lambda order: order[0].carry(order[1]), orders))

    def _offered(self) -> str:
        title = self._journal.new_key()
        body = {"kind": "contract", "title": title, **self.site.place, "services": [_service(), _service(True)]}
        body.pop("billing_contact_id", None)
        proposal_id = str(_granted(self.office.order("proposal", "/office/proposals", body, about=title))["id"])
        _granted(self.office.order("deliver", f"/office/proposals/{proposal_id}/deliver", {}, about=proposal_id))
        return proposal_id

    def ask(self) -> None:
        """A request is raised."""
        title = self._journal.new_key()
        body = {"property_id": self.site.place["property_id"], "title": title, "description": "Please have a look."}
        mailed = (self.site.account_owner, title) if self.site.account_owner else None
        command = self._journal.begin("request", self.second.email, "/requests", body, title, mailed)
        _granted(self.second.carry(command))

    def pause(self, least: float, most: float) -> None:
        """Lets somebody else have a turn."""
        time.sleep(self.chances.uniform(least, most))


def _granted(command: Command) -> Json:
    """The answer of what nobody has a reason to refuse."""
    if not command.done:
        raise Refused(f"{command.kind} {command.key} of {command.asker}: {command.status} {command.answer}")
    return command.answer


def _service(optional: bool = False) -> Json:
    line = {"description": "Visit", "quantity": 2, "unit_price": {"amount": 12_500, "currency": "USD"}}
    return {"name": "Check" if optional else "Care", "optional": optional, "lines": [line]}
