"""Harbor's office, through the HTTP API: each test gets an insured and programs of its own."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from services.contracts.permissions import PERMISSIONS
from tests.e2e.visitor import PASSWORD

MAIL_SECONDS = 90
ZONE = ZoneInfo("America/Chicago")
"""Harbor's."""


class Agency:
    """The administrator of Harbor Insurance Agency, and the inbox that catches every mail."""

    def __init__(self, portal_url: str, mail_url: str) -> None:
        self._http = httpx.Client(base_url=f"{portal_url}/api/v1", trust_env=False, timeout=30)
        self._mail = httpx.Client(base_url=mail_url, trust_env=False)

    def __enter__(self) -> Self:
        who = {"email": "admin@harbor.test", "password": PASSWORD}
        session = self.post("/office/sessions", who)
        self._http.headers["Authorization"] = f"Bearer {session['token']}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._mail.close()

    def get(self, path: str) -> Any:
        """The answer to a GET."""
        return self._http.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer to a POST."""
        return self._http.post(path, json=body or {}).raise_for_status().json()

    def insured(self, name: str, permissions: list[str] | None = None) -> "Insured":
        """A new customer with a primary contact, who has a password."""
        email = f"{uuid4().hex[:10]}@insured.test"
        branch = self.get("/office/branches")["items"][0]["id"]
        address = {"line1": "1 Canal St", "city": "New Orleans", "state": "LA", "zip": "70112"}
        body = {"name": name, "home_branch_id": branch, "mailing_address": address}
        customer = str(self.post("/office/customers", body)["id"])
        person = {"customer_id": customer, "name": "Olga Reyes", "email": email, "primary": True}
        granted = sorted(PERMISSIONS) if permissions is None else permissions
        contact = self.post("/office/contacts", {**person, "permissions": granted})
        self.post(f"/office/contacts/{contact['id']}/invitation")
        token = self.mailed(email, r"/invitations/([\w-]+)")
        self.post("/invitations/acceptance", {"token": token, "password": PASSWORD})
        return Insured(customer, email)

    def program(self, insured: "Insured", name: str = "Bakery package", **offer: Any) -> str:
        """The id of a program that the insured was offered: 1,500.00 and fees and taxes, by both plans."""
        policies = [_policy("GL", 100_000), _policy("PR", 50_000)]
        made = self.post("/office/programs", {"customer_id": insured.customer_id, "name": name, "policies": policies})
        told = {"allowed_plans": ["pay_in_full", "financed"], "allowed_payment_methods": ["card"], "terms": _TERMS}
        self.post(f"/office/programs/{made['id']}/offer", {**told, **offer})
        return str(made["id"])

    def finance(self, insured: "Insured", program_id: str) -> None:
        """The insured chooses to finance it and signs; its installments are owed."""
        who = {"email": insured.email, "password": PASSWORD}
        token = self.post("/portals/harbor/sessions", who)["token"]
        path, headers = f"/programs/{program_id}", {"Authorization": f"Bearer {token}"}
        self._http.put(f"{path}/plan", json={"plan": "financed"}, headers=headers).raise_for_status()
        to_sign = self._until(path, headers, lambda loan: (loan["to_sign"] or {}).get("consent") and loan["to_sign"])
        signature = {
            "name": "Olga Reyes",
            "signature": {"typed": "Olga Reyes"},
            "consent_version": to_sign["consent"]["version"],
            "document_sha256": to_sign["document_sha256"],
        }
        signed = self._http.post(f"{path}/finance-agreement/signature", json=signature, headers=headers)
        signed.raise_for_status()
        self._until(path, headers, lambda loan: loan["installments"][-1]["invoice_id"])

    def _until(self, path: str, headers: dict[str, str], said: Callable[[dict[str, Any]], Any]) -> Any:
        """What the loan of a program comes to say, as soon as it does."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            loan = self._http.get(path, headers=headers).raise_for_status().json()["finance_agreement"]
            if found := said(loan):
                return found
            time.sleep(0.1)
        raise AssertionError(f"the loan of {path} did not come to what was awaited")

    def mailed(self, email: str, pattern: str) -> str:
        """What the pattern finds in a mail to somebody, as soon as it is there."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in self._mail.get("/api/messages", params={"to": email}).raise_for_status().json():
                found = re.search(pattern, mail["text"])
                if found:
                    return found.group(1)
            time.sleep(0.1)
        raise AssertionError(f"no mail to {email} has {pattern}")


class Insured:
    """A customer of Harbor's, and the address of its primary contact."""

    def __init__(self, customer_id: str, email: str) -> None:
        self.customer_id, self.email = customer_id, email


def day(offset: int) -> str:
    """So many days from today, at Harbor."""
    return (datetime.now(ZONE).date() + timedelta(days=offset)).isoformat()


_TERMS = {"annual_rate": "9", "installments": 10, "first_due_on": day(45), "late_fee_policy": "LA"}


def _policy(line: str, premium: int) -> dict[str, Any]:
    return {
        "number": f"{line}-{uuid4().hex[:8]}",
        "carrier": "Gulf States Mutual",
        "line": line,
        "premium": {"amount": premium, "currency": "USD"},
        "taxes": {"amount": 4_000, "currency": "USD"},
        "earned_fees": {"amount": 2_500, "currency": "USD"},
        "effective_on": day(14),
        "expires_on": day(379),
    }
