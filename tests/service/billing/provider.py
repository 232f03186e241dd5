"""The payment provider's side of one company's account, as a test looks at it and moves it on."""

import hashlib
import hmac
import time
from typing import Any

import httpx
import orjson

from services.contracts.billing.provider import ReceiveProviderEvent
from tests.service.billing.conftest import API_KEY, WEBHOOK_SECRET, Desk

Json = dict[str, Any]


class Provider:
    """One connection to the sandbox, on behalf of an account."""

    def __init__(self, desk: Desk, account: str) -> None:
        headers = {"Authorization": f"Bearer {API_KEY}", "Stripe-Account": account}
        self._http = httpx.Client(base_url=desk.sandbox.url, headers=headers, trust_env=False)

    def listed(self, kind: str) -> list[Json]:
        """All objects of a kind, the oldest first."""
        found: list[Json] = []
        after: dict[str, str] = {}
        while True:
            page = self._http.get(f"/v1/{kind}", params={"limit": "100", **after}).json()
            found += page["data"]
            if not page["has_more"]:
                return found[::-1]
            after = {"starting_after": found[-1]["id"]}

    def later(self, kind: str, act: str, pick: int, states: set[str], **given: Any) -> None:
        """Has a bank do something to one that is in such a state; where it cannot after all, the sandbox refuses."""
        found = [each for each in self.listed(kind) if each["status"] in states]
        if found:
            self._http.post(f"/sandbox/{kind}/{found[pick % len(found)]['id']}/{act}", json=given)

    def webhook(self, event: Json) -> ReceiveProviderEvent:
        """A delivery, signed here and now, so that its moment is the test's and not the network's."""
        body, at = orjson.dumps(event).decode(), int(time.time())
        digest = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        return ReceiveProviderEvent(payload=body, signature=f"t={at},v1={digest}")

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()
