"""Evergreen's office, through the HTTP API: each test gets invoices and proposals of its own."""

import re
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from tests.e2e.visitor import PASSWORD

MAIL_SECONDS = 90


class Office:
    """The administrator of Evergreen Grounds, and the inbox that catches every mail."""

    def __init__(self, portal_url: str, mail_url: str) -> None:
        self._http = httpx.Client(base_url=f"{portal_url}/api/v1", trust_env=False, timeout=30)
        self._mail = httpx.Client(base_url=mail_url, trust_env=False)

    def __enter__(self) -> Self:
        who = {"email": "admin@evergreen.test", "password": PASSWORD}
        session = self._http.post("/office/sessions", json=who).raise_for_status().json()
        self._http.headers["Authorization"] = f"Bearer {session['token']}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._mail.close()

    def invoice(self, cents: int, place: str = "Clubhouse", **more: Any) -> dict[str, Any]:
        """A shared invoice of Lakeside's for one service."""
        service = {"service": "Hedge trimming", "quantity": 1, "unit_price": _usd(cents)}
        body = {"property_id": self.property(place), "services": [service], **more}
        made = self._post("/office/invoices", body)
        return self._post(f"/office/invoices/{made['id']}/share")

    def pay_link(self, invoice: dict[str, Any]) -> str:
        """The address that anybody can pay the invoice at."""
        return str(self.get(f"/office/invoices/{invoice['id']}/pay-link")["url"])

    def renew_pay_link(self, invoice: dict[str, Any]) -> str:
        """Another address, in place of those before."""
        return str(self._post(f"/office/invoices/{invoice['id']}/pay-link", {})["url"])

    def credit(self, cents: int, reason: str, place: str = "Clubhouse") -> dict[str, Any]:
        """A credit that Lakeside is granted."""
        body = {"property_id": self.property(place), "amount": _usd(cents), "reason": reason}
        return self._post("/office/credits", body)

    def apply(self, credit: dict[str, Any], invoice: dict[str, Any], cents: int) -> None:
        """Has so much of a credit reduce an invoice."""
        self._post(f"/office/credits/{credit['id']}/apply", {"invoice_id": invoice["id"], "amount": _usd(cents)})

    def void(self, invoice: dict[str, Any], reason: str) -> None:
        """Takes an invoice back."""
        self._post(f"/office/invoices/{invoice['id']}/void", {"reason": reason})

    def check(self, cents: int, number: str, invoice: dict[str, Any]) -> dict[str, Any]:
        """A check that came by mail for an invoice."""
        received = {"received_as": "check", "reference": number, "received_on": invoice["issued_on"]}
        body = {"customer_id": invoice["customer"]["id"], "invoice_ids": [invoice["id"]], "amount": _usd(cents)}
        return self._post("/office/payments", {**body, **received})

    def refund(self, payment: dict[str, Any], cents: int) -> None:
        """Pays part of a payment back."""
        self._post(f"/office/payments/{payment['id']}/refund", {"amount": _usd(cents)})

    def proposal(self, title: str, place: str = "Clubhouse", kind: str = "contract") -> dict[str, Any]:
        """A delivered proposal: mowing for 1,000.00, and if one likes flowers for 200.00 and lights for 50.50."""
        services = [_service("Mowing", 100_000), _service("Flowers", 20_000, True), _service("Lights", 5_050, True)]
        body = {"kind": kind, "title": title, "property_id": self.property(place), "services": services}
        made = self._post("/office/proposals", body)
        return self._post(f"/office/proposals/{made['id']}/deliver")

    def reset(self, proposal: dict[str, Any]) -> None:
        """Takes a delivered proposal back to be changed."""
        self._post(f"/office/proposals/{proposal['id']}/reset")

    def act(self, proposal: dict[str, Any], act: str) -> dict[str, Any]:
        """Brings a proposal on: `reset`, `deliver`, `approve` and so on."""
        return self._post(f"/office/proposals/{proposal['id']}/{act}")

    def contact(self, name: str, email: str) -> None:
        """A new contact of Lakeside's at the Clubhouse, invited by mail."""
        place = self._find("/office/properties", "Clubhouse")
        body = {
            "customer_id": place["customer"]["id"],
            "name": name,
            "email": email,
            "permissions": ["invoices.view"],
            "property_roles": [{"property_id": place["id"], "role": "other"}],
        }
        made = self._post("/office/contacts", body)
        self._post(f"/office/contacts/{made['id']}/invitation")

    def role(self, name: str, permissions: list[str]) -> str:
        """The id of a new role."""
        return str(self._post("/office/roles", {"name": name, "permissions": permissions})["id"])

    def property(self, name: str) -> str:
        """The id of a property."""
        return str(self._find("/office/properties", name)["id"])

    def get(self, path: str) -> Any:
        """What the API answers the office."""
        return self._http.get(path).raise_for_status().json()

    def change(self, path: str, body: dict[str, Any]) -> None:
        """Has the office change something, at once."""
        self._http.patch(path, json=body).raise_for_status()

    def mails(self, to: str) -> list[dict[str, Any]]:
        """What has come to somebody, the newest first."""
        return list(self._mail.get("/api/messages", params={"to": to}).raise_for_status().json())

    def mail(self, to: str, subject: str, known: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """The newest mail to somebody whose subject or text has these words, once one has come that is not known."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in self.mails(to):
                if subject in mail["subject"] + mail["text"] and mail not in known:
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail about {subject} came to {to}")

    def invitation(self, email: str) -> str:
        """The path of the link in a welcome mail."""
        found = re.search(r"/invitations/[\w-]+", self.mail(email, "/invitations/")["text"])
        assert found
        return found.group()

    def another_invitation(self, email: str, link: str) -> None:
        """Waits for a welcome mail with another link."""
        deadline = time.monotonic() + MAIL_SECONDS
        while self.invitation(email) == link:
            assert time.monotonic() < deadline, f"no other invitation came to {email}"
            time.sleep(0.1)

    def _find(self, path: str, name: str) -> dict[str, Any]:
        return next(each for each in self.get(path)["items"] if each["name"] == name)

    def _post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        made: dict[str, Any] = self._http.post(path, json=body or {}).raise_for_status().json()
        return made


def _usd(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "USD"}


def _service(name: str, cents: int, optional: bool = False) -> dict[str, Any]:
    line = {"description": f"{name}, per season", "quantity": 1, "unit_price": _usd(cents)}
    return {"name": name, "optional": optional, "lines": [line]}
