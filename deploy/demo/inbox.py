"""The mails that somebody gets, as the inbox that caught them tells: our stand-in's, or Mailpit's."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Mail:
    """One mail, as text."""

    id: str
    subject: str
    text: str


class Inbox:
    """The inbox at an address; which of the two it is, its first answer says."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)

    async def mails(self, to: str) -> list[Mail]:
        """Everything that this address got, newest first."""
        answer = await self._http.get("/api/messages", params={"to": to})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return await self._of_mailpit(to)
        return [Mail(str(each["id"]), each["subject"], each["text"]) for each in answer.raise_for_status().json()]

    async def _of_mailpit(self, to: str) -> list[Mail]:
        found = (await self._json("/api/v1/search", query=f'to:"{to}"'))["messages"]
        mails = [await self._json(f"/api/v1/message/{each['ID']}") for each in found]
        return [Mail(each["ID"], each["Subject"], each["Text"]) for each in mails]

    async def _json(self, path: str, **params: str) -> Any:
        return (await self._http.get(path, params=params)).raise_for_status().json()

    async def aclose(self) -> None:
        """Ends its connections."""
        await self._http.aclose()
