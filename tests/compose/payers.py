"""People of the demo world who are billed and pay, again and again, until they are told to stop."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from deploy.demo.company import usd
from deploy.demo.portico import Portico, Refused, Someone
from tests.compose.system import Failed

PEOPLE = (
    ("evergreen-austin", "admin@evergreen.test", "priya@lakeside.test"),
    ("evergreen-austin", "admin@evergreen.test", "dana@oakterrace.test"),
    ("coolair", "admin@coolair.test", "mia@northside.test"),
    ("harbor", "admin@harbor.test", "raj@deltamarine.test"),
)
"""Portal, administrator and payer."""
CENTS = 4_200
BREATH_SECONDS = 0.5
RECEIPT_SECONDS = 90.0

Json = dict[str, Any]


@dataclass
class Told:
    """What all payers were told."""

    requests: int = 0
    failures: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    """Payments that succeeded, by id."""


class Payer:
    """A customer's primary contact with a card on file, and the office that bills them."""

    def __init__(self, office: Someone, person: Someone, customer_id: str, card: str) -> None:
        self._office, self._person = office, person
        self._customer_id, self._card = customer_id, card

    @classmethod
    async def of(cls, portico: Portico, portal: str, administrator: str, email: str) -> "Payer":
        """Somebody of the demo world, who gets receipts by mail."""
        office, person = await portico.staff(administrator), await portico.contact(portal, email)
        await person.put("/me/notification-preferences", {"electronic_receipts": True})
        customer_id = (await person.get("/me"))["customer"]["id"]
        return cls(office, person, customer_id, await portico.keep_card(person, "pm_card_visa"))

    async def pay(self, told: Told) -> Json:
        """One invoice from its making to its payment, which is the answer. Raises Refused, Failed, httpx.HTTPError."""
        invoice = await self._billed(told)
        listed = await self._said(told, self._person.get("/invoices?status=due"))
        if invoice["id"] not in {each["id"] for each in listed["items"]}:
            raise Failed(f"{invoice['number']} is shared and not among the due ones")
        choice = {"invoice_ids": [invoice["id"]], "payment_method_id": self._card}
        quote = await self._said(told, self._person.post(_name(), "/payment-quotes", choice))
        body = {**choice, "expected_total": quote["total"]}
        payment: Json = await self._said(told, self._person.post(_name(), "/payments", body))
        left = (await self._said(told, self._person.get(f"/invoices/{invoice['id']}")))["balance"]["amount"]
        if payment["status"] != "succeeded" or left:
            raise Failed(f"{invoice['number']}: its payment is {payment['status']}, {left} are left of it")
        told.paid.append(payment["id"])
        return invoice

    async def _billed(self, told: Told) -> Json:
        lines = [{"service": "Visit", "quantity": 1, "unit_price": usd(CENTS)}]
        body = {"customer_id": self._customer_id, "services": lines}
        made = await self._said(told, self._office.post(_name(), "/office/invoices", body))
        shared: Json = await self._said(told, self._office.post(_name(), f"/office/invoices/{made['id']}/share"))
        return shared

    async def _said(self, told: Told, request: Any) -> Any:
        told.requests += 1
        return await request

    async def until(self, stop: asyncio.Event, told: Told) -> None:
        """Pays one invoice after the other; what fails is kept, and the next is tried."""
        while not stop.is_set():
            try:
                await self.pay(told)
            except (Refused, Failed, httpx.HTTPError) as problem:
                told.failures.append(f"{type(problem).__name__}: {problem}")
            await asyncio.sleep(BREATH_SECONDS)


async def receipt(portico: Portico, email: str, number: str) -> str:
    """The subject of the receipt for an invoice, as soon as it has come."""
    async with asyncio.timeout(RECEIPT_SECONDS):
        while True:
            for mail in await portico.inbox.mails(email):
                if number in mail.text and "receipt" in mail.subject.lower():
                    return mail.subject
            await asyncio.sleep(0.5)


def _name() -> str:
    return uuid4().hex
