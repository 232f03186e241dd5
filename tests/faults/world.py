"""The demo world as the clients use it: sites, who pays and signs there, and test cards of every temper."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from deploy.demo.portico import PASSWORD, Portico, Someone
from deploy.local.stack import Stack

Json = dict[str, Any]

GOOD, DECLINED, ASKS = "4242", "0341", "0446"
"""The last digits of the test cards: pays, is declined when charged, wants 3D Secure each time."""
CARDS = {
    GOOD: "pm_card_visa",
    DECLINED: "pm_card_chargeCustomerFail",
    ASKS: "pm_card_authenticationRequiredSetupForOffSession",
}


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: str
    email: str
    token: str


@dataclass(frozen=True)
class Site:
    """A place that is invoiced: `place` is what an invoice names, `payers` may all pay it, the first also signs."""

    name: str
    office: Person
    place: Json
    payers: tuple[Person, ...]
    cards: Mapping[str, str]
    parts: bool
    """Whether an invoice may be paid in parts."""
    sales_rep: str | None
    account_owner: str | None


def load(stack: Stack) -> list[Site]:
    """Signs everybody in, keeps their cards, and has receipts mailed to them."""
    return asyncio.run(_load(stack))


async def _load(stack: Stack) -> list[Site]:
    site = stack.site
    payments_key = site.credentials.get("payments key", prefix="sk_test_")
    async with Portico(site.public_url, site.mail_url, site.payments_url, payments_key) as portico:
        sites = Sites(portico, site.public_url)
        austin = ("evergreen-austin", "admin@evergreen.test")
        return [
            await sites.at(*austin, "Clubhouse", "priya@lakeside.test", "ben@lakeside.test", parts=True),
            await sites.at(*austin, "North Gate", "priya@lakeside.test", parts=True),
            await sites.at(*austin, "Courtyard", "dana@oakterrace.test", parts=True),
            await sites.at("coolair", "admin@coolair.test", "Practice", "mia@northside.test"),
            await sites.at("harbor", "admin@harbor.test", None, "raj@deltamarine.test"),
        ]


class Sites:
    """Finds what the demo has made."""

    def __init__(self, portico: Portico, public_url: str) -> None:
        self._portico = portico
        self._public_url = public_url

    async def at(self, portal: str, admin: str, name: str | None, *payers: str, parts: bool = False) -> Site:
        """The property of this name, or the customer of the first payer where there is none."""
        office = await self._portico.staff(admin)
        first = await self._portico.contact(portal, payers[0])
        customer_id = (await first.get("/me"))["customer"]["id"]
        properties = {each["name"]: each for each in (await office.get("/office/properties"))["items"]}
        found = properties[name] if name else {"sales_rep": None, "account_owner": None}
        people = [self._person(f"/portals/{portal}/sessions", email) for email in payers]
        place = {"property_id": found["id"]} if name else {"customer_id": customer_id}
        if len(people) > 1:
            place["billing_contact_id"] = people[1].id
        return Site(
            name=name or "Delta Marine",
            office=self._person("/office/sessions", admin),
            place=place,
            payers=tuple(people),
            cards=await self._cards(first),
            parts=parts,
            sales_rep=_email(found["sales_rep"]),
            account_owner=_email(found["account_owner"]),
        )

    def _person(self, path: str, email: str) -> Person:
        with httpx.Client(base_url=f"{self._public_url}/api/v1", timeout=20, trust_env=False) as http:
            session = http.post(path, json={"email": email, "password": PASSWORD}).raise_for_status().json()
            http.headers["Authorization"] = f"Bearer {session['token']}"
            me = http.get("/me").raise_for_status().json()
            if me["kind"] == "contact":
                http.put("/me/notification-preferences", json={"electronic_receipts": True}).raise_for_status()
        return Person(me["id"], email, session["token"])

    async def _cards(self, person: Someone) -> dict[str, str]:
        for card in CARDS.values():
            await self._portico.keep_card(person, card)
        methods = (await person.get("/payment-methods"))["items"]
        return {last4: next(each["id"] for each in methods if each["last4"] == last4) for last4 in CARDS}


def _email(person: Json | None) -> str | None:
    return person["email"] if person else None
