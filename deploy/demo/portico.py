"""A running Portico as the demo's people use it: its HTTP API, the mail they get, the provider's browser side."""

import asyncio
import os
import re
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.demo.inbox import Inbox
from deploy.open_company import open_company

PASSWORD = "portico-demo-2026"  # noqa: S105  # the demo's, printed at every start
MAIL_SECONDS = 90.0


class Refused(Exception):
    """Portico or a stand-in answered something else than was expected."""


class Someone:
    """A signed-in person. Each `post` is named, and a name is carried out once however often it is loaded."""

    def __init__(self, portico: "Portico", http: httpx.AsyncClient, token: str, email: str) -> None:
        self.portico = portico
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._email = email

    async def get(self, path: str) -> Any:
        """The answer to a GET below `/api/v1`."""
        return _json(await self._http.get(f"/api/v1{path}", headers=self._headers))

    async def post(self, name: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer to a POST, the same one at every load."""
        headers = {**self._headers, "Idempotency-Key": f"demo {name}"}
        return _json(await self._http.post(f"/api/v1{path}", json=body or {}, headers=headers))

    async def patch(self, name: str, path: str, body: dict[str, Any]) -> Any:
        """The answer to a PATCH, the same one at every load."""
        headers = {**self._headers, "Idempotency-Key": f"demo {name}"}
        return _json(await self._http.patch(f"/api/v1{path}", json=body, headers=headers))

    async def upload(self, name: str, path: str, file_name: str, content: bytes, *, visible: bool | None = None) -> Any:
        """The answer to a file, the same one at every load."""
        headers = {**self._headers, "Idempotency-Key": f"demo {name}"}
        said = {} if visible is None else {"visible": "true" if visible else "false"}
        files = {"file": (file_name, content)}
        return _json(await self._http.post(f"/api/v1{path}", files=files, data=said, headers=headers))

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a PUT."""
        return _json(await self._http.put(f"/api/v1{path}", json=body, headers=self._headers))

    async def when(self, path: str, is_there: Callable[[Any], object]) -> Any:
        """The answer to a GET, as soon as it says what another service has still to hear of."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            found = await self.get(path)
            if is_there(found):
                return found
            await asyncio.sleep(0.1)
        raise Refused(f"{path} did not come to what was awaited within {MAIL_SECONDS:g} s")


class Portico:
    """The addresses of one installation."""

    def __init__(self, portal_url: str, mail_url: str, payments_url: str, payments_key: str) -> None:
        self._http = httpx.AsyncClient(base_url=portal_url, timeout=45)
        self.inbox = Inbox(mail_url)
        self._payments = httpx.AsyncClient(base_url=payments_url, timeout=10)
        self._payments_key = payments_key

    @classmethod
    def from_environment(cls) -> Self:
        """As `PUBLIC_URL`, `MAIL_URL`, `PAYMENTS_URL` and `STRIPE_API_KEY` say."""
        names = ("PUBLIC_URL", "MAIL_URL", "PAYMENTS_URL", "STRIPE_API_KEY")
        return cls(*(os.environ[name] for name in names))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in (self._http, self.inbox, self._payments):
            await client.aclose()

    async def open_company(self, name: str, administrator: str, email: str) -> Someone:
        """The company's administrator, signed in; the company is opened where it is not there."""
        if await self._sign_in("/office/sessions", email) is None:
            account = await self._payments.post(
                "/v1/accounts",
                data={"type": "standard", "country": "US", "email": email},
                headers={"Authorization": f"Bearer {self._payments_key}", "Idempotency-Key": f"demo {name}"},
            )
            await open_company(name, _json(account)["id"], administrator, email)
        return await self.staff(email)

    async def staff(self, email: str) -> Someone:
        """A staff member, signed in; the invitation is accepted where that is still to be done."""
        return await self._someone("/office/sessions", email)

    async def contact(self, portal: str, email: str) -> Someone:
        """A contact, signed in to a portal; likewise."""
        return await self._someone(f"/portals/{portal}/sessions", email)

    async def contact_by_code(self, portal: str, email: str) -> Someone:
        """A contact who has no password, signed in by the code of a mail."""
        seen = {mail.id for mail in await self.inbox.mails(email)}
        asked = await self._http.post(f"/api/v1/portals/{portal}/login-codes", json={"email": email})
        asked.raise_for_status()
        code = await self._in_mail(email, r"\b(\d{6,8})\b", seen)
        answer = await self._http.post(f"/api/v1/portals/{portal}/sessions", json={"email": email, "code": code})
        return Someone(self, self._http, _json(answer)["token"], email)

    async def keep_card(self, person: Someone, test_card: str) -> str:
        """A card of the provider's test cards, kept through its browser side; answers Portico's id of it."""
        setup = await person.post(f"card {test_card} {time.time_ns()}", "/payment-methods/setups", {"type": "card"})
        secret = setup["client_secret"]
        _json(
            await self._payments.post(
                f"/v1/setup_intents/{secret.partition('_secret')[0]}/confirm",
                data={"client_secret": secret, "payment_method": test_card},
                headers={"Authorization": f"Bearer {setup['publishable_key']}", "Stripe-Account": setup["account"]},
            )
        )
        methods = await person.get("/payment-methods")
        return str(methods["items"][0]["id"])

    async def _someone(self, path: str, email: str) -> Someone:
        token = await self._sign_in(path, email)
        if token is None:
            await self._accept_invitation(email)
            token = await self._sign_in(path, email)
        if token is None:
            raise Refused(f"{email} cannot sign in at {path}")
        return Someone(self, self._http, token, email)

    async def _sign_in(self, path: str, email: str) -> str | None:
        answer = await self._http.post(f"/api/v1{path}", json={"email": email, "password": PASSWORD})
        return None if answer.status_code == httpx.codes.UNAUTHORIZED else str(_json(answer)["token"])

    async def _accept_invitation(self, email: str) -> None:
        body = {"token": await self._invitation_token(email), "password": PASSWORD}
        answer = await self._http.post("/api/v1/invitations/acceptance", json=body)
        _json(answer)

    async def _invitation_token(self, email: str) -> str:
        return await self._in_mail(email, r"/invitations/([\w-]+)", set())

    async def _in_mail(self, email: str, pattern: str, seen: Collection[str]) -> str:
        """What the pattern finds in the newest mail that has it and was not seen; it may take a moment to come."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in await self.inbox.mails(email):
                found = re.search(pattern, mail.text)
                if found and mail.id not in seen:
                    return found.group(1)
            await asyncio.sleep(0.1)
        raise Refused(f"no mail for {email} with {pattern} came within {MAIL_SECONDS:g} s")


def _json(answer: httpx.Response) -> Any:
    if answer.is_error:
        request = answer.request
        raise Refused(f"{request.method} {request.url.path} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json() if answer.content else None
